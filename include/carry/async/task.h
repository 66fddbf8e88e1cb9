#pragma once

#include <carry/async/detail/operation.h>

#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace carry::async {

template <class T>
class task;

namespace detail {

/// The part of a coroutine's promise that does not depend on its result.
struct PromiseBase : Context {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr exception;
  bool is_starting = false;  // below the one that awaits it, on the stack: that one goes on by itself when this one ends
  bool has_ended = false;

  struct Final {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      ended.promise().has_ended = true;
      if (ended.promise().is_starting) return std::noop_coroutine();
      return ended.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  Final final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;
  task<T> get_return_object() noexcept;
  template <std::convertible_to<T> U = T>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}
};

}  // namespace detail

/// A coroutine of event_loop: starts when it is awaited, and hands control to whoever awaits it when it ends. An exception passes through.
///
/// Awaited by another task, or started by event_loop::spawn(); once. Destroying it destroys what it waits for.
/// Thread safety: the loop's thread.
template <class T = void>
class [[nodiscard]] task {
  static_assert(std::is_void_v<T> || std::is_object_v<T>, "a task's result is an object, or nothing");

 public:
  using promise_type = detail::Promise<T>;

  task(task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~task() {
    if (coroutine_ != nullptr) coroutine_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  /// Runs it to its first wait. One that ends without waiting gives false: the stack does not grow with the number of such tasks, even where the
  /// compiler makes no tail call of the transfer to a coroutine.
  template <std::derived_from<detail::Context> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting) noexcept {
    auto& promise = coroutine_.promise();
    static_cast<detail::Context&>(promise) = static_cast<const detail::Context&>(awaiting.promise());
    promise.continuation = awaiting;
    promise.is_starting = true;
    coroutine_.resume();
    promise.is_starting = false;
    return !promise.has_ended;
  }
  T await_resume() {
    if (coroutine_.promise().exception != nullptr) std::rethrow_exception(coroutine_.promise().exception);
    return coroutine_.promise().take();
  }

 private:
  friend promise_type;
  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T>
task<T> Promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}

inline task<void> Promise<void>::get_return_object() noexcept { return task<void>(std::coroutine_handle<Promise>::from_promise(*this)); }

}  // namespace detail

}  // namespace carry::async
