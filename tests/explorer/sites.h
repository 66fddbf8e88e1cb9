#pragma once

// The places in the program's code that call an atomic operation, and the orders with which they do. A place's order can be overridden: that is
// a mutation.

#include "order.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carry::explorer {

struct Site {
  std::uintptr_t pc = 0;  // the call's return address
  Kind kind = Kind::load;
  Order order = Order::relaxed;       // as it was compiled
  Order used_order = Order::relaxed;  // as it is executed
  bool executed = false;              // since forget_executions()
};

class Sites {
 public:
  /// The site of that call, which is executed now.
  Site& at(std::uintptr_t pc, Kind kind, Order order);

  /// In the order in which they were found.
  std::vector<Site>& all() noexcept { return sites_; }
  void forget_executions() noexcept;

 private:
  static constexpr std::size_t table_size = 4096;

  std::vector<Site> sites_;
  std::array<std::uint16_t, table_size> index_plus_one_{};
};

}  // namespace carry::explorer
