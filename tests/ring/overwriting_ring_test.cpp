#include "ring/ring_fixture.h"
#include "support/catch.h"

using carry::ring::Claimed;
using carry::ring::Reader;
using carry::ring::Writer;
using carry::test::RingFixture;

namespace {

int destroyed = 0;
void count_destroyed(void*) noexcept { ++destroyed; }

Claimed hold(Reader& reader) {
  Claimed claimed;
  REQUIRE(reader.try_take(claimed) == Reader::Outcome::taken);
  return claimed;
}

std::uint64_t value_of(const Claimed& claimed) { return *reinterpret_cast<const std::uint64_t*>(claimed.message); }

}  // namespace

TEST_CASE("a reader gets every message in order while it keeps up", "[ring]") {
  for (const std::size_t capacity : {1u, 2u, 7u, 8u, 64u}) {
    RingFixture ring(capacity);
    auto reader = ring.join();
    for (std::uint64_t i = 1; i != 1000; ++i) {
      CHECK(RingFixture::take(*reader) == 0);
      REQUIRE(ring.publish(i));
      REQUIRE(RingFixture::take(*reader) == i);
    }
    CHECK(reader->missed() == 0);
  }
}

TEST_CASE("a reader may lag behind by the capacity without a loss", "[ring]") {
  for (const std::size_t capacity : {1u, 2u, 7u, 8u, 64u}) {
    RingFixture ring(capacity);
    auto reader = ring.join();
    for (std::uint64_t round = 0; round != 50; ++round) {
      for (std::uint64_t i = 1; i <= capacity; ++i) REQUIRE(ring.publish(round * capacity + i));
      for (std::uint64_t i = 1; i <= capacity; ++i) REQUIRE(RingFixture::take(*reader) == round * capacity + i);
    }
    CHECK(reader->missed() == 0);
  }
}

TEST_CASE("a reader that is overtaken gets the newest messages and learns how many it missed", "[ring]") {
  RingFixture ring(4);
  auto reader = ring.join();
  for (std::uint64_t i = 1; i <= 10; ++i) REQUIRE(ring.publish(i));
  std::vector<std::uint64_t> got;
  while (const auto value = RingFixture::take(*reader)) got.push_back(value);
  CHECK(got == std::vector<std::uint64_t>{7, 8, 9, 10});
  CHECK(reader->missed() == 6);
}

TEST_CASE("received and missed messages make up the whole sequence", "[ring]") {
  RingFixture ring(16);
  auto reader = ring.join();
  std::uint64_t received = 0;
  for (std::uint64_t i = 1; i <= 10000; ++i) {
    REQUIRE(ring.publish(i));
    if (i % 97 == 0) {
      while (RingFixture::take(*reader) != 0) ++received;
    }
  }
  while (RingFixture::take(*reader) != 0) ++received;
  CHECK(received + reader->missed() == 10000);
}

TEST_CASE("a held sample keeps its value while the publisher laps it, and others skip its slot", "[ring]") {
  RingFixture ring(4);
  auto holder = ring.join();
  auto other = ring.join();
  REQUIRE(ring.publish(1));
  const Claimed held = hold(*holder);
  for (std::uint64_t i = 2; i <= 100; ++i) {
    REQUIRE(ring.publish(i));
    CHECK(value_of(held) == 1);
  }
  CHECK(RingFixture::take(*other) > 90);
  held.claim->store(0);
  for (std::uint64_t i = 101; i <= 120; ++i) REQUIRE(ring.publish(i));
  CHECK(value_of(held) != 1);  // Free again: the slot is used.
}

TEST_CASE("publishing fails when samples are held in every slot, and works again after one is released", "[ring]") {
  RingFixture ring(2);  // three slots
  auto reader = ring.join(7);
  std::vector<Claimed> held;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    REQUIRE(ring.publish(i));
    held.push_back(hold(*reader));
  }
  CHECK_FALSE(ring.publish(4));
  CHECK(ring.writer->find_slot() == Writer::Space::no_free_slot);
  held[1].claim->store(0);
  CHECK(ring.publish(4));
  CHECK(RingFixture::take(*reader) == 4);
  CHECK(value_of(held[0]) == 1);
  CHECK(value_of(held[2]) == 3);
}

TEST_CASE("claims of a dead reader are forgotten when they are in the way", "[ring]") {
  RingFixture ring(2);
  auto reader = ring.join(7);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    REQUIRE(ring.publish(i));
    (void)hold(*reader);
  }
  ring.dead = {0};
  CHECK(ring.publish(4));
}

TEST_CASE("a reader that holds as many samples as it may loses nothing by asking for one more", "[ring]") {
  RingFixture ring(64);
  auto reader = ring.join(2);
  for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(ring.publish(i));
  const Claimed first = hold(*reader);
  (void)hold(*reader);
  Claimed claimed;
  CHECK(reader->try_take(claimed) == Reader::Outcome::too_many_samples);
  first.claim->store(0);
  REQUIRE(reader->try_take(claimed) == Reader::Outcome::taken);
  CHECK(value_of(claimed) == 3);
}

TEST_CASE("a younger reader starts with the history, an older one with all that is retained", "[ring]") {
  RingFixture ring(8, false, 3);
  for (std::uint64_t i = 1; i <= 6; ++i) REQUIRE(ring.publish(i));
  CHECK(RingFixture::take(*ring.join()) == 4);
  CHECK(RingFixture::take(*ring.join(7, true)) == 1);
  for (std::uint64_t i = 7; i <= 20; ++i) REQUIRE(ring.publish(i));
  auto older = ring.join(7, true);
  const auto first = RingFixture::take(*older);
  CHECK(first >= 12);
  CHECK(older->missed() == first - 1);
  RingFixture none(8);
  REQUIRE(none.publish(1));
  CHECK(RingFixture::take(*none.join()) == 0);
}

TEST_CASE("messages are destroyed once each, when their slot is used again or reclaimed", "[ring]") {
  destroyed = 0;
  RingFixture ring(8, false, 0, &count_destroyed);
  for (std::uint64_t i = 1; i <= 100; ++i) REQUIRE(ring.publish(i));
  CHECK(destroyed >= 100 - 9);
  CHECK(destroyed <= 100 - 8);
  const int before = destroyed;
  const auto reclaimed = ring.writer->reclaim();
  CHECK(destroyed == before + static_cast<int>(reclaimed));
  ring.writer->destroy_all();
  CHECK(destroyed == 100);
}

TEST_CASE("reclaiming gives up what nobody holds, and readers are told", "[ring]") {
  destroyed = 0;
  RingFixture ring(8, false, 0, &count_destroyed);
  auto reader = ring.join();
  for (std::uint64_t i = 1; i <= 8; ++i) REQUIRE(ring.publish(i));
  const Claimed held = hold(*reader);
  CHECK(ring.writer->reclaim() == 7);
  CHECK(value_of(held) == 1);
  REQUIRE(ring.publish(9));
  CHECK(RingFixture::take(*reader) == 9);
  CHECK(reader->missed() == 7);
}

TEST_CASE("sequences that were skipped because a sample held their slot are not counted as missed", "[ring]") {
  RingFixture ring(8);
  auto holder = ring.join();
  auto slow = ring.join();
  for (std::uint64_t i = 1; i <= 4; ++i) REQUIRE(ring.publish(i));
  std::vector<Claimed> held(3);
  for (auto& sample : held) REQUIRE(holder->try_take(sample) == Reader::Outcome::taken);
  std::uint64_t value = 4;
  while (value != 100) REQUIRE(ring.publish(++value));
  std::uint64_t received = 0;
  while (RingFixture::take(*slow) != 0) ++received;
  CHECK(received + slow->missed() == 100);

  auto late = ring.join(7, true);  // Older: gets what is retained, and is told about the rest.
  received = 0;
  while (RingFixture::take(*late) != 0) ++received;
  CHECK(received > 0);
  CHECK(received + late->missed() == 100);
}
