#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <carry/asio/detail/bell_service.h>
#include <carry/publish_subscribe/sample.h>

#include <memory>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

/// A handler with its result, as a function without arguments that has the handler's executor and allocator.
template <class Handler, class T>
class Completion {
 public:
  using allocator_type = ::asio::associated_allocator_t<Handler>;
  using executor_type = ::asio::associated_executor_t<Handler, ::asio::any_io_executor>;

  Completion(Handler handler, ::asio::any_io_executor executor, std::error_code error, Sample<T> sample)
      : handler_(std::move(handler)), executor_(std::move(executor)), error_(error), sample_(std::move(sample)) {}

  allocator_type get_allocator() const noexcept { return ::asio::get_associated_allocator(handler_); }
  executor_type get_executor() const noexcept { return ::asio::get_associated_executor(handler_, executor_); }
  void operator()() { std::move(handler_)(error_, std::move(sample_)); }

 private:
  Handler handler_;
  ::asio::any_io_executor executor_;
  std::error_code error_;
  Sample<T> sample_;
};

/// The receive with its handler, in memory of the handler's allocator.
template <class Handler, class T>
class Receive final : public ReceiveBase {
  using Allocator = typename std::allocator_traits<::asio::associated_allocator_t<Handler>>::template rebind_alloc<Receive>;
  using HandlerExecutor = ::asio::associated_executor_t<Handler, ::asio::any_io_executor>;

 public:
  static void start(BellService& service, SubscriberCore& core, const ::asio::any_io_executor& executor, Handler handler) {
    Allocator allocator(::asio::get_associated_allocator(handler));
    auto slot = ::asio::get_associated_cancellation_slot(handler);
    Receive* receive = std::allocator_traits<Allocator>::allocate(allocator, 1);
    try {
      ::new (static_cast<void*>(receive)) Receive(core, executor, std::move(handler));
    } catch (...) {
      std::allocator_traits<Allocator>::deallocate(allocator, receive, 1);
      throw;
    }
    const std::uint64_t number = service.next_number();
    // Before it starts, because the handler may be called by another thread at once. A number that is over is cancelled without effect, so the
    // slot need not be cleared.
    if (slot.is_connected()) {
      slot.assign([&service, number](::asio::cancellation_type type) {
        if (type != ::asio::cancellation_type::none) service.cancel(number);
      });
    }
    service.start(receive, number, executor);
  }

  bool look() override {
    ring::Claimed claimed;
    if (core().try_take(claimed, error_)) sample_ = Sample<T>(claimed);
    return sample_ || error_;
  }

  void complete(std::error_code error, bool posted) override {
    if (error) error_ = error;
    const auto work = handler_work_;
    const auto io_work = io_work_;
    Completion<Handler, T> completion(std::move(handler_), executor_, error_, std::move(sample_));
    destroy(completion.get_allocator());  // The memory is the handler's again before it is called.
    if (posted) {
      ::asio::post(io_work.get_executor(), std::move(completion));
    } else {
      const auto executor = completion.get_executor();
      ::asio::dispatch(executor, std::move(completion));
    }
  }

  void abandon() noexcept override { destroy(::asio::get_associated_allocator(handler_)); }

 private:
  Receive(SubscriberCore& core, const ::asio::any_io_executor& executor, Handler handler)
      : ReceiveBase(core),
        handler_(std::move(handler)),
        executor_(executor),
        io_work_(executor),
        handler_work_(::asio::get_associated_executor(handler_, executor)) {}
  ~Receive() = default;

  void destroy(Allocator allocator) noexcept {
    this->~Receive();
    std::allocator_traits<Allocator>::deallocate(allocator, this, 1);
  }

  Handler handler_;
  ::asio::any_io_executor executor_;
  ::asio::executor_work_guard<::asio::any_io_executor> io_work_;
  ::asio::executor_work_guard<HandlerExecutor> handler_work_;
  std::error_code error_;
  Sample<T> sample_;
};

}  // namespace carry::asio::detail
