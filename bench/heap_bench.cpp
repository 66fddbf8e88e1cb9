// carry's heap beside glibc malloc, mimalloc and Boost.Interprocess: rows H1, H2, H3 and H7 of the bars.
//
// Only ratios within one run count. mimalloc is loaded when the program runs, if it is there; Boost is used if its headers are.

#include <carry/memory/heap.h>

#include <benchmark/benchmark.h>

#if __has_include(<dlfcn.h>)
#include <dlfcn.h>
#define CARRY_BENCH_MIMALLOC 1
#endif
#if __has_include(<boost/interprocess/managed_external_buffer.hpp>)
#include <boost/interprocess/indexes/iset_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#define CARRY_BENCH_BOOST 1
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t region_bytes = std::size_t{256} << 20;

std::byte* make_region(std::size_t bytes) {
  return static_cast<std::byte*>(::operator new(bytes, std::align_val_t{65536}));  // lives as long as the program
}

struct Carry {
  static std::unique_ptr<carry::memory::Heap> make(std::size_t bytes) {
    const carry::memory::Committer commit{[](void*, std::size_t, std::size_t) { return std::error_code{}; }, nullptr};
    return std::move(carry::memory::Heap::create({make_region(bytes), bytes}, commit, {}, nullptr)).value();
  }
  static inline carry::memory::Heap* heap = nullptr;
  static void* allocate(std::size_t bytes) { return heap->allocate(bytes, 16); }
  static void deallocate(void* block) { heap->deallocate(block); }
};

struct Malloc {
  static void* allocate(std::size_t bytes) { return std::malloc(bytes); }
  static void deallocate(void* block) { std::free(block); }
};

#ifdef CARRY_BENCH_MIMALLOC
struct Mimalloc {
  static inline void* (*mi_malloc)(std::size_t) = nullptr;
  static inline void (*mi_free)(void*) = nullptr;
  static bool load() {
    void* library = ::dlopen("libmimalloc.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    mi_malloc = reinterpret_cast<void* (*)(std::size_t)>(::dlsym(library, "mi_malloc"));
    mi_free = reinterpret_cast<void (*)(void*)>(::dlsym(library, "mi_free"));
    return mi_malloc != nullptr && mi_free != nullptr;
  }
  static void* allocate(std::size_t bytes) { return mi_malloc(bytes); }
  static void deallocate(void* block) { mi_free(block); }
};
#endif

#ifdef CARRY_BENCH_BOOST
struct Boost {
  using Buffer = boost::interprocess::basic_managed_external_buffer<char, boost::interprocess::rbtree_best_fit<boost::interprocess::mutex_family>,
                                                                    boost::interprocess::iset_index>;
  static inline Buffer* buffer = nullptr;
  static void* allocate(std::size_t bytes) { return buffer->allocate(bytes, std::nothrow); }
  static void deallocate(void* block) { buffer->deallocate(block); }
};
#endif

/// H1, H3: one block, freed and allocated again.
template <class A>
void last_in_first_out(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    void* block = A::allocate(bytes);
    benchmark::DoNotOptimize(block);
    A::deallocate(block);
  }
}

/// H1, H3: a thousand blocks, freed in random order. Time per block.
template <class A>
void thousand_in_random_order(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  std::array<std::size_t, 1000> order{};
  for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  std::array<void*, 1000> blocks{};
  while (state.KeepRunningBatch(1000)) {
    for (void*& block : blocks) block = A::allocate(bytes);
    benchmark::DoNotOptimize(blocks.data());
    benchmark::ClobberMemory();
    for (const std::size_t i : order) A::deallocate(blocks[i]);
  }
}

/// H1, H2: 500 live blocks of 16 B to 4 KiB, one of which is replaced at a time.
template <class A>
void mixed_sizes(benchmark::State& state) {
  std::mt19937 random(static_cast<std::uint32_t>(state.thread_index()) + 1);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> steps(8192);
  for (auto& [place, bytes] : steps) {
    place = static_cast<std::uint32_t>(random() % 500);
    bytes = static_cast<std::uint32_t>(16u << random() % 9) + static_cast<std::uint32_t>(random() % 16);
  }
  std::vector<void*> blocks(500);
  for (void*& block : blocks) block = A::allocate(64);
  std::size_t next = 0;
  for (auto _ : state) {
    const auto [place, bytes] = steps[next++ % steps.size()];
    A::deallocate(blocks[place]);
    blocks[place] = A::allocate(bytes);
    benchmark::DoNotOptimize(blocks[place]);
  }
  for (void* block : blocks) A::deallocate(block);
}

/// H2: one thread allocates, another frees. Time per block, the ring between the two included.
template <class A>
void freed_by_another_thread(benchmark::State& state) {
  const auto bytes = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t places = 1024;
  struct Ring {
    std::array<std::atomic<void*>, places> blocks{};
    std::atomic<bool> stop = false;
  };
  auto ring = std::make_unique<Ring>();
  std::thread consumer([&ring] {
    for (std::size_t next = 0;;) {
      auto& place = ring->blocks[next % places];
      void* block = place.load(std::memory_order_acquire);  // Acquire: pairs with the producer's release.
      if (block != nullptr) {
        place.store(nullptr, std::memory_order_release);  // Release: pairs with the producer's acquire.
        A::deallocate(block);
        ++next;
      } else if (ring->stop.load(std::memory_order_acquire)) {  // Acquire: pairs with the release at the end.
        if (place.load(std::memory_order_acquire) == nullptr) return;
      }
    }
  });
  std::size_t next = 0;
  for (auto _ : state) {
    auto& place = ring->blocks[next++ % places];
    while (place.load(std::memory_order_acquire) != nullptr) continue;  // Acquire: pairs with the consumer's release.
    place.store(A::allocate(bytes), std::memory_order_release);         // Release: pairs with the consumer's acquire.
  }
  ring->stop.store(true, std::memory_order_release);  // Release: pairs with the consumer's acquire.
  consumer.join();
}

/// H7: random allocation and freeing of log-normal sizes; peak of committed memory over peak of live bytes.
void fragmentation(benchmark::State& state) {
  const double median = static_cast<double>(state.range(0));
  for (auto _ : state) {
    constexpr std::size_t bytes_here = std::size_t{1} << 30;
    std::byte* region = make_region(bytes_here);
    {
      std::size_t committed = 0;
      const carry::memory::Committer commit{[](void* total, std::size_t, std::size_t bytes) {
                                              *static_cast<std::size_t*>(total) += bytes;
                                              return std::error_code{};
                                            },
                                            &committed};
      const auto heap = std::move(carry::memory::Heap::create({region, bytes_here}, commit, {}, nullptr)).value();
      std::mt19937_64 random(7);
      std::lognormal_distribution<double> sizes(std::log(median), 1.0);
      std::vector<std::pair<void*, std::size_t>> blocks(static_cast<std::size_t>(64e6 / median / 1.65));
      std::size_t live = 0;
      std::size_t peak = 0;
      for (std::size_t step = 0; step != 10'000'000; ++step) {
        auto& [block, bytes] = blocks[random() % blocks.size()];
        heap->deallocate(block);
        live -= bytes;
        bytes = static_cast<std::size_t>(sizes(random)) + 1;
        block = heap->allocate(bytes, 16);
        live += bytes;
        peak = std::max(peak, live);
      }
      state.counters["committed/live"] = static_cast<double>(committed) / static_cast<double>(peak);
    }
    ::operator delete(region, std::align_val_t{65536});
  }
}

/// Boost.Interprocess does not come back from mixed_sizes() (Boost 1.74), so it is left out there.
template <class A>
constexpr bool runs_mixed_sizes = true;
#ifdef CARRY_BENCH_BOOST
template <>
constexpr bool runs_mixed_sizes<Boost> = false;
#endif

template <class A>
void add(const std::string& name) {
  for (const std::int64_t bytes : {16, 64, 256, 1024, 4096, 16384, 32768}) {
    benchmark::RegisterBenchmark(("lifo/" + name).c_str(), last_in_first_out<A>)->Arg(bytes);
    benchmark::RegisterBenchmark(("random_order/" + name).c_str(), thousand_in_random_order<A>)->Arg(bytes);
  }
  if constexpr (runs_mixed_sizes<A>) {
    benchmark::RegisterBenchmark(("mixed/" + name).c_str(), mixed_sizes<A>)->Threads(1)->Threads(2)->UseRealTime();
  }
  for (const std::int64_t bytes : {64, 1024, 16384}) {
    benchmark::RegisterBenchmark(("other_thread_frees/" + name).c_str(), freed_by_another_thread<A>)->Arg(bytes)->UseRealTime();
  }
}

}  // namespace

int main(int count, char* arguments[]) {
  const auto heap = Carry::make(region_bytes);
  Carry::heap = heap.get();
  add<Carry>("carry");
  add<Malloc>("malloc");
#ifdef CARRY_BENCH_MIMALLOC
  if (Mimalloc::load()) add<Mimalloc>("mimalloc");
#endif
#ifdef CARRY_BENCH_BOOST
  Boost::Buffer buffer(boost::interprocess::create_only, make_region(region_bytes), region_bytes);
  Boost::buffer = &buffer;
  add<Boost>("boost");
#endif
  benchmark::RegisterBenchmark("fragmentation/carry", fragmentation)->Arg(50)->Arg(300)->Arg(3000)->Iterations(1)->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
