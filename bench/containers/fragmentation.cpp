// H7: random allocation and freeing of log-normal sizes; peak of committed memory over peak of live bytes.

#include "containers/contest.h"

#include <carry/memory/heap.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <random>
#include <utility>

namespace carry::bench {

namespace {

double committed_over_live(double median_bytes, std::size_t steps) {
  constexpr std::size_t region_bytes = std::size_t{1} << 30;
  constexpr double live_bytes = 64e6;
  const double mean_bytes = median_bytes * std::exp(0.5);
  auto* region = static_cast<std::byte*>(::operator new(region_bytes, std::align_val_t{65536}));
  std::size_t committed = 0;
  std::size_t peak = 0;
  {
    const memory::Committer commit{[](void* total, std::size_t, std::size_t bytes) {
                                     *static_cast<std::size_t*>(total) += bytes;
                                     return std::error_code{};
                                   },
                                   &committed};
    const auto heap = std::move(memory::Heap::create({region, region_bytes}, commit, {}, nullptr)).value();
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> sizes(std::log(median_bytes), 1.0);
    std::vector<std::pair<void*, std::size_t>> blocks(static_cast<std::size_t>(live_bytes / mean_bytes));
    std::size_t live = 0;
    for (std::size_t step = 0; step != steps; ++step) {
      auto& [block, bytes] = blocks[random() % blocks.size()];
      heap->deallocate(block);
      live -= bytes;
      bytes = static_cast<std::size_t>(sizes(random)) + 1;
      block = heap->allocate(bytes, 16);
      live += bytes;
      peak = std::max(peak, live);
    }
  }
  ::operator delete(region, std::align_val_t{65536});
  return static_cast<double>(committed) / static_cast<double>(peak);
}

}  // namespace

void measure_fragmentation(Report& report, const ContestEffort& effort) {
  report.title("H7: 64 MB of blocks of log-normal sizes (sigma 1), replaced at random " + std::to_string(effort.fragmentation_steps) + " times");
  for (const int median_bytes : {50, 300, 3000}) {
    report.value("median of " + std::to_string(median_bytes) + " B", committed_over_live(median_bytes, effort.fragmentation_steps), "x",
                 "  peak committed / peak live");
  }
}

}  // namespace carry::bench
