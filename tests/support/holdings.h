#pragma once

#include <cstddef>
#include <string>

namespace carry::test {

/// File descriptors that this process has. 0 where the system does not say, or has none.
std::size_t count_descriptors();

/// Mappings of files below a directory; on Windows, where shared memory has no file, of all shared memory. 0 where the system does not say.
std::size_t count_mappings(const std::string& directory);

/// Memory of this process that is in RAM, shared memory included. 0 where the system does not say.
std::size_t resident_bytes();

}  // namespace carry::test
