#pragma once

#include <carry/container/detail/copy_of_containers.h>
#include <carry/container/detail/copy_of_standard.h>
#include <carry/container/detail/copying.h>
#include <carry/error.h>
#include <carry/result.h>

#include <cstddef>
#include <new>
#include <stdexcept>

namespace carry {

/// How much a message that nobody vouches for may cost.
struct CopyOptions {
  std::size_t maximum_bytes = std::size_t{64} << 20;  ///< Of all elements of all containers together, nodes and tables included.
  std::size_t maximum_depth = 64;                     ///< Containers within containers, of types that contain themselves.
};

namespace detail {

/// What lies at `whole` in another process's memory, or why it cannot be copied: see copy_out().
template <class T>
Result<T> copy_untrusted(const UntrustedMemory& memory, const T* whole, const CopyOptions& options) {
  const T* const from = memory.find<T>(address_of(whole), 1);
  if (from == nullptr) return failure(Errc::malformed_message);
  Copying copying(memory, options.maximum_bytes, options.maximum_depth);
  try {
    return copy_of(copying, from);
  } catch (const MalformedMessage&) {
    return failure(Errc::malformed_message);
  } catch (const MessageTooLarge&) {
    return failure(Errc::message_too_large);
  } catch (const std::length_error&) {
    return failure(Errc::message_too_large);
  } catch (const std::bad_alloc&) {
    return failure(Errc::heap_exhausted);
  }
}

}  // namespace detail

}  // namespace carry
