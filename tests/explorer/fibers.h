#pragma once

// Logical threads of which one runs at a time, and only gives way where it says so. Each has a stack of its own; the process has one thread.

#include "choices.h"

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace carry::explorer {

class Fibers {
 public:
  using Body = std::function<void()>;

  /// Runs all bodies until each has ended, or abandon() was called. False: those that are left wait for each other.
  bool run(std::vector<Body> bodies, Choices& choices);

  /// True in one of the bodies.
  bool inside() const noexcept { return current_ != Choices::none; }
  std::size_t current() const noexcept { return current_; }

  /// Another may go on.
  void give_way() { go_on_with(choices_->thread(current_, runnable())); }

  /// Another goes on if there is one: the current has nothing to do.
  void pause();

  /// The current cannot go on until wake_all() is called.
  void sleep();
  void wake_all() noexcept { asleep_.reset(); }

  /// Ends run(). The bodies are not unwound: what they own is lost.
  [[noreturn]] void abandon();

 private:
  static constexpr std::size_t stack_bytes = std::size_t{256} * 1024;
  static constexpr std::size_t most = Runnable().size();

  static void enter();
  Runnable runnable() const noexcept { return alive_ & ~asleep_; }
  void go_on_with(std::size_t next);

  std::vector<Body> bodies_;
  std::array<std::vector<std::byte>, most> stacks_;
  std::array<ucontext_t, most> contexts_{};
  ucontext_t outside_{};
  Runnable alive_;
  Runnable asleep_;
  std::size_t current_ = Choices::none;
  Choices* choices_ = nullptr;
};

}  // namespace carry::explorer
