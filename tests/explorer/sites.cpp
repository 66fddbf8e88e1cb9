#include "sites.h"

#include <cstdio>
#include <cstdlib>

namespace carry::explorer {

Site& Sites::at(std::uintptr_t pc, Kind kind, Order order) {
  for (std::size_t probe = pc * 0x9e3779b97f4a7c15 >> 52;; probe = (probe + 1) % table_size) {
    std::uint16_t& index_plus_one = index_plus_one_[probe];
    if (index_plus_one == 0) {
      if (sites_.size() == table_size / 2) {
        std::puts("explorer: more places with atomic operations than the table has room for");
        std::abort();
      }
      sites_.push_back({.pc = pc, .kind = kind, .order = order, .used_order = order});
      index_plus_one = static_cast<std::uint16_t>(sites_.size());
    }
    Site& site = sites_[index_plus_one - 1u];
    if (site.pc == pc) {
      site.executed = true;
      return site;
    }
  }
}

void Sites::forget_executions() noexcept {
  for (Site& site : sites_) site.executed = false;
}

}  // namespace carry::explorer
