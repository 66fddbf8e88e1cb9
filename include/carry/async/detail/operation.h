#pragma once

#include <chrono>
#include <coroutine>
#include <map>
#include <system_error>
#include <utility>

namespace carry::async::detail {

class Loop;
class Operation;
class Scope;

using Clock = std::chrono::steady_clock;

/// What is told when its time has come.
class Timed {
 public:
  virtual void due() noexcept = 0;

 protected:
  ~Timed() = default;
};
using Timers = std::multimap<Clock::time_point, Timed*>;

/// What the coroutines of this library have in common: they know the loop that runs them, and the scope they are in.
struct Context {
  Loop* loop = nullptr;
  Scope* scope = nullptr;
};

/// What can be cancelled at once: whatever the coroutines inside wait for at the time. Scopes nest as the coroutines do, one in another.
class Scope {
 public:
  Scope() = default;
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() {
    if (outer_ != nullptr) outer_->inner_ = nullptr;
  }

  /// Becomes the coroutine's scope, inside of the one it was in.
  void enter(Context& context) noexcept {
    outer_ = std::exchange(context.scope, this);
    if (outer_ != nullptr) outer_->inner_ = this;
  }

  /// Ends the wait inside with `reason`, and every later one.
  void cancel(std::error_code reason) noexcept;

  /// Why waits inside end at once; no error: they do not.
  std::error_code reason() const noexcept;

 private:
  friend class Operation;
  Scope* outer_ = nullptr;
  Scope* inner_ = nullptr;
  Operation* waiting_ = nullptr;
  std::error_code reason_;
};

/// A wait of one suspended coroutine; lives in its frame. Ends by look(), at a deadline, or cancelled, and once.
class Operation : Timed {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() { forget(); }

 protected:
  /// The coroutine sleeps from here on. `deadline`: when it is woken with `at_deadline`. Not together with look_every_.
  void sleep(const Context& context, std::coroutine_handle<> coroutine, Clock::time_point deadline, std::error_code at_deadline);

  /// True if what it waits for is there. Called after every ring of the loop's bell, if `listens`.
  virtual bool look() { return false; }

  /// Ends the wait. No effect when it has ended, or not begun.
  void wake(std::error_code result) noexcept;

  bool listens_ = false;
  Clock::duration look_every_ = Clock::duration::max();  // looks that often although nobody rings
  std::error_code result_;

 private:
  friend class Loop;
  friend class Scope;
  void due() noexcept override;
  void forget() noexcept;

  Loop* loop_ = nullptr;  // while it sleeps, or is about to be resumed
  Scope* scope_ = nullptr;
  std::coroutine_handle<> coroutine_;
  std::error_code at_deadline_;
  Timers::iterator timer_;
  bool has_timer_ = false;
  bool is_ready_ = false;
  Operation* previous_ = nullptr;  // in the loop's list of those that listen, or of those that are ready
  Operation* next_ = nullptr;
};

}  // namespace carry::async::detail
