#include "platform/linux/backing.h"

#include <carry/error.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>

namespace carry::platform::linux_system {

namespace {

std::error_code bind_to_node(const Mapping& mapping, int node) noexcept {
  constexpr int node_limit = 1024;
  constexpr int word_bits = 8 * sizeof(unsigned long);
  if (node < 0 || node >= node_limit) return Errc::numa_node_refused;
  std::array<unsigned long, node_limit / word_bits> nodes{};
  nodes[static_cast<std::size_t>(node / word_bits)] = 1ul << (node % word_bits);
  // The number of bits counts one more than it takes. The policy is the file's, so it holds for pages that are allocated without being touched.
  const long result = ::syscall(SYS_mbind, mapping.base(), mapping.bytes(), MPOL_BIND, nodes.data(), node_limit + 1ul, 0u);
  return result == 0 ? std::error_code() : make_error_code(Errc::numa_node_refused);
}

/// Whether the mapping that starts there has a huge page in it, as the kernel says.
bool has_huge_page(const std::byte* start) noexcept {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/smaps", "re"), &std::fclose);
  if (file == nullptr) return false;
  bool inside = false;
  for (std::array<char, 512> line{}; std::fgets(line.data(), line.size(), file.get()) != nullptr;) {
    std::uintptr_t address = 0;
    const auto [end, error] = std::from_chars(line.begin(), line.end(), address, 16);
    if (error == std::errc() && *end == '-') inside = address == reinterpret_cast<std::uintptr_t>(start);
    constexpr const char* field = "ShmemPmdMapped:";
    if (inside && std::strncmp(line.data(), field, std::strlen(field)) == 0) return std::strtoull(line.data() + std::strlen(field), nullptr, 10) != 0;
  }
  return false;
}

}  // namespace

std::error_code prepare_backing(const Backing& backing, const Mapping& mapping, int descriptor) noexcept {
  if (backing.numa_node) {
    if (auto error = bind_to_node(mapping, *backing.numa_node)) return error;
  }
  if (!backing.huge_pages) return {};
  if (mapping.bytes() < huge_page_bytes) return Errc::invalid_option;
  if (::madvise(mapping.base(), mapping.bytes(), MADV_HUGEPAGE) != 0) return Errc::huge_pages_refused;
  (void)populate(mapping.base(), huge_page_bytes);
  if (auto error = allocate(descriptor, 0, huge_page_bytes)) return error;
  return has_huge_page(mapping.base()) ? std::error_code() : make_error_code(Errc::huge_pages_refused);
}

bool populate(std::byte* start, std::size_t bytes) noexcept {
  constexpr int populate_write = 23;  // MADV_POPULATE_WRITE
  return ::madvise(start, bytes, populate_write) == 0;
}

void touch(std::byte* start, std::size_t bytes) noexcept {
  if (populate(start, bytes)) return;
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (std::size_t offset = 0; offset < bytes; offset += page_bytes) {
    std::atomic_ref(reinterpret_cast<unsigned char&>(start[offset])).fetch_or(0, std::memory_order_relaxed);  // Relaxed: nothing is told by it.
  }
}

std::error_code lock(std::byte* start, std::size_t bytes) noexcept {
  // Not mlock(): sanitizers put one in its place that does nothing.
  return ::syscall(SYS_mlock, start, bytes) == 0 ? std::error_code() : make_error_code(Errc::memory_lock_refused);
}

}  // namespace carry::platform::linux_system
