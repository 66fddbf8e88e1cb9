#pragma once

#include <carry/memory/offset_ptr.h>
#include <carry/memory/process_heap.h>

#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>

namespace carry {

/// Allocates from this process's dynamic buffer: what containers use whose content other processes read.
///
/// Stateless, all are equal; its pointer is offset_ptr, so containers of others that honour an allocator's pointer type work with it.
/// Thread safety: any thread. Blocking: the first use joins the domain; growing commits memory, about 1 ms per MiB.
/// Complexity: O(1) for blocks up to 32 KiB.
template <class T>
class allocator {
 public:
  using value_type = T;
  using pointer = offset_ptr<T>;
  using const_pointer = offset_ptr<const T>;
  using void_pointer = offset_ptr<void>;
  using const_void_pointer = offset_ptr<const void>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using is_always_equal = std::true_type;
  using propagate_on_container_move_assignment = std::true_type;

  static constexpr std::size_t maximum_alignment = 4096;

  allocator() noexcept = default;
  template <class U>
  allocator(const allocator<U>&) noexcept {}

  /// Memory for `count` objects. Errors: std::bad_array_new_length; std::bad_alloc when the dynamic buffer is exhausted or this process
  /// cannot take part in the domain (the log says why).
  [[nodiscard]] pointer allocate(std::size_t count) {
    static_assert(alignof(T) <= maximum_alignment, "carry: alignment is supported up to 4096 bytes");
    if (count > max_size()) throw std::bad_array_new_length();
    void* block = memory::allocate(count * sizeof(T), alignof(T));
    if (block == nullptr) throw std::bad_alloc();
    return static_cast<T*>(block);
  }

  void deallocate(pointer block, std::size_t) noexcept { memory::deallocate(block.get()); }

  static constexpr std::size_t max_size() noexcept { return static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(T); }

  template <class U>
  bool operator==(const allocator<U>&) const noexcept {
    return true;
  }
};

}  // namespace carry
