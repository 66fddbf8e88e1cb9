#pragma once

// What kind of memory a segment is made of: huge pages, memory of a NUMA node, locked, touched before it is used.

#include <carry/platform/own_segment.h>

#include "platform/linux/system.h"

namespace carry::platform::linux_system {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

/// Before the first commit: what holds for all pages that will come. For huge pages the mapping starts at a multiple of one, and the file's first one
/// is allocated, to see whether it is huge.
/// Errors: Errc::huge_pages_refused, Errc::numa_node_refused.
std::error_code prepare_backing(const Backing& backing, const Mapping& mapping, int descriptor) noexcept;

/// Gives pages memory, and maps them, without changing anything. False: the kernel is too old (before 5.14), or there is no memory.
bool populate(std::byte* start, std::size_t bytes) noexcept;

/// Maps pages that have memory.
void touch(std::byte* start, std::size_t bytes) noexcept;

/// Errors: Errc::memory_lock_refused.
std::error_code lock(std::byte* start, std::size_t bytes) noexcept;

}  // namespace carry::platform::linux_system
