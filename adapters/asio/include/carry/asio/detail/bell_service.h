#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>

#include <carry/asio/detail/bell_wait.h>
#include <carry/asio/detail/waiter.h>
#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/platform/own_segment.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

namespace carry::asio::detail {

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
    if (subscription->waiting.empty()) add(subscription);
    subscription->waiting.insert(*waiter);
    waiter->ending = arm(*subscription->core, executor);
    if (!waiter->ending && !waiter->is_ready(*subscription->core)) return listen();
    subscription->waiting.remove(*waiter);
    subscription->called.insert(*waiter);
    remove_if_idle(*subscription);
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
      if (!platform::forked()) {
        for (const auto& subscription : left) subscription->core->disarm();  // The bell's record may become another's.
      }
      place_.reset();
      listens_ = false;
      is_shut_down_ = true;
    }
    for (const auto& subscription : left) {
      WaiterList waiting;
      {
        const std::scoped_lock lock(mutex);
        std::swap(waiting, subscription->waiting);
      }
      while (Waiter* waiter = waiting.first()) {
        waiting.remove(*waiter);
        waiter->abandon();
      }
    }
  }

 private:
  static constexpr std::size_t burst = 8;  // found by one look

  struct Place {
    Place(std::unique_ptr<domain::Bell> made, const ::asio::any_io_executor& e)
        : executor(e), bell(std::move(made)), wait(executor, *bell), timer(executor) {}
    ::asio::any_io_executor executor;
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

  void add(const std::shared_ptr<Subscription>& subscription) {
    awaited_.push_back(subscription);
    subscription->index = awaited_.size() - 1;
    look_every_ = std::min(look_every_, subscription->core->look_every());
  }

  /// A subscription at which nobody waits any more is not rung for.
  void remove_if_idle(Subscription& subscription) {
    if (!subscription.waiting.empty()) return;
    if (subscription.core != nullptr) subscription.core->disarm();
    awaited_.back()->index = subscription.index;
    awaited_[subscription.index] = std::move(awaited_.back());
    awaited_.pop_back();
    rest_if_idle();
  }

  void remove_idle() noexcept {
    std::erase_if(awaited_, [](const auto& subscription) {
      if (!subscription->waiting.empty()) return false;
      subscription->core->disarm();
      return true;
    });
    look_every_ = std::chrono::nanoseconds::max();
    for (std::size_t i = 0; i != awaited_.size(); ++i) {
      awaited_[i]->index = i;
      look_every_ = std::min(look_every_, awaited_[i]->core->look_every());
    }
    rest_if_idle();
  }

  void rest_if_idle() {
    if (!awaited_.empty() || place_ == nullptr) return;
    if (listens_) place_->wait.cancel();
    if (place_->timer_runs) place_->timer.cancel();
  }

  /// Keeps one wait outstanding while there are waiters, and none when there are none: it would keep the context running. Not when the next look is
  /// on its way already, which decides anew.
  void listen() {
    if (awaited_.empty() || looks_again_) return;
    if (!listens_) {
      place_->wait.start([self = weak_from_this(), place = std::weak_ptr(place_)](bool rung) {
        const auto hub = self.lock();
        if (hub != nullptr && !place.expired()) hub->hear(rung);
      });
      listens_ = true;
    }
    if (place_->timer_runs || look_every_ == std::chrono::nanoseconds::max()) return;
    place_->timer_runs = true;
    place_->timer.expires_after(look_every_);
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
    CalledWaiters called;
    try {
      for (const auto& subscription : awaited_) {
        called.take_if(*subscription, [&](Waiter* waiter) { return waiter->is_ready(*subscription->core); });
      }
      if (called.count != 0) remove_idle();
      if (called.count <= burst) listen();
      else look_again();
    } catch (...) {  // No memory: those that are left are looked at in another turn.
      remove_idle();
      try {
        look_again();
      } catch (const std::bad_alloc&) {
        // The next wait listens again.
      }
      lock.unlock();
      called.call_all(true);
      throw;
    }
    lock.unlock();
    called.call_all(false);
  }

  /// While messages come in a burst: publishers, who have rung for this generation, need not ring, until a look finds few and listens again.
  void look_again() {
    if (looks_again_ || awaited_.empty()) return;
    ::asio::post(place_->executor, [self = weak_from_this()] {
      const auto hub = self.lock();
      if (hub != nullptr) hub->go_on_looking();
    });
    looks_again_ = true;
  }

  void go_on_looking() {
    std::unique_lock lock(mutex);
    looks_again_ = false;
    look(lock);
  }

  template <class Wanted>
  void cancel_if(const std::shared_ptr<Subscription>& subscription, Wanted wanted) {
    CalledWaiters over;
    {
      const std::scoped_lock lock(mutex);
      over.take_if(*subscription, wanted);
      for (Waiter* waiter = subscription->called.first(); waiter != nullptr; waiter = waiter->next_) {
        if (wanted(waiter)) waiter->ending = ::asio::error::operation_aborted;
      }
      if (over.count != 0) remove_if_idle(*subscription);
    }
    over.call_all(true);
  }

  std::shared_ptr<Place> place_;
  std::vector<std::shared_ptr<Subscription>> awaited_;                     // at which somebody waits
  std::chrono::nanoseconds look_every_ = std::chrono::nanoseconds::max();  // the shortest of theirs
  bool listens_ = false;
  bool looks_again_ = false;
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
