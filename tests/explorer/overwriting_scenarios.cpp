// The publisher that overwrites, and readers that claim.

#include "execution.h"
#include "scenario.h"

#include <utility>

namespace carry::explorer {

namespace {

void publish_one(RingWorld& world) { world.publish_all(1); }
void publish_two(RingWorld& world) { world.publish_all(2); }
void publish_four(RingWorld& world) { world.publish_all(4); }
void publish_five(RingWorld& world) { world.publish_all(5); }
void take_four(RingWorld& world) { world.take_and_release(0, 4); }
void take_four_too(RingWorld& world) { world.take_and_release(1, 4); }

void hold_two(RingWorld& world) {
  Taken first = world.take(0);
  Taken second = world.take(0);
  if (first) first.check();
  if (second) second.release();
  if (!first) execution().pause();
  Taken third = world.take(0);
  if (first) first.release();
  if (third) third.release();
  world.take_and_release(0, 1);
}

void take_hand_over_take(RingWorld& world) {
  world.hand_over(world.take(0));
  world.take_and_release(0, 3);
}

void release_what_is_received(RingWorld& world) {
  if (Taken taken = world.receive(3)) taken.release();
}

void join_and_take(RingWorld& world) {
  world.join(0);
  world.take_and_release(0, 3);
}

void join_second(RingWorld& world) {
  world.join(1);
  world.take_and_release(1, 1);
}

void take_and_leave(RingWorld& world) {
  world.hand_over(world.take(0));
  world.take_and_release(0, 1);
  (void)world.leave(0, 4);
}

void reclaim_twice(RingWorld& world) {
  (void)world.writer().reclaim();
  execution().pause();
  (void)world.writer().reclaim();
}

constexpr std::array both{Presence::joined, Presence::joined};
constexpr std::array late{Presence::absent, Presence::absent};
constexpr std::array second_late{Presence::joined, Presence::absent};

}  // namespace

std::vector<Scenario> overwriting_scenarios() {
  return {
      {.name = "a reader takes", .shape = {}, .threads = {publish_five, take_four}},
      {.name = "a reader takes plain messages", .shape = {.has_destructor = false}, .threads = {publish_five, take_four}},
      {.name = "a reader holds two", .shape = {.window = 2, .claims = 2}, .threads = {publish_five, hold_two}},
      {.name = "two readers", .shape = {}, .readers = both, .threads = {publish_four, take_four, take_four_too}},
      {.name = "another thread releases", .shape = {}, .threads = {publish_five, take_hand_over_take, release_what_is_received}},
      {.name = "a younger reader joins", .shape = {.history = 1, .older = {false, false}}, .readers = late, .threads = {publish_five, join_and_take}},
      {.name = "an older reader joins", .shape = {}, .readers = {Presence::awaited, Presence::absent}, .threads = {publish_five, join_and_take}},
      {.name = "another thread reclaims", .shape = {.capacity = 2}, .threads = {publish_four, take_four, reclaim_twice}},
      {.name = "another thread reclaims while a reader joins",
       .shape = {.capacity = 2},
       .readers = {Presence::awaited, Presence::absent},
       .threads = {publish_four, join_and_take, reclaim_twice}},
      {.name = "a reader leaves", .shape = {}, .threads = {publish_five, take_and_leave, release_what_is_received}},
      {.name = "a reader leaves while another joins",
       .shape = {},
       .readers = second_late,
       .prepare = publish_one,
       .threads = {publish_two, take_and_leave, release_what_is_received, join_second}},
  };
}

}  // namespace carry::explorer
