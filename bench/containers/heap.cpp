// H1: allocate and free, one thread. H2: two threads, and freed by another thread. H3: Boost.Interprocess does the same in shared memory.

#include "containers/contest.h"

#include <carry/memory/heap.h>

#if __has_include(<boost/interprocess/managed_external_buffer.hpp>)
#include <boost/interprocess/indexes/iset_index.hpp>
#include <boost/interprocess/managed_external_buffer.hpp>
#include <boost/interprocess/mem_algo/rbtree_best_fit.hpp>
#include <boost/interprocess/sync/mutex_family.hpp>
#define CARRY_BENCH_BOOST 1
#endif

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <random>
#include <thread>
#include <utility>

namespace carry::bench {

namespace {

constexpr std::size_t region_bytes = std::size_t{256} << 20;

std::byte* make_region() {
  return static_cast<std::byte*>(::operator new(region_bytes, std::align_val_t{65536}));  // lives as long as the program
}

struct Carry {
  static constexpr const char* name = "carry";
  static inline std::unique_ptr<memory::Heap> heap;
  static bool open() {
    if (heap != nullptr) return true;
    const memory::Committer commit{[](void*, std::size_t, std::size_t) { return std::error_code{}; }, nullptr};
    heap = std::move(memory::Heap::create({make_region(), region_bytes}, commit, {}, nullptr)).value();
    return true;
  }
  static void* allocate(std::size_t bytes) { return heap->allocate(bytes, 16); }
  static void deallocate(void* block) { heap->deallocate(block); }
};

struct Malloc {
  static constexpr const char* name = "glibc";
  static bool open() { return true; }
  static void* allocate(std::size_t bytes) { return std::malloc(bytes); }
  static void deallocate(void* block) { std::free(block); }
};

struct Mimalloc {
  static constexpr const char* name = "mimalloc";
  static inline void* (*mi_malloc)(std::size_t) = nullptr;
  static inline void (*mi_free)(void*) = nullptr;
  static bool open() {
    void* library = ::dlopen("libmimalloc.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    mi_malloc = reinterpret_cast<void* (*)(std::size_t)>(::dlsym(library, "mi_malloc"));
    mi_free = reinterpret_cast<void (*)(void*)>(::dlsym(library, "mi_free"));
    return mi_malloc != nullptr && mi_free != nullptr;
  }
  static void* allocate(std::size_t bytes) { return mi_malloc(bytes); }
  static void deallocate(void* block) { mi_free(block); }
};

struct Boost {
  static constexpr const char* name = "Boost";
#ifdef CARRY_BENCH_BOOST
  using Buffer = boost::interprocess::basic_managed_external_buffer<char, boost::interprocess::rbtree_best_fit<boost::interprocess::mutex_family>,
                                                                    boost::interprocess::iset_index>;
  static inline Buffer* buffer = nullptr;
  static bool open() {
    if (buffer == nullptr) buffer = new Buffer(boost::interprocess::create_only, make_region(), region_bytes);
    return true;
  }
  static void* allocate(std::size_t bytes) { return buffer->allocate(bytes, std::nothrow); }
  static void deallocate(void* block) { buffer->deallocate(block); }
#else
  static bool open() { return false; }
  static void* allocate(std::size_t) { return nullptr; }
  static void deallocate(void*) {}
#endif
};

template <class A>
void last_in_first_out(std::size_t bytes) {
  for (int i = 0; i != 1000; ++i) {
    void* block = A::allocate(bytes);
    keep(block);
    A::deallocate(block);
  }
}

/// A thousand blocks, freed in random order.
template <class A>
void in_random_order(std::size_t bytes) {
  static const auto order = [] {
    std::array<std::size_t, 1000> places{};
    for (std::size_t i = 0; i != places.size(); ++i) places[i] = i;
    std::shuffle(places.begin(), places.end(), std::mt19937(1));
    return places;
  }();
  static std::array<void*, 1000> blocks{};
  for (void*& block : blocks) block = A::allocate(bytes);
  keep(blocks.data());
  for (const std::size_t i : order) A::deallocate(blocks[i]);
}

/// 500 live blocks of 16 B to 4 KiB, one of which is replaced at a time.
template <class A>
void replace_blocks(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> steps(8192);
  for (auto& [place, bytes] : steps) {
    place = static_cast<std::uint32_t>(random() % 500);
    bytes = static_cast<std::uint32_t>(16u << random() % 9) + static_cast<std::uint32_t>(random() % 16);
  }
  std::vector<void*> blocks(500);
  for (void*& block : blocks) block = A::allocate(64);
  for (int round = 0; round != 10; ++round) {
    for (const auto& [place, bytes] : steps) {
      A::deallocate(blocks[place]);
      blocks[place] = A::allocate(bytes);
      keep(blocks[place]);
    }
  }
  for (void* block : blocks) A::deallocate(block);
}
constexpr std::size_t replaced = 81920;

template <class A>
void replace_in_two_threads() {
  std::thread other([] { replace_blocks<A>(2); });
  replace_blocks<A>(1);
  other.join();
}

/// One thread allocates and gives the blocks to another, which frees them.
template <class A>
void free_in_another_thread(std::size_t bytes) {
  constexpr std::size_t count = 100'000;
  static std::array<std::atomic<void*>, 1024> ring{};
  std::thread other([] {
    for (std::size_t i = 0; i != count; ++i) {
      auto& place = ring[i % ring.size()];
      void* block = nullptr;
      while ((block = place.load(std::memory_order_acquire)) == nullptr) continue;  // Acquire: pairs with the release below.
      place.store(nullptr, std::memory_order_release);                              // Release: pairs with the acquire below.
      A::deallocate(block);
    }
  });
  for (std::size_t i = 0; i != count; ++i) {
    auto& place = ring[i % ring.size()];
    while (place.load(std::memory_order_acquire) != nullptr) continue;  // Acquire: pairs with the release above.
    place.store(A::allocate(bytes), std::memory_order_release);         // Release: pairs with the acquire above.
  }
  other.join();
}

template <class... A>
struct Contenders {
  /// `Work`: of one of them, called with the arguments.
  template <class Make>
  static std::vector<Contender> make(const Make& make_work) {
    std::vector<Contender> all;
    ((A::open() ? all.push_back({A::name, make_work.template operator()<A>()}) : void()), ...);
    return all;
  }
};

std::string size_text(std::size_t bytes) { return bytes < 1024 ? std::to_string(bytes) + " B" : std::to_string(bytes / 1024) + " KiB"; }

}  // namespace

void measure_heap(Report& report, const ContestEffort& effort) {
  using All = Contenders<Carry, Mimalloc, Malloc, Boost>;
  using WithoutBoost = Contenders<Carry, Mimalloc, Malloc>;  // Boost 1.74 does not come back from these
  report.title("H1, H3: allocate and free, one thread");
  for (const std::size_t bytes : {16U, 64U, 256U, 1024U, 4096U, 16384U, 32768U}) {
    contest(report, effort, "freed at once, " + size_text(bytes), 1000,
            All::make([bytes]<class A>() { return [bytes] { last_in_first_out<A>(bytes); }; }));
  }
  for (const std::size_t bytes : {16U, 64U, 256U, 1024U, 4096U, 16384U, 32768U}) {
    contest(report, effort, "1000, freed in random order, " + size_text(bytes), 1000,
            All::make([bytes]<class A>() { return [bytes] { in_random_order<A>(bytes); }; }));
  }
  contest(report, effort, "500 of 16 B to 4 KiB, replaced at random", replaced,
          WithoutBoost::make([]<class A>() { return [] { replace_blocks<A>(1); }; }));
  report.title("H2: two threads");
  contest(report, effort, "each replaces 500 of its own", 2 * replaced,
          WithoutBoost::make([]<class A>() { return [] { replace_in_two_threads<A>(); }; }));
  for (const std::size_t bytes : {64U, 1024U, 16384U}) {
    contest(report, effort, "freed by the other, " + size_text(bytes), 100'000,
            All::make([bytes]<class A>() { return [bytes] { free_in_another_thread<A>(bytes); }; }));
  }
  Carry::heap.reset();  // a thread keeps blocks of one heap at a time, and what follows uses the process's
}

}  // namespace carry::bench
