#pragma once

#include <carry/error.h>
#include <carry/event/shm_atomic_notifier.h>
#include <carry/memory/shm_safe.h>
#include <carry/publish_subscribe/detail/publisher_core.h>
#include <carry/publish_subscribe/loan.h>
#include <carry/publish_subscribe/options.h>
#include <carry/utils/founding_names.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

namespace carry::publish_subscribe {

/// Publishes messages of type T on a topic, to any number of subscribers in any process of the domain.
///
/// Messages lie in a ring of slots in this process's dynamic buffer. Their destructors run in this process: when a slot is used again, or, if the
/// buffer is exhausted, in any thread that allocates. They may use other ports, but not their own publisher (it answers Errc::loan_outstanding
/// in the publishing thread).
/// At its end a publisher waits (PublisherOptions::linger) for subscribers that were there before it to connect, and leaves what connected
/// subscribers have not read yet to them. Subscribers of its own process are not waited for, and get everything too.
///
/// The topic's name and T's structure tell what belongs together: types with the same fields at the same offsets are one type, whatever they and their
/// fields are called, in programs of any compiler. domain::type_identity() has the details.
///
/// Thread safety: one thread per Publisher at a time; any number of publishers.
/// Exceptions:    std::bad_alloc of initialize() and of the first call after somebody has come, when this process has no memory of its own (not the
///                dynamic buffer's) to remember him; nothing is changed by such a call. publish() may say not_enough_memory instead.
/// Crash safety:  a process killed anywhere leaves each message either published as a whole or not at all.
template <class T, class NotifierType = event::ShmAtomicNotifier>
class Publisher {
  static_assert(event::Notifier<NotifierType>, "a notifier has the members that docs/reference/notifier.md lists");
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "a message is a plain object type");
  static_assert(std::is_nothrow_destructible_v<T>, "a message's destructor must not throw");

 public:
  using message_type = T;

  explicit Publisher(std::string_view topic, PublisherOptions options = {}) : topic_(topic), options_(options) {
    require_shm_safe<T>();
    domain::Participant::leave_at_exit_after_caller();
  }
  Publisher(Publisher&& other) noexcept = default;
  Publisher& operator=(Publisher&& other) noexcept {
    if (this != &other) {
      close();
      core_ = std::move(other.core_);
      topic_ = std::move(other.topic_);
      options_ = other.options_;
      notifier_ = std::move(other.notifier_);
      published_ = other.published_;
    }
    return *this;
  }
  ~Publisher() { close(); }

  /// Makes the ring, and shows the publisher to subscribers.
  ///
  /// Blocking: no; joins the domain first if this process has not yet.
  /// Errors:   Errc::already_initialized; Errc::invalid_option; Errc::type_mismatch when a live port of the topic has another type;
  ///           Errc::heap_exhausted; Errc::port_table_full; Errc::forked; those of joining: see initialize_dynamic_buffer().
  std::error_code initialize() {
    if (core_ != nullptr) return Errc::already_initialized;
    void (*destroy)(void*) noexcept = nullptr;
    if constexpr (!std::is_trivially_destructible_v<T>) destroy = [](void* message) noexcept { static_cast<T*>(message)->~T(); };
    auto core = detail::PublisherCore::open({.topic = topic_, .type = domain::type_identity<T>(), .options = options_, .destroy = destroy});
    if (!core) return core.error();
    if constexpr (!event::SharedMemoryNotifier<NotifierType>) {
      if (auto error = notifier_.initialize(topic_)) {
        detail::PublisherCore::close(std::move(*core));  // Somebody may have connected: the ring stays as long as he is.
        return error;
      }
    }
    core_ = std::move(*core);
    return {};
  }

  /// Publishes one message to every subscriber: moves it, once, into the next slot. The result may be dropped.
  ///
  /// Blocking:     never with Overflow::overwrite_oldest or ::reject; else until a slot is free, at most block_timeout.
  /// Crash safety: a process killed inside leaves the message unpublished.
  /// Errors:       Errc::not_initialized; Errc::ring_full (reject); Errc::timeout (block); Errc::no_free_slot when samples are held in every slot;
  ///               Errc::loan_outstanding; Errc::forked; what the system ran out of when a new process could not be mapped (too_many_files_open).
  ///               The message is untouched then.
  /// Complexity:   O(1) plus the move, amortised; no system call and no fence that depends on the number of subscribers.
  template <class U>
    requires std::same_as<std::remove_cvref_t<U>, T> && std::constructible_from<T, U>
  std::error_code publish(U&& message) {
    if (!has_slot()) [[unlikely]] {
      if (auto error = wait_for_slot()) return error;
    }
    ::new (core_->message()) T(std::forward<U>(message));
    commit();
    return success_;
  }

  /// As publish(), but with Overflow::block it does not wait: Errc::ring_full.
  template <class U>
    requires std::same_as<std::remove_cvref_t<U>, T> && std::constructible_from<T, U>
  std::error_code try_publish(U&& message) {
    if (!has_slot()) [[unlikely]] {
      if (auto error = core_ == nullptr ? make_error_code(Errc::not_initialized) : core_->find_slot()) return error;
    }
    ::new (core_->message()) T(std::forward<U>(message));
    commit();
    return success_;
  }

  /// Builds a message in its slot: value-initialised, then handed to `fill`. If `fill` throws, nothing is published.
  /// Otherwise as publish(). What `fill` returns is ignored; it must not end the publisher, and cannot publish with it (Errc::loan_outstanding).
  template <std::invocable<T&> Fill>
    requires std::default_initializable<T>
  std::error_code publish_in_place(Fill&& fill) {
    if (!has_slot()) [[unlikely]] {
      if (auto error = wait_for_slot()) return error;
    }
    Loan<T> message(::new (core_->message()) T(), core_.get());
    std::forward<Fill>(fill)(*message);
    return publish(std::move(message));
  }

  /// A value-initialised message in the next slot, to be filled at leisure and published later. One loan at a time.
  /// The result holds a message, or says in error() why not (see publish()).
  [[nodiscard]] Loan<T> loan()
    requires std::default_initializable<T>
  {
    if (!has_slot()) {
      if (auto error = wait_for_slot()) return Loan<T>(error);
    }
    return Loan<T>(::new (core_->message()) T(), core_.get());
  }

  /// Publishes a loan. Errors: Errc::not_initialized if the loan is empty or not of this publisher; Errc::forked.
  std::error_code publish(Loan<T>&& loan) {
    if (core_ == nullptr || loan.core_ != core_.get() || !loan) return Errc::not_initialized;
    if (domain::Participant::existing() == nullptr) [[unlikely]]
      return Errc::forked;
    loan.message_ = nullptr;
    core_->take_back();
    commit();
    return success_;
  }

  /// Destroys messages that nobody holds or still has to get, to free their memory early. Returns how many. Older history is gone then.
  std::size_t reclaim() { return core_ == nullptr ? 0 : core_->reclaim(); }

  /// Subscribers that are connected at the moment.
  std::size_t num_subscribers() { return core_ == nullptr ? 0 : core_->num_subscribers(); }

  const std::string& topic() const noexcept { return topic_; }
  const PublisherOptions& options() const noexcept { return options_; }

 private:
  bool has_slot() const noexcept { return core_ != nullptr && core_->has_slot(); }
  std::error_code wait_for_slot() { return core_ == nullptr ? make_error_code(Errc::not_initialized) : core_->wait_for_slot(); }

  void commit() noexcept {
    core_->commit();
    if constexpr (!event::SharedMemoryNotifier<NotifierType>) {
      const std::error_code error = notifier_.notify_observers(static_cast<typename NotifierType::value_type>(++published_));
      if (error && std::exchange(notifier_error_, error) != error) detail::report_notifier(topic_, error);
    }
  }

  void close() noexcept { detail::PublisherCore::close(std::move(core_)); }

  std::unique_ptr<detail::PublisherCore> core_;
  std::error_code success_;  // made once: making one is a call into the standard library
  NotifierType notifier_;
  std::uint64_t published_ = 0;     // counted for notifiers other than the default
  std::error_code notifier_error_;  // the last one that was reported
  std::string topic_;
  PublisherOptions options_;
};

}  // namespace carry::publish_subscribe
