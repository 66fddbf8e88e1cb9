#pragma once

// What the counters of the domain's epoch table count.

#include <cstddef>

namespace carry::domain {

inline constexpr std::size_t members_index = 0;      // participants that came or went
inline constexpr std::size_t births_index = 1;       // the number of the last birth
inline constexpr std::size_t first_topic_index = 2;  // the rest: topics, by their hashes

}  // namespace carry::domain
