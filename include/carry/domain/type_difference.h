#pragma once

#include <carry/domain/topic.h>

#include <cstdint>
#include <string>

namespace carry::domain {

/// What differs between a type of this process and one of another, for people: "field 3 at offset 16 is f64 here and i32 in process 4711". The
/// other's structure may be anything, as another process wrote it. Throws std::bad_alloc.
std::string describe_difference(const TypeIdentity& here, const TypeIdentity& there, std::uint64_t there_pid);

}  // namespace carry::domain
