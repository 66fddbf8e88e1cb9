// The publisher that overwrites, and has to pass slots that samples hold: what was missed must be counted exactly all the same.

#include "execution.h"
#include "scenario.h"

#include <utility>

namespace carry::explorer {

namespace {

void publish_one(RingWorld& world) { world.publish_all(1); }
void publish_two(RingWorld& world) { world.publish_all(2); }
void publish_four(RingWorld& world) { world.publish_all(4); }
void publish_five(RingWorld& world) { world.publish_all(5); }
void publish_eight(RingWorld& world) { world.publish_all(8); }
void take_one_too(RingWorld& world) { world.take_and_release(1, 1); }
void take_two_too(RingWorld& world) { world.take_and_release(1, 2); }
void take_four_too(RingWorld& world) { world.take_and_release(1, 4); }

void hold_long(RingWorld& world) {
  Taken held = world.take(0);
  execution().pause();
  world.take_and_release(0, 1);
  if (held) held.release();
}

void join_second(RingWorld& world) {
  world.join(1);
  world.take_and_release(1, 1);
}

void reclaim_twice(RingWorld& world) {
  (void)world.writer().reclaim();
  execution().pause();
  (void)world.writer().reclaim();
}

// A sample that is held all the time: its slot is skipped whenever its turn comes.
void keep_first(RingWorld& world) {
  world.publish_all(1);
  world.keep(world.take(0));
}

void keep_first_of_two(RingWorld& world) {
  keep_first(world);
  world.take_and_release(1, 1);
  world.publish_all(1);
}

void keep_first_of_four(RingWorld& world) {
  keep_first(world);
  world.publish_all(3);
}

void keep_first_of_six(RingWorld& world) {
  keep_first(world);
  world.publish_all(5);
}

constexpr Shape wide_and_younger{.capacity = 2, .window = 2, .older = {true, false}};
constexpr Shape three{.capacity = 3};
constexpr std::array both{Presence::joined, Presence::joined};
constexpr std::array second_late{Presence::joined, Presence::absent};

}  // namespace

std::vector<Scenario> skipping_scenarios() {
  return {
      {.name = "slots are skipped",
       .shape = {.claims = 2},
       .readers = both,
       .prepare = publish_one,
       .threads = {publish_five, hold_long, take_four_too}},
      {.name = "every second slot is skipped", .shape = {}, .readers = both, .prepare = keep_first, .threads = {publish_five, take_four_too}},
      {.name = "one more slot is skipped", .shape = {}, .readers = both, .prepare = keep_first_of_two, .threads = {publish_one, take_two_too}},
      {.name = "five more slots are skipped", .shape = {}, .readers = both, .prepare = keep_first_of_two, .threads = {publish_five, take_one_too}},
      {.name = "every fourth slot is skipped",
       .shape = three,
       .readers = both,
       .prepare = keep_first_of_four,
       .threads = {publish_eight, take_four_too}},
      {.name = "a younger reader joins where slots are skipped",
       .shape = {.capacity = 3, .older = {true, false}},
       .readers = second_late,
       .prepare = keep_first_of_four,
       .threads = {publish_eight, join_second}},
      {.name = "a younger reader joins where a window has a gap",
       .shape = wide_and_younger,
       .readers = second_late,
       .prepare = keep_first_of_four,
       .threads = {publish_four, join_second}},
      {.name = "a younger reader joins while a gap is overwritten",
       .shape = wide_and_younger,
       .readers = second_late,
       .prepare = keep_first_of_six,
       .threads = {publish_four, join_second}},
      {.name = "an older reader joins where slots are skipped",
       .shape = three,
       .readers = {Presence::joined, Presence::awaited},
       .prepare = keep_first_of_four,
       .threads = {publish_eight, join_second}},
      {.name = "another thread reclaims where slots are skipped",
       .shape = three,
       .readers = both,
       .prepare = keep_first_of_six,
       .threads = {publish_two, take_four_too, reclaim_twice}},
  };
}

}  // namespace carry::explorer
