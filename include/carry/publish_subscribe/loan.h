#pragma once

#include <carry/publish_subscribe/detail/publisher_core.h>

#include <system_error>
#include <utility>

namespace carry::publish_subscribe {

/// A message under construction, in the slot where subscribers will read it. Published by Publisher::publish(std::move(loan)), or dropped.
///
/// Must not outlive its publisher. Thread safety: as its publisher.
template <class T>
class Loan {
 public:
  explicit Loan(std::error_code error) noexcept : error_(error) {}
  Loan(T* message, detail::PublisherCore* core) noexcept : message_(message), core_(core) { core_->lend(); }
  Loan(Loan&& other) noexcept : message_(std::exchange(other.message_, nullptr)), core_(other.core_), error_(other.error_) {}
  Loan& operator=(Loan&&) = delete;
  ~Loan() { drop(); }

  T& operator*() const noexcept { return *message_; }
  T* operator->() const noexcept { return message_; }
  T* get() const noexcept { return message_; }
  explicit operator bool() const noexcept { return message_ != nullptr; }

  /// Why there is no message.
  std::error_code error() const noexcept { return error_; }

  /// Destroys the message unpublished. Idempotent.
  void drop() noexcept {
    if (message_ == nullptr) return;
    std::exchange(message_, nullptr)->~T();
    core_->take_back();
  }

 private:
  template <class, class>
  friend class Publisher;

  T* message_ = nullptr;
  detail::PublisherCore* core_ = nullptr;
  std::error_code error_;
};

}  // namespace carry::publish_subscribe
