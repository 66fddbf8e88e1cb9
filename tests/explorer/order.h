#pragma once

// The memory orders, with the numbers that the compiler passes.

#include <array>
#include <cstddef>
#include <string_view>

namespace carry::explorer {

enum class Order : int { relaxed, consume, acquire, release, acq_rel, seq_cst };
enum class Kind : int { load, store, read_modify_write, fence };

constexpr bool acquires(Order order) { return order != Order::relaxed && order != Order::release; }
constexpr bool releases(Order order) { return order == Order::release || order == Order::acq_rel || order == Order::seq_cst; }

constexpr std::string_view name_of(Order order) {
  constexpr std::array<std::string_view, 6> names{"relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst"};
  return names[static_cast<std::size_t>(order)];
}

constexpr std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 4> names{"load", "store", "read-modify-write", "fence"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace carry::explorer
