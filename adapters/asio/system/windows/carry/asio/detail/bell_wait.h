#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/detail/socket_types.hpp>  // <windows.h>, as Asio wants it
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <carry/domain/bell.h>

#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

/// Waits for a bell in an execution context. One wait is registered with the system for as long as this lives, so that no signal can be lost
/// between two (asio::windows::object_handle registers each anew, and a cancelled one takes the signal along).
class BellWait {
 public:
  BellWait(const ::asio::any_io_executor& executor, domain::Bell& bell) : executor_(executor) {
    const auto event = reinterpret_cast<HANDLE>(bell.native_handle());
    if (!RegisterWaitForSingleObject(&registered_, event, &BellWait::rung, this, INFINITE, WT_EXECUTEINWAITTHREAD)) {
      throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), "carry::asio: RegisterWaitForSingleObject");
    }
  }
  BellWait(const BellWait&) = delete;
  BellWait& operator=(const BellWait&) = delete;
  ~BellWait() { UnregisterWaitEx(registered_, INVALID_HANDLE_VALUE); }  // waits for the callback

  /// Calls heard(rung) once, from a thread of the context, when the bell was rung or cancel() was called. Not while one is outstanding.
  template <class Heard>
  void start(Heard heard) {
    const std::scoped_lock lock(mutex_);
    heard_ = std::move(heard);
    work_.emplace(executor_);
    if (std::exchange(was_rung_, false)) tell(true);
  }
  void cancel() {
    const std::scoped_lock lock(mutex_);
    if (heard_) tell(false);
  }

 private:
  static void CALLBACK rung(void* self, BOOLEAN) {
    auto& wait = *static_cast<BellWait*>(self);
    const std::scoped_lock lock(wait.mutex_);
    if (wait.heard_) wait.tell(true);
    else wait.was_rung_ = true;
  }

  void tell(bool rung) {
    ::asio::post(executor_, [heard = std::exchange(heard_, nullptr), rung] { heard(rung); });
    work_.reset();
  }

  ::asio::any_io_executor executor_;
  HANDLE registered_ = nullptr;
  std::mutex mutex_;
  bool was_rung_ = false;
  std::function<void(bool)> heard_;
  std::optional<::asio::executor_work_guard<::asio::any_io_executor>> work_;
};

}  // namespace carry::asio::detail
