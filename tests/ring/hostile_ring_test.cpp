// Rings whose other side writes what no carry writes: an error or a skip, never outside, never for ever.

#include "ring/ring_fixture.h"
#include "support/catch.h"

using carry::ring::Claimed;
using carry::ring::last_sequence;
using carry::ring::needs_nothing;
using carry::ring::oldest_word;
using carry::ring::Reader;
using carry::ring::ready;
using carry::ring::SharedWord;
using carry::ring::Writer;
using carry::test::RingFixture;

namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

void set_stamps(RingFixture& ring, std::uint64_t stamp) {
  for (auto& slot : ring.slots) reinterpret_cast<SharedWord*>(slot.bytes)->store(stamp);
}

}  // namespace

TEST_CASE("a ring that says that nothing was lost while its stamps say that everything was is given up", "[ring]") {
  for (const std::uint64_t oldest : {std::uint64_t{0}, oldest_word(1, 0), oldest_word(1, 1), all_ones / 2, all_ones}) {
    RingFixture ring(4);
    auto reader = ring.join();
    set_stamps(ring, all_ones);
    ring.header.oldest.store(oldest);
    CHECK(reader->has_something());
    Claimed claimed;
    CHECK(reader->try_take(claimed) == Reader::Outcome::malformed);
    CHECK(reader->is_malformed());
    CHECK_FALSE(reader->has_something());
    CHECK(reader->try_take(claimed) == Reader::Outcome::nothing);
    CHECK(reader->held() == 0);
  }
}

TEST_CASE("a sequence that would wrap to 0 is not taken: its claim would be none, and its message unmapped while it is held", "[ring]") {
  RingFixture ring(6);
  ring.header.head.store(all_ones);
  auto reader = ring.join();
  ring.header.oldest.store(0);
  set_stamps(ring, ready(0));
  reinterpret_cast<SharedWord*>(ring.slots[all_ones % ring.slot_count].bytes)->store(all_ones);  // lost; then sequence 0
  std::vector<Claimed> taken(20);
  std::size_t count = 0;
  for (auto& claimed : taken) count += reader->try_take(claimed) == Reader::Outcome::taken ? 1 : 0;
  CHECK(reader->held() == count);
}

TEST_CASE("every sample has a claim that is not 0, wherever a ring says that its sequences are", "[ring]") {
  for (const std::uint64_t head : {all_ones, all_ones - 1, all_ones / 2, all_ones / 4, last_sequence + 1, last_sequence, std::uint64_t{0}}) {
    for (const bool gated : {false, true}) {
      RingFixture ring(4, gated);
      ring.header.head.store(head);
      auto reader = ring.join();
      for (std::uint64_t round = 0; round != 64; ++round) {
        set_stamps(ring, round % 2 == 0 ? all_ones : ready(reader->next()));
        ring.header.oldest.store(round % 3 == 0 ? all_ones : 0);
        Claimed claimed;
        if (reader->try_take(claimed) != Reader::Outcome::taken) continue;
        REQUIRE(claimed.claim->load() != 0);
        claimed.claim->store(0);
      }
      CHECK(reader->next() >= carry::ring::first_sequence);
    }
  }
}

TEST_CASE("sequences stay where their stamps do not wrap", "[ring]") {
  RingFixture ring(4);
  ring.header.head.store(all_ones);
  auto reader = ring.join();
  CHECK(reader->next() == last_sequence);
  ring.header.oldest.store(all_ones);
  auto older = ring.join(7, true);
  CHECK(older->next() == last_sequence);
  CHECK(older->missed() <= last_sequence);
}

TEST_CASE("claims of any value keep nobody from publishing", "[ring]") {
  for (const std::uint64_t value : {std::uint64_t{0xdead'beef'dead'beef}, all_ones, all_ones - 3, needs_nothing, std::uint64_t{1}}) {
    RingFixture ring(4);
    auto liar = ring.join();
    for (auto& claim : ring.readers[0]->record->claims) claim.store(value);
    for (std::uint64_t i = 1; i <= 100; ++i) CHECK(ring.publish(i));
  }
}

TEST_CASE("a gating publisher takes any cursor, and is never told of more than the ring holds", "[ring]") {
  for (const std::uint64_t value : {all_ones, needs_nothing, needs_nothing - 1, last_sequence, std::uint64_t{0}, std::uint64_t{1}}) {
    RingFixture ring(4, true);
    auto liar = ring.join();
    ring.readers[0]->record->cursor.store(value);
    std::size_t published = 0;
    while (published != 100 && ring.publish(1)) ++published;
    CHECK((published == 100 || published <= 4));
  }
}

TEST_CASE("a gating publisher comes back although the epoch never stands still", "[ring]") {
  struct Restless {
    RingFixture ring{4, true};
    int rescans = 0;
  } restless;
  Writer writer({.header = &restless.ring.header, .slots = restless.ring.slots[0].bytes}, {.epoch = &restless.ring.epoch,
                                                                                           .rescan =
                                                                                               [](void* self, std::vector<carry::ring::ReaderView>&) {
                                                                                                 auto& all = *static_cast<Restless*>(self);
                                                                                                 all.ring.epoch.fetch_add(1);
                                                                                                 return ++all.rescans < 100'000;
                                                                                               },
                                                                                           .drop_dead = [](void*) { return false; },
                                                                                           .context = &restless});
  CHECK(writer.find_slot() == Writer::Space::ring_full);
  CHECK(writer.reclaim() == 0);
  CHECK(restless.rescans < 1000);
}
