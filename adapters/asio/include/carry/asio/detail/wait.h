#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <carry/asio/detail/bell_service.h>
#include <carry/asio/detail/operation_memory.h>
#include <carry/publish_subscribe/sample.h>

#include <memory>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

/// What a receive waits for, and takes in its turn.
template <class T>
struct NextMessage {
  Sample<T> sample;
  std::error_code error;

  static bool is_ready(SubscriberCore& core) { return core.has_message(); }
  bool take(SubscriberCore& core) {
    ring::Claimed claimed;
    if (core.try_take(claimed, error)) sample = Sample<T>(claimed);
    return sample || error;
  }
  template <class Handler>
  void give(Handler&& handler, std::error_code ending) {
    std::forward<Handler>(handler)(ending ? ending : error, std::move(sample));
  }
};

/// What async_wait_for_publisher() waits for.
struct AnyPublisher {
  static bool is_ready(SubscriberCore& core) {
    (void)core.has_message();  // connects to whoever came
    return core.num_publishers() != 0;
  }
  static bool take(SubscriberCore& core) { return is_ready(core); }
  template <class Handler>
  static void give(Handler&& handler, std::error_code ending) {
    std::forward<Handler>(handler)(ending);
  }
};

/// A handler that is called with an error, later, as a function that has its allocator.
template <class Handler, class Awaited>
class Refused {
 public:
  using allocator_type = HandlerAllocatorOf<Handler>;
  Refused(Handler handler, std::error_code error) : handler_(std::move(handler)), error_(error) {}
  allocator_type get_allocator() const noexcept { return allocator_of(handler_); }
  void operator()() { Awaited().give(std::move(handler_), error_); }

 private:
  Handler handler_;
  std::error_code error_;
};

/// An asynchronous wait, in memory of the handler's allocator.
///
/// What it waits for is taken in its turn, on the handler's executor, right before the handler is called: a cancellation that comes before, in the
/// handler's strand, is obeyed, and nothing was taken.
template <class Handler, class Awaited>
class Wait final : public Waiter {
 public:
  using HandlerAllocator = HandlerAllocatorOf<Handler>;

  static void start(const std::shared_ptr<Hub>& hub, const std::shared_ptr<Subscription>& subscription, const ::asio::any_io_executor& executor,
                    Handler handler) {
    auto slot = ::asio::get_associated_cancellation_slot(handler);
    const auto allocator = allocator_of(handler);
    const std::uint64_t number = hub->next_number();
    Wait* wait = Memory::make(allocator, hub, subscription, executor, std::move(handler), number);
    // Before it starts, because the handler may be called by another thread at once. A number that is over is cancelled without effect, so the
    // slot need not be cleared.
    if (slot.is_connected()) {
      slot.assign([h = std::weak_ptr(hub), s = std::weak_ptr(subscription), number](::asio::cancellation_type type) {
        if (type == ::asio::cancellation_type::none) return;
        const auto alive = h.lock();
        const auto where = s.lock();
        if (alive != nullptr && where != nullptr) alive->cancel(where, number);
      });
    }
    hub->wait(subscription, wait, executor, std::unique_lock(hub->mutex));
  }

  bool is_ready(SubscriberCore& core) override { return awaited_.is_ready(core); }

  void call(bool posted) override {
    const auto executor = ::asio::get_associated_executor(handler_, io_work_.get_executor());
    if (posted) ::asio::post(executor, Turn<Wait>(this));
    else ::asio::dispatch(executor, Turn<Wait>(this));
  }

  void abandon() noexcept override { Memory::destroy(handler_allocator(), this); }

 private:
  friend class Turn<Wait>;
  using Memory = OperationMemory<Wait, HandlerAllocator>;
  friend Memory;
  using HandlerExecutor = ::asio::associated_executor_t<Handler, ::asio::any_io_executor>;

  Wait(std::shared_ptr<Hub> hub, std::shared_ptr<Subscription> subscription, const ::asio::any_io_executor& executor, Handler handler,
       std::uint64_t number)
      : Waiter(number),
        hub_(std::move(hub)),
        subscription_(std::move(subscription)),
        handler_(std::move(handler)),
        io_work_(executor),
        handler_work_(::asio::get_associated_executor(handler_, executor)) {}
  ~Wait() = default;

  HandlerAllocator handler_allocator() const noexcept { return allocator_of(handler_); }

  void run() {
    std::unique_lock lock(hub_->mutex);
    subscription_->called.remove(*this);
    if (!ending && subscription_->core == nullptr) ending = ::asio::error::operation_aborted;
    if (!ending && !awaited_.take(*subscription_->core)) {
      const auto hub = hub_;
      return hub->wait(subscription_, this, io_work_.get_executor(), std::move(lock));  // Somebody else has taken it.
    }
    lock.unlock();
    const auto io_work = std::move(io_work_);
    const auto handler_work = std::move(handler_work_);
    const auto error = ending;
    Awaited awaited(std::move(awaited_));
    Handler handler(std::move(handler_));
    Memory::destroy(allocator_of(handler), this);  // The memory is the handler's again before it is called.
    awaited.give(std::move(handler), error);
  }

  void drop() noexcept {
    {
      const std::scoped_lock lock(hub_->mutex);
      subscription_->called.remove(*this);
    }
    abandon();
  }

  std::shared_ptr<Hub> hub_;
  std::shared_ptr<Subscription> subscription_;
  Handler handler_;
  ::asio::executor_work_guard<::asio::any_io_executor> io_work_;
  ::asio::executor_work_guard<HandlerExecutor> handler_work_;
  Awaited awaited_;
};

}  // namespace carry::asio::detail
