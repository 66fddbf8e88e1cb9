#include "support/holdings.h"

#include <cstddef>

#include <windows.h>
// After windows.h.
#include <psapi.h>

namespace carry::test {

namespace {

bool has_file(void* mapping) {
  wchar_t start_of_name[2];
  return GetMappedFileNameW(GetCurrentProcess(), mapping, start_of_name, 2) != 0 || GetLastError() == ERROR_INSUFFICIENT_BUFFER;
}

}  // namespace

// The runtime opens handles of its own at any time, and Wine does not count them.
std::size_t count_descriptors() { return 0; }

// Sections have no files, and lie in no directory: all of them. What the system maps for itself has files.
std::size_t count_mappings(const std::string&) {
  std::size_t count = 0;
  const void* last = nullptr;
  const std::byte* address = nullptr;
  for (MEMORY_BASIC_INFORMATION region{}; VirtualQuery(address, &region, sizeof region) != 0; address += region.RegionSize) {
    // A mapping consists of regions, one for each run of pages of the same state.
    const bool is_first = region.Type == MEM_MAPPED && region.AllocationBase != last;
    if (is_first && !has_file(region.AllocationBase)) ++count;
    last = region.AllocationBase;
  }
  return count;
}

std::size_t resident_bytes() { return 0; }

}  // namespace carry::test
