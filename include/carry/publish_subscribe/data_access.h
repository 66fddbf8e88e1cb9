#pragma once

#include <carry/publish_subscribe/sample.h>

namespace carry::publish_subscribe {

/// What a receive callback gets: the message is there, and may be kept by acquiring it. Depends on the message type only.
template <class T>
class DataAccess {
 public:
  explicit DataAccess(Sample<T> sample) noexcept : sample_(std::move(sample)) {}

  /// The sample. Called again it is empty: a message is acquired once. What is not acquired is released after the callback.
  Sample<T> acquire() noexcept { return std::move(sample_); }

 private:
  Sample<T> sample_;
};

}  // namespace carry::publish_subscribe
