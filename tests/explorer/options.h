#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace carry::explorer {

/// explorer [--seed N] [--effort N] [--only FILE:LINE] [--narrate]
struct Options {
  std::uint64_t seed = 1;
  std::size_t effort = 1;  // multiplies the numbers of executions
  std::string only;        // mutations of this line, and nothing but them
  bool narrates = false;   // how each mutation was caught, step by step
};

}  // namespace carry::explorer
