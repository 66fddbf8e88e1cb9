#pragma once

#include <carry/container/detail/copy_untrusted.h>
#include <carry/publish_subscribe/checked.h>
#include <carry/publish_subscribe/sample.h>
#include <carry/result.h>

namespace carry {

/// A deep copy of a message whose publisher is not trusted: an ordinary T, whose containers lie in this process's dynamic buffer.
///
/// Every size, distance, link, flag and index of the message is loaded once, checked against the memory that the publisher has committed, and then
/// used; what the publisher changes meanwhile is in the copy or is not. What is copied is sound: bools are 0 or 1, variants have an alternative, sets and
/// maps are in order and without equal keys. Numbers may be any.
/// T: numbers, enumerations with an underlying type, carry's containers, std::array, pair, tuple, optional, variant, aggregates of these (of up to 64
/// fields, without bases), and classes that are trivially copyable, which are copied byte by byte and taken at their word. Others do not compile.
///
/// Thread safety: as the sample; any thread of this process may allocate meanwhile.
/// Blocking:      no; the dynamic buffer may have to grow.
/// Errors:        Errc::malformed_message: the message holds what no carry writes; Errc::message_too_large: see CopyOptions; Errc::heap_exhausted: the own
///                dynamic buffer; Errc::forked. What comparisons and hashes of the user throw passes through.
/// Complexity:    O(bytes), at most O(maximum_bytes); but a hash table of keys that were chosen to collide takes their number squared.
template <class T>
Result<T> copy_out(const Sample<T>& sample, const CopyOptions& options = {}) {
  const auto message = checked(sample);
  if (!message) return Failure(message.error());
  return message->copy(options);
}

}  // namespace carry
