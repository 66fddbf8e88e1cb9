#pragma once

#include <cstddef>
#include <string>

namespace carry::test {

/// What this process has of its domain at the moment, and what lies in the domain's directory. 0 where the system does not say.
struct OwnHoldings {
  std::size_t descriptors;
  std::size_t mappings;
  std::size_t names;  ///< In the domain directory.
  std::size_t port_blocks;

  static OwnHoldings now();
  friend bool operator==(const OwnHoldings&, const OwnHoldings&) = default;
  std::string to_string() const;
};

}  // namespace carry::test
