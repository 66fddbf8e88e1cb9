#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/execution_context.hpp>

#include <carry/asio/detail/bell_wait.h>
#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/detail/subscriber_core.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

using SubscriberCore = publish_subscribe::detail::SubscriberCore;

/// An asynchronous receive under way. Ends by exactly one call of complete() or abandon(), which destroy it.
class ReceiveBase {
 public:
  /// Takes a message if there is one; true if the operation is over, with a message or an error. Under the service's mutex.
  virtual bool look() = 0;
  /// Hands the result to the handler, on its executor; `error`: instead of a result. `posted`: not from inside this call.
  virtual void complete(std::error_code error, bool posted) = 0;
  /// Destroys it and its handler, uncalled.
  virtual void abandon() noexcept = 0;

  SubscriberCore& core() const noexcept { return core_; }

 protected:
  explicit ReceiveBase(SubscriberCore& core) noexcept : core_(core) {}
  ~ReceiveBase() = default;

 private:
  SubscriberCore& core_;
};

/// What an execution context has of carry: one bell, one wait for it, and the receives that are under way.
///
/// Thread safety: everything is guarded by mutex(), the subscribers themselves too: whoever touches one while a receive may be under way holds it.
class BellService final : public ::asio::execution_context::service {
 public:
  using key_type = BellService;
  inline static ::asio::execution_context::id id;

  explicit BellService(::asio::execution_context& context) : ::asio::execution_context::service(context) {}

  std::mutex& mutex() noexcept { return mutex_; }

  /// A number by which a receive is cancelled.
  std::uint64_t next_number() noexcept { return last_number_.fetch_add(1, std::memory_order_relaxed) + 1; }  // Relaxed: it guards nothing.

  /// Begins a receive.
  void start(ReceiveBase* receive, std::uint64_t number, const ::asio::any_io_executor& executor) {
    std::unique_lock lock(mutex_);
    if (is_shut_down_) {
      lock.unlock();
      return receive->abandon();
    }
    std::error_code error;
    if (!receive->look()) {
      error = arm(receive->core(), executor);
      if (!error && !receive->look()) {
        receives_.push_back({number, receive});
        wait();
        return;
      }
      if (!is_awaited(receive->core())) receive->core().disarm();
    }
    lock.unlock();
    receive->complete(error, true);
  }

  /// Ends one receive, or all of a subscriber, with operation_aborted.
  void cancel(std::uint64_t number) {
    cancel_if([number](const Entry& entry) { return entry.number == number; });
  }
  void cancel_all(const SubscriberCore& core) {
    cancel_if([&core](const Entry& entry) { return &entry.receive->core() == &core; });
  }

 private:
  struct Entry {
    std::uint64_t number;
    ReceiveBase* receive;
  };
  using Entries = std::list<Entry>;

  /// Asio calls it when the context ends, later versions twice.
  void shutdown() noexcept override {
    Entries left;
    {
      const std::scoped_lock lock(mutex_);
      left.swap(receives_);
      place_.reset();
      waiting_ = false;
      is_shut_down_ = true;
    }
    for (const Entry& entry : left) entry.receive->abandon();
  }

  std::error_code arm(SubscriberCore& core, const ::asio::any_io_executor& executor) try {
    if (place_ == nullptr) {
      auto participant = domain::Participant::current();
      if (!participant) return participant.error();
      auto bell = domain::Bell::make(**participant);
      if (!bell) return bell.error();
      place_ = std::make_shared<Place>(std::move(*bell), executor);
    }
    if (auto error = core.make_wakeable()) return error;
    core.arm(*place_->bell);
    return {};
  } catch (const std::system_error& e) {
    return e.code();  // of the wait
  }

  bool is_awaited(const SubscriberCore& core) const {
    for (const Entry& entry : receives_) {
      if (&entry.receive->core() == &core) return true;
    }
    return false;
  }

  /// Keeps one wait outstanding while there are receives, and none when there are none: it would keep the context running.
  void wait() {
    if (waiting_ || receives_.empty()) return;
    waiting_ = true;
    place_->wait.start([this, place = std::weak_ptr(place_)](bool rung) {
      if (!place.expired()) hear(rung);
    });
  }

  void hear(bool rung) {
    Entries over;
    {
      const std::scoped_lock lock(mutex_);
      waiting_ = false;
      if (rung) place_->bell->begin_generation();
      for (auto entry = receives_.begin(); entry != receives_.end();) {
        const auto next = std::next(entry);
        if (entry->receive->look()) over.splice(over.end(), receives_, entry);
        entry = next;
      }
      disarm(over);
      wait();
    }
    for (const Entry& entry : over) entry.receive->complete({}, false);
  }

  template <class Wanted>
  void cancel_if(Wanted wanted) {
    Entries over;
    {
      const std::scoped_lock lock(mutex_);
      for (auto entry = receives_.begin(); entry != receives_.end();) {
        const auto next = std::next(entry);
        if (wanted(*entry)) over.splice(over.end(), receives_, entry);
        entry = next;
      }
      disarm(over);
      if (waiting_ && receives_.empty()) place_->wait.cancel();
    }
    for (const Entry& entry : over) entry.receive->complete(::asio::error::operation_aborted, true);
  }

  void disarm(const Entries& over) {
    for (const Entry& entry : over) {
      if (!is_awaited(entry.receive->core())) entry.receive->core().disarm();
    }
  }

  struct Place {
    Place(std::unique_ptr<domain::Bell> made, const ::asio::any_io_executor& executor) : bell(std::move(made)), wait(executor, *bell) {}
    std::unique_ptr<domain::Bell> bell;
    BellWait wait;
  };

  std::mutex mutex_;
  std::shared_ptr<Place> place_;
  Entries receives_;
  bool waiting_ = false;
  bool is_shut_down_ = false;
  std::atomic<std::uint64_t> last_number_ = 0;
};

}  // namespace carry::asio::detail
