#pragma once

#include <carry/ring/reader.h>

#include <cstdint>
#include <utility>

namespace carry {

/// Read access to one message, in place. While it exists the message is not overwritten.
///
/// Move-only, two pointers. May be released by another thread, and may outlive its subscriber and the publisher.
/// Thread safety: one thread at a time. Crash safety: the samples of a killed process hold nothing.
template <class T>
class Sample {
 public:
  Sample() = default;
  explicit Sample(ring::Claimed claimed) noexcept : message_(reinterpret_cast<const T*>(claimed.message)), claim_(claimed.claim) {}
  Sample(Sample&& other) noexcept : message_(std::exchange(other.message_, nullptr)), claim_(std::exchange(other.claim_, nullptr)) {}
  Sample& operator=(Sample&& other) noexcept {
    Sample(std::move(other)).swap(*this);
    return *this;
  }
  ~Sample() { release(); }

  const T& operator*() const noexcept { return *message_; }
  const T* operator->() const noexcept { return message_; }
  const T* get() const noexcept { return message_; }
  explicit operator bool() const noexcept { return message_ != nullptr; }

  /// The message's place in its publisher's sequence, from 1. Requires a message.
  std::uint64_t sequence() const noexcept { return claim_->load(std::memory_order_relaxed); }  // Relaxed: own word, constant until release().

  /// Lets go of the message now. Idempotent.
  void release() noexcept {
    message_ = nullptr;
    if (claim_ != nullptr) std::exchange(claim_, nullptr)->store(0, std::memory_order_release);  // Release: pairs with Writer::mark_claims().
  }

  void swap(Sample& other) noexcept {
    std::swap(message_, other.message_);
    std::swap(claim_, other.claim_);
  }

 private:
  const T* message_ = nullptr;
  ring::SharedWord* claim_ = nullptr;
};

}  // namespace carry
