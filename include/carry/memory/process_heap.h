#pragma once

#include <cstddef>

namespace carry::memory {

// The heap of this process. Declared here for the allocator; the domain layer provides it (src/domain), because the heap lies in the
// participant's segment and the first use makes the process a participant.

/// A block from this process's heap, or null: heap exhausted, joining the domain failed (the log says why), or a forked child.
/// Thread safety: any thread. Blocking: the first call joins the domain; else as Heap::allocate.
[[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) noexcept;

/// Changes a block's size where it is; false: it is as it was. As Heap::resize; never in a forked child.
[[nodiscard]] bool resize(void* block, std::size_t bytes) noexcept;

/// Frees a block of this process's heap; null is allowed. In a forked child: does nothing.
void deallocate(void* block) noexcept;

}  // namespace carry::memory
