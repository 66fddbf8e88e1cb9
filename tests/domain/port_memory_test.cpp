#include "support/catch.h"

#include <carry/domain/participant.h>

#include <atomic>
#include <thread>
#include <vector>

using carry::domain::PortBlock;
using carry::domain::PortMemory;

TEST_CASE("threads that need port memory at once do not take more of it than they need", "[domain]") {
  auto& heap = (*carry::domain::Participant::current())->heap();
  constexpr std::size_t threads_count = 4;
  for (int round = 0; round != 200; ++round) {
    PortMemory memory(heap);
    std::vector<PortBlock> blocks(threads_count);
    std::atomic<std::size_t> ready = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i != threads_count; ++i) {
      threads.emplace_back([&, i] {
        ++ready;
        while (ready != threads_count) std::this_thread::yield();
        blocks[i] = memory.allocate(100);
      });
    }
    for (auto& thread : threads) thread.join();
    REQUIRE(memory.used_blocks() == threads_count);
    REQUIRE(memory.reserved_bytes() == PortMemory::chunk_bytes);
    blocks.clear();
  }
}
