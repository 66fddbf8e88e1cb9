#pragma once

// Where in the source an instruction comes from.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carry::explorer {

struct Place {
  std::string file;  // from carry's root; empty: not carry's
  std::size_t line = 0;
  std::string function;  // without its parameters
  std::string text;      // the line, without comments
};

/// The places of calls that return to these addresses: in the innermost function that is carry's own, inlined or not.
std::vector<Place> places_of(const std::vector<std::uintptr_t>& return_addresses);

/// The lines of one of carry's files, without comments.
std::vector<std::string> lines_of(const std::string& file);

}  // namespace carry::explorer
