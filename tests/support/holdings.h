#pragma once

#include <cstddef>
#include <string>

namespace carry::test {

/// File descriptors that this process has. 0 where the system does not say, or has none.
std::size_t count_descriptors();

/// Mappings of files below a directory; on Windows, where shared memory has no file, of all shared memory. 0 where the system does not say.
std::size_t count_mappings(const std::string& directory);

/// Of files whose path has `name` in it. 0 where shared memory has no file.
inline std::size_t count_mappings_named(const std::string& name) { return count_mappings("the name of nobody") == 0 ? count_mappings(name) : 0; }

/// Memory of this process that is in RAM, shared memory included. 0 where the system does not say.
std::size_t resident_bytes();

}  // namespace carry::test
