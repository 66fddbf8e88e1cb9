#pragma once

#include <carry/publish_subscribe/detail/subscriber_core.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

using SubscriberCore = publish_subscribe::detail::SubscriberCore;

/// Something that is waited for at a subscriber: the next message, or a publisher. Waits in its subscription's list; then it is called, in a turn of
/// its own on the handler's executor, and finds out there whether it is over. All under the hub's mutex, but for call() and abandon().
class Waiter {
 public:
  /// True if its turn has come, as far as one can tell.
  virtual bool is_ready(SubscriberCore& core) = 0;
  /// Gives it its turn: from here on it owns itself, whatever is thrown. `posted`: not from inside this call.
  virtual void call(bool posted) = 0;
  /// Destroys it and its handler, uncalled.
  virtual void abandon() noexcept = 0;

  std::error_code ending;  // why it is over before its turn

 protected:
  explicit Waiter(std::uint64_t number) noexcept : number_(number) {}
  ~Waiter() = default;

 private:
  friend class Hub;
  friend class WaiterList;
  friend struct CalledWaiters;
  std::uint64_t number_;  // in the order in which they began
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
  Waiter* next_called_ = nullptr;  // by the same look
};

/// Waiters, linked by themselves: none of it allocates.
class WaiterList {
 public:
  bool empty() const noexcept { return first_ == nullptr; }
  Waiter* first() const noexcept { return first_; }

  /// By number; the newest is the usual case.
  void insert(Waiter& waiter) noexcept {
    Waiter* before = last_;
    while (before != nullptr && before->number_ > waiter.number_) before = before->previous_;
    waiter.previous_ = before;
    waiter.next_ = before == nullptr ? first_ : before->next_;
    (waiter.previous_ == nullptr ? first_ : waiter.previous_->next_) = &waiter;
    (waiter.next_ == nullptr ? last_ : waiter.next_->previous_) = &waiter;
  }

  void remove(Waiter& waiter) noexcept {
    (waiter.previous_ == nullptr ? first_ : waiter.previous_->next_) = waiter.next_;
    (waiter.next_ == nullptr ? last_ : waiter.next_->previous_) = waiter.previous_;
  }

 private:
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

/// A subscriber and who waits at it.
struct Subscription {
  std::unique_ptr<SubscriberCore> core;  // null: closed
  WaiterList waiting;
  WaiterList called;      // whose turn is under way
  std::size_t index = 0;  // among those of the hub at which somebody waits, if somebody does
};

/// Those that one look found, or that one cancellation ends.
struct CalledWaiters {
  Waiter* first = nullptr;
  Waiter** last = &first;
  std::size_t count = 0;

  template <class Condition>
  void take_if(Subscription& subscription, Condition condition) {
    for (Waiter *waiter = subscription.waiting.first(), *next = nullptr; waiter != nullptr; waiter = next) {
      next = waiter->next_;
      if (!condition(waiter)) continue;
      subscription.waiting.remove(*waiter);
      subscription.called.insert(*waiter);
      waiter->next_called_ = nullptr;
      last = &(*last = waiter)->next_called_;
      ++count;
    }
  }

  /// Without the mutex. When a handler throws, those after it are called all the same, later.
  void call_all(bool posted) {
    while (Waiter* waiter = std::exchange(first, first == nullptr ? nullptr : first->next_called_)) {
      try {
        waiter->call(posted);
      } catch (...) {
        call_all(true);
        throw;
      }
    }
  }
};

}  // namespace carry::asio::detail
