#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>

#include <carry/asio/detail/bell_wait.h>
#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/detail/subscriber_core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace carry::asio::detail {

using SubscriberCore = publish_subscribe::detail::SubscriberCore;

/// Something that is waited for at a subscriber: the next message, or a publisher. Waits in its subscription's list; then it is called, in a turn of
/// its own on the handler's executor, and finds out there whether it is over. All under the hub's mutex, but for call() and abandon().
class Waiter {
 public:
  /// True if its turn has come, as far as one can tell.
  virtual bool is_ready(SubscriberCore& core) = 0;
  /// Gives it its turn: from here on it owns itself. `posted`: not from inside this call.
  virtual void call(bool posted) = 0;
  /// Destroys it and its handler, uncalled.
  virtual void abandon() noexcept = 0;

  std::error_code ending;  // why it is over before its turn

 protected:
  explicit Waiter(std::uint64_t number) noexcept : number_(number) {}
  ~Waiter() = default;

 private:
  friend class Hub;
  std::uint64_t number_;  // in the order in which they began
};

/// A subscriber and who waits at it.
struct Subscription {
  std::unique_ptr<SubscriberCore> core;  // null: closed
  std::list<Waiter*> waiting;            // by number
  std::list<Waiter*> called;             // whose turn is under way
};

/// The executor inside of a strand: hearing the bell is nothing that has to wait for the handlers of one.
inline ::asio::any_io_executor inner_executor(const ::asio::any_io_executor& executor) {
  if (const auto* strand = executor.target<::asio::strand<::asio::io_context::executor_type>>()) return strand->get_inner_executor();
  if (const auto* strand = executor.target<::asio::strand<::asio::any_io_executor>>()) return inner_executor(strand->get_inner_executor());
  return executor;
}

/// What an execution context has of carry: one bell, one wait for it, and the subscriptions at which somebody waits.
///
/// Thread safety: everything is guarded by mutex, the subscribers too. Outlives the context for as long as turns are under way in others.
class Hub final : public std::enable_shared_from_this<Hub> {
 public:
  std::mutex mutex;

  /// For a new waiter: by it, it is cancelled.
  std::uint64_t next_number() noexcept { return last_number_.fetch_add(1, std::memory_order_relaxed) + 1; }  // Relaxed: it guards nothing.

  /// Begins a wait, or goes on with one whose turn has come too early. If it need not wait, it is called, later. With the mutex, which it releases.
  void wait(const std::shared_ptr<Subscription>& subscription, Waiter* waiter, const ::asio::any_io_executor& executor,
            std::unique_lock<std::mutex> lock) {
    if (is_shut_down_) {
      lock.unlock();
      return waiter->abandon();
    }
    if (subscription->waiting.empty()) awaited_.push_back(subscription);
    const auto successor = std::ranges::find_if(subscription->waiting, [&](const Waiter* w) { return w->number_ > waiter->number_; });
    subscription->waiting.insert(successor, waiter);
    waiter->ending = arm(*subscription->core, executor);
    if (!waiter->ending && !waiter->is_ready(*subscription->core)) return listen();
    std::erase(subscription->waiting, waiter);
    subscription->called.push_back(waiter);
    rest();
    lock.unlock();
    waiter->call(true);
  }

  /// Ends one wait, or all of a subscription's. Those that were called already, but had not had their turn, too.
  void cancel(const std::shared_ptr<Subscription>& subscription, std::uint64_t number) {
    cancel_if(subscription, [number](const Waiter* waiter) { return waiter->number_ == number; });
  }
  void cancel_all(const std::shared_ptr<Subscription>& subscription) {
    cancel_if(subscription, [](const Waiter*) { return true; });
  }

  void shut_down() noexcept {
    std::vector<std::shared_ptr<Subscription>> left;
    {
      const std::scoped_lock lock(mutex);
      left.swap(awaited_);
      place_.reset();
      listens_ = false;
      is_shut_down_ = true;
    }
    for (const auto& subscription : left) {
      std::list<Waiter*> waiting;
      {
        const std::scoped_lock lock(mutex);
        waiting.swap(subscription->waiting);
      }
      for (Waiter* waiter : waiting) waiter->abandon();
    }
  }

 private:
  struct Place {
    Place(std::unique_ptr<domain::Bell> made, const ::asio::any_io_executor& executor)
        : bell(std::move(made)), wait(executor, *bell), timer(executor) {}
    std::unique_ptr<domain::Bell> bell;
    BellWait wait;
    ::asio::steady_timer timer;  // for those who have to look although nobody rings
    bool timer_runs = false;
  };

  std::error_code arm(SubscriberCore& core, const ::asio::any_io_executor& executor) try {
    if (place_ == nullptr) {
      auto participant = domain::Participant::current();
      if (!participant) return participant.error();
      auto bell = domain::Bell::make(**participant);
      if (!bell) return bell.error();
      place_ = std::make_shared<Place>(std::move(*bell), inner_executor(executor));
    }
    if (auto error = core.make_wakeable()) return error;
    core.arm(*place_->bell);
    return {};
  } catch (const std::system_error& e) {
    return e.code();  // of the wait
  }

  /// Subscriptions at which nobody waits any more are not rung for.
  void rest() {
    std::erase_if(awaited_, [](const auto& subscription) {
      if (!subscription->waiting.empty()) return false;
      if (subscription->core != nullptr) subscription->core->disarm();
      return true;
    });
    if (!awaited_.empty() || place_ == nullptr) return;
    if (listens_) place_->wait.cancel();
    if (place_->timer_runs) place_->timer.cancel();
  }

  /// Keeps one wait outstanding while there are waiters, and none when there are none: it would keep the context running.
  void listen() {
    if (awaited_.empty()) return;
    if (!listens_) {
      listens_ = true;
      place_->wait.start([self = weak_from_this(), place = std::weak_ptr(place_)](bool rung) {
        const auto hub = self.lock();
        if (hub != nullptr && !place.expired()) hub->hear(rung);
      });
    }
    if (place_->timer_runs) return;
    auto look_every = std::chrono::nanoseconds::max();
    for (const auto& subscription : awaited_) look_every = std::min(look_every, subscription->core->look_every());
    if (look_every == std::chrono::nanoseconds::max()) return;
    place_->timer_runs = true;
    place_->timer.expires_after(look_every);
    place_->timer.async_wait([self = weak_from_this(), place = std::weak_ptr(place_)](std::error_code) {
      const auto hub = self.lock();
      if (hub != nullptr && !place.expired()) hub->look_around();
    });
  }

  void hear(bool rung) {
    std::unique_lock lock(mutex);
    listens_ = false;
    if (place_ != nullptr && rung) place_->bell->begin_generation();
    look(lock);
  }

  void look_around() {
    std::unique_lock lock(mutex);
    if (place_ != nullptr) place_->timer_runs = false;
    look(lock);
  }

  void look(std::unique_lock<std::mutex>& lock) {
    std::vector<Waiter*> called;
    for (const auto& subscription : awaited_) {
      call_if(*subscription, called, [&](Waiter* waiter) { return waiter->is_ready(*subscription->core); });
    }
    if (!called.empty()) rest();
    listen();
    lock.unlock();
    for (Waiter* waiter : called) waiter->call(false);
  }

  template <class Condition>
  static void call_if(Subscription& subscription, std::vector<Waiter*>& called, Condition condition) {
    std::erase_if(subscription.waiting, [&](Waiter* waiter) {
      if (!condition(waiter)) return false;
      subscription.called.push_back(waiter);
      called.push_back(waiter);
      return true;
    });
  }

  template <class Wanted>
  void cancel_if(const std::shared_ptr<Subscription>& subscription, Wanted wanted) {
    std::vector<Waiter*> over;
    {
      const std::scoped_lock lock(mutex);
      call_if(*subscription, over, wanted);
      for (Waiter* waiter : subscription->called) {
        if (wanted(waiter)) waiter->ending = ::asio::error::operation_aborted;
      }
      if (!over.empty()) rest();
    }
    for (Waiter* waiter : over) waiter->call(true);
  }

  std::shared_ptr<Place> place_;
  std::vector<std::shared_ptr<Subscription>> awaited_;  // at which somebody waits
  bool listens_ = false;
  bool is_shut_down_ = false;
  std::atomic<std::uint64_t> last_number_ = 0;
};

/// Keeps the hub of an execution context.
class BellService final : public ::asio::execution_context::service {
 public:
  using key_type = BellService;
  inline static ::asio::execution_context::id id;

  explicit BellService(::asio::execution_context& context) : ::asio::execution_context::service(context) {}
  const std::shared_ptr<Hub>& hub() const noexcept { return hub_; }

 private:
  /// Asio calls it when the context ends, later versions twice.
  void shutdown() noexcept override { hub_->shut_down(); }

  std::shared_ptr<Hub> hub_ = std::make_shared<Hub>();
};

}  // namespace carry::asio::detail
