#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/bind_executor.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <carry/asio/detail/operation_memory.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace carry::asio::detail {

/// How a question under way is cancelled: a flag that is looked at before each asking, so that nothing is lost between two waits of the timer.
struct Asking {
  bool is_cancelled = false;
  ::asio::steady_timer* timer = nullptr;  // null: it is over

  void cancel() {
    is_cancelled = true;
    if (timer != nullptr) timer->cancel();
  }
};

/// The questions about one thing: they end before it.
class Questions {
 public:
  void add(const std::shared_ptr<Asking>& asking) {
    std::erase_if(under_way_, [](const auto& old) { return old.expired(); });
    under_way_.push_back(asking);
  }
  void cancel() {
    for (const auto& weak : std::exchange(under_way_, {})) {
      if (const auto asking = weak.lock()) asking->cancel();
    }
  }

 private:
  std::vector<std::weak_ptr<Asking>> under_way_;
};

/// Asks again and again, at growing distances, until there is an answer, and hands that to the handler; never from inside start(). For what nobody rings
/// a bell for. Asks and answers on the handler's executor.
template <class Handler, class Question>
class Ask final {
 public:
  using HandlerAllocator = HandlerAllocatorOf<Handler>;
  using Duration = std::chrono::steady_clock::duration;

  static void start(Questions& questions, Handler handler, Question question, const ::asio::any_io_executor& executor, Duration first,
                    Duration longest) {
    const auto slot = ::asio::get_associated_cancellation_slot(handler);
    const auto allocator = allocator_of(handler);
    const auto asking = std::make_shared<Asking>();
    questions.add(asking);
    Ask* ask = Memory::make(allocator, asking, std::move(handler), std::move(question), executor, first, longest);
    asking->timer = &ask->timer_;
    Turn<Ask> turn(ask);
    if (slot.is_connected()) {
      auto connected = slot;
      connected.assign([weak = std::weak_ptr(asking)](::asio::cancellation_type type) {
        const auto alive = weak.lock();
        if (alive != nullptr && type != ::asio::cancellation_type::none) alive->cancel();
      });
    }
    ::asio::post(HandlerExecutor(ask->handler_executor_), std::move(turn));
  }

 private:
  friend class Turn<Ask>;
  using Memory = OperationMemory<Ask, HandlerAllocator>;
  friend Memory;
  using HandlerExecutor = ::asio::associated_executor_t<Handler, ::asio::any_io_executor>;

  Ask(std::shared_ptr<Asking> asking, Handler handler, Question question, const ::asio::any_io_executor& executor, Duration first, Duration longest)
      : asking_(std::move(asking)),
        handler_(std::move(handler)),
        question_(std::move(question)),
        handler_executor_(::asio::get_associated_executor(handler_, executor)),
        work_(handler_executor_),
        timer_(executor),
        distance_(first),
        longest_(longest) {}
  ~Ask() { asking_->timer = nullptr; }

  HandlerAllocator handler_allocator() const noexcept { return allocator_of(handler_); }

  void run() {
    Turn<Ask> turn(this);  // Owned, whatever the question throws.
    std::optional<std::error_code> answer;
    if (asking_->is_cancelled) answer = ::asio::error::operation_aborted;
    else answer = question_();
    if (!answer) {
      timer_.expires_after(std::exchange(distance_, std::min(2 * distance_, longest_)));
      timer_.async_wait(::asio::bind_executor(HandlerExecutor(handler_executor_), std::move(turn)));
      return;
    }
    const auto work = std::move(work_);
    Handler handler(std::move(handler_));
    Memory::destroy(allocator_of(handler), turn.release());  // The memory is the handler's again before it is called.
    std::move(handler)(*answer);
  }

  void drop() noexcept { Memory::destroy(handler_allocator(), this); }

  std::shared_ptr<Asking> asking_;
  Handler handler_;
  Question question_;
  HandlerExecutor handler_executor_;
  ::asio::executor_work_guard<HandlerExecutor> work_;
  ::asio::steady_timer timer_;
  Duration distance_;
  Duration longest_;
};

}  // namespace carry::asio::detail
