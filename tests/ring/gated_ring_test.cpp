#include "ring/ring_fixture.h"
#include "support/catch.h"

using carry::ring::Claimed;
using carry::ring::Reader;
using carry::ring::Writer;
using carry::test::RingFixture;

TEST_CASE("a gating publisher accepts exactly the capacity beyond what a reader needs", "[ring]") {
  for (const std::size_t capacity : {1u, 2u, 8u, 64u}) {
    RingFixture ring(capacity, true);
    auto reader = ring.join();
    std::uint64_t next = 1;
    for (int round = 0; round != 20; ++round) {
      for (std::size_t i = 0; i != capacity; ++i) REQUIRE(ring.publish(next++));
      CHECK_FALSE(ring.publish(next));
      CHECK(ring.writer->find_slot() == Writer::Space::ring_full);
      for (std::size_t i = 0; i != capacity; ++i) REQUIRE(RingFixture::take(*reader) == next - capacity + i);
      CHECK(RingFixture::take(*reader) == 0);
    }
    CHECK(reader->missed() == 0);
  }
}

TEST_CASE("the slowest of several readers gates", "[ring]") {
  RingFixture ring(4, true);
  auto fast = ring.join();
  auto slow = ring.join();
  for (std::uint64_t i = 1; i <= 4; ++i) REQUIRE(ring.publish(i));
  for (std::uint64_t i = 1; i <= 4; ++i) REQUIRE(RingFixture::take(*fast) == i);
  CHECK_FALSE(ring.publish(5));
  CHECK(RingFixture::take(*slow) == 1);
  CHECK(ring.publish(5));
  CHECK_FALSE(ring.publish(6));
}

TEST_CASE("a held sample gates although the cursor is beyond it", "[ring]") {
  RingFixture ring(2, true);
  auto reader = ring.join();
  REQUIRE(ring.publish(1));
  REQUIRE(ring.publish(2));
  Claimed held;
  REQUIRE(reader->try_take(held) == Reader::Outcome::taken);
  CHECK(RingFixture::take(*reader) == 2);
  CHECK_FALSE(ring.publish(3));
  CHECK(*reinterpret_cast<const std::uint64_t*>(held.message) == 1);
  held.claim->store(0);
  CHECK(ring.publish(3));
}

TEST_CASE("a subscriber that has not connected yet gates from the first message", "[ring]") {
  RingFixture ring(4, true);
  auto reader = ring.join(7, true);
  ring.readers[0]->pending = true;
  ring.epoch.fetch_add(1);
  for (std::uint64_t i = 1; i <= 4; ++i) REQUIRE(ring.publish(i));
  CHECK_FALSE(ring.publish(5));
  CHECK(ring.writer->awaits(Writer::Whose::other_processes));
  ring.readers[0]->pending = false;
  ring.epoch.fetch_add(1);
  for (std::uint64_t i = 1; i <= 4; ++i) REQUIRE(RingFixture::take(*reader) == i);
  CHECK(ring.publish(5));
}

TEST_CASE("a reader that leaves or dies gates no more", "[ring]") {
  RingFixture ring(2, true);
  auto reader = ring.join();
  REQUIRE(ring.publish(1));
  REQUIRE(ring.publish(2));
  CHECK_FALSE(ring.publish(3));
  SECTION("it leaves") { ring.leave(0); }
  SECTION("it dies") { ring.dead = {0}; }
  SECTION("it detaches") { reader->detach(); }
  for (std::uint64_t i = 3; i <= 10; ++i) CHECK(ring.publish(i));
}

TEST_CASE("without readers a gating publisher keeps the newest as history", "[ring]") {
  RingFixture ring(4, true, 2);
  for (std::uint64_t i = 1; i <= 10; ++i) REQUIRE(ring.publish(i));
  auto reader = ring.join();
  CHECK(RingFixture::take(*reader) == 9);
  CHECK(RingFixture::take(*reader) == 10);
  CHECK(RingFixture::take(*reader) == 0);
  CHECK(reader->missed() == 0);
}

TEST_CASE("a gating ring is reclaimed also when somebody came or went since the last look", "[ring]") {
  RingFixture f(8, true);
  const auto reader = f.join();
  for (std::uint64_t i = 1; i <= 6; ++i) REQUIRE(f.publish(i));
  for (std::uint64_t i = 1; i <= 6; ++i) REQUIRE(RingFixture::take(*reader) == i);
  f.epoch.fetch_add(1);
  CHECK(f.writer->reclaim() >= 4);
  CHECK(f.publish(7));
  CHECK(RingFixture::take(*reader) == 7);
  CHECK(reader->missed() == 0);
}

TEST_CASE("while nobody can say who reads, nothing is overwritten and everybody may be there", "[ring]") {
  for (const bool gated : {true, false}) {
    RingFixture f(4, gated);
    const auto reader = f.join();
    REQUIRE(f.publish(1));
    f.rescan_works = false;
    f.epoch.fetch_add(1);
    CHECK(f.writer->may_have_readers());
    CHECK(f.writer->awaits(Writer::Whose::other_processes));
    CHECK(f.writer->reclaim() == 0);
    std::uint64_t published = 1;
    while (f.publish(published + 1)) ++published;
    CHECK(published <= 5);
    for (std::uint64_t i = 1; i <= published; ++i) CHECK(RingFixture::take(*reader) == i);
    f.rescan_works = true;
    CHECK(f.publish(published + 1));
    CHECK(RingFixture::take(*reader) == published + 1);
    CHECK(reader->missed() == 0);
  }
}

TEST_CASE("reclaiming a gating ring keeps what a reader needs", "[ring]") {
  RingFixture ring(8, true);
  auto reader = ring.join();
  for (std::uint64_t i = 1; i <= 6; ++i) REQUIRE(ring.publish(i));
  for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(RingFixture::take(*reader) == i);
  CHECK(ring.writer->reclaim() <= 3);
  for (std::uint64_t i = 4; i <= 6; ++i) REQUIRE(RingFixture::take(*reader) == i);
  for (std::uint64_t i = 7; i <= 30; ++i) {
    REQUIRE(ring.publish(i));
    REQUIRE(RingFixture::take(*reader) == i);
  }
}

TEST_CASE("a ring awaits readers that are visible and have not started", "[ring]") {
  RingFixture f(4, GENERATE(false, true));
  CHECK_FALSE(f.writer->awaits(Writer::Whose::other_processes));
  auto [reader, memory] = f.connect(7, true);
  CHECK(f.writer->awaits(Writer::Whose::other_processes));
  CHECK_FALSE(f.writer->awaits(Writer::Whose::own_process));
  CHECK(f.writer->may_have_readers());
  // It gates already.
  for (std::uint64_t i = 1; i <= 4; ++i) CHECK(f.publish(i));
  if (f.view.gated) CHECK_FALSE(f.publish(5));
  reader->start(true);
  CHECK_FALSE(f.writer->awaits(Writer::Whose::other_processes));
  CHECK(RingFixture::take(*reader) == 1);
}
