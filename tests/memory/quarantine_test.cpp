#include "memory/quarantine.h"

#include "support/catch.h"

#include <array>
#include <memory>
#include <utility>

using carry::memory::Quarantine;

namespace {

constexpr std::size_t heap_bytes = 64 * 1000;  // of which a quarantine keeps 1000

std::array<std::byte, Quarantine::most_blocks + 1> memory;
void* block(std::size_t i) { return &memory[i]; }

}  // namespace

TEST_CASE("an empty quarantine has nothing to give", "[memory]") {
  const auto quarantine = std::make_unique<Quarantine>(heap_bytes);
  CHECK(quarantine->take_oldest() == nullptr);
  CHECK(quarantine->take_surplus(500) == nullptr);
}

TEST_CASE("blocks leave the quarantine in the order in which they came", "[memory]") {
  const auto quarantine = std::make_unique<Quarantine>(heap_bytes);
  for (std::size_t i = 0; i != 4; ++i) REQUIRE(quarantine->add(block(i), 250));
  CHECK_FALSE(quarantine->add(block(4), 1));
  CHECK(quarantine->take_surplus(300) == block(0));
  CHECK(quarantine->take_surplus(300) == block(1));
  CHECK(quarantine->take_surplus(300) == nullptr);
  CHECK(quarantine->add(block(5), 300));
  CHECK(quarantine->take_oldest() == block(2));
  CHECK(quarantine->take_oldest() == block(3));
  CHECK(quarantine->take_oldest() == block(5));
  CHECK(quarantine->take_oldest() == nullptr);
}

TEST_CASE("a block that would need more than half of the quarantine displaces nothing", "[memory]") {
  const auto quarantine = std::make_unique<Quarantine>(heap_bytes);
  REQUIRE(quarantine->add(block(0), 500));
  REQUIRE(quarantine->add(block(1), 500));
  CHECK(quarantine->take_surplus(501) == nullptr);
  CHECK_FALSE(quarantine->add(block(2), 501));
  CHECK(quarantine->take_oldest() == block(0));
}

TEST_CASE("a quarantine is bounded in bytes and in blocks, whatever the heap's size", "[memory]") {
  const auto quarantine = std::make_unique<Quarantine>(std::size_t{1} << 40);
  CHECK_FALSE(quarantine->add(block(0), Quarantine::most_bytes / 2 + 1));
  for (std::size_t i = 0; i != Quarantine::most_blocks; ++i) REQUIRE(quarantine->add(block(i), 16));
  CHECK_FALSE(quarantine->add(block(Quarantine::most_blocks), 16));
  CHECK(quarantine->take_surplus(16) == block(0));
  CHECK(quarantine->take_surplus(16) == nullptr);
  CHECK(quarantine->add(block(Quarantine::most_blocks), 16));
}
