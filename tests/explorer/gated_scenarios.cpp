// The publisher that waits for its readers' cursors.

#include "execution.h"
#include "scenario.h"

#include <utility>

namespace carry::explorer {

namespace {

void publish_two(RingWorld& world) { world.publish_all(2); }
void publish_four(RingWorld& world) { world.publish_all(4); }
void publish_five(RingWorld& world) { world.publish_all(5); }
void take_five(RingWorld& world) { world.take_and_release(0, 5); }
void take_five_too(RingWorld& world) { world.take_and_release(1, 5); }

void hold_two(RingWorld& world) {
  for (int round = 0; round != 3; ++round) {
    Taken first = world.take(0);
    Taken second = world.take(0);
    if (first) first.release();
    else execution().pause();
    if (second) second.release();
  }
}

void take_hand_over_take(RingWorld& world) {
  world.hand_over(world.take(0));
  world.take_and_release(0, 4);
}

void release_what_is_received(RingWorld& world) {
  if (Taken taken = world.receive(3)) taken.release();
}

void join_and_take(RingWorld& world) {
  world.join(0);
  world.take_and_release(0, 4);
}

void join_and_take_one(RingWorld& world) {
  world.join(0);
  world.take_and_release(0, 1);
}

void take_and_leave(RingWorld& world) {
  world.hand_over(world.take(0));
  (void)world.leave(0, 4);
}

void publish_and_ask(RingWorld& world) {
  world.publish_all(1);
  (void)world.writer().awaits(ring::Writer::Whose::other_processes);
}

void reclaim_twice(RingWorld& world) {
  (void)world.writer().reclaim();
  execution().pause();
  (void)world.writer().reclaim();
}

constexpr Shape one{.gated = true};
constexpr Shape two_claims{.gated = true, .claims = 2};
constexpr Shape wide{.window = 2, .gated = true, .claims = 2};
constexpr Shape younger{.gated = true, .history = 1, .older = {false, false}};
constexpr std::array both{Presence::joined, Presence::joined};
constexpr std::array late{Presence::absent, Presence::absent};
constexpr std::array awaited{Presence::awaited, Presence::absent};

}  // namespace

std::vector<Scenario> gated_scenarios() {
  return {
      {.name = "gated: a reader takes", .shape = one, .threads = {publish_five, take_five}},
      {.name = "gated: a reader holds two", .shape = two_claims, .threads = {publish_five, hold_two}},
      {.name = "gated: a reader holds two of a wide window", .shape = wide, .threads = {publish_five, hold_two}},
      {.name = "gated: two readers", .shape = one, .readers = both, .threads = {publish_four, take_five, take_five_too}},
      {.name = "gated: another thread releases", .shape = two_claims, .threads = {publish_five, take_hand_over_take, release_what_is_received}},
      {.name = "gated: a younger reader joins", .shape = younger, .readers = late, .threads = {publish_five, join_and_take}},
      {.name = "gated: a younger reader joins a full ring",
       .shape = younger,
       .readers = late,
       .prepare = publish_two,
       .threads = {publish_two, join_and_take_one}},
      {.name = "gated: an older reader joins", .shape = one, .readers = awaited, .threads = {publish_five, join_and_take}},
      {.name = "gated: another thread reclaims",
       .shape = {.capacity = 2, .gated = true, .claims = 2},
       .threads = {publish_five, hold_two, reclaim_twice}},
      {.name = "gated: another thread reclaims while a reader joins",
       .shape = younger,
       .readers = late,
       .threads = {publish_five, join_and_take, reclaim_twice}},
      {.name = "gated: another thread reclaims before a reader joins",
       .shape = {.capacity = 2, .gated = true, .history = 2, .older = {false, false}},
       .readers = late,
       .prepare = publish_four,
       .threads = {join_and_take, reclaim_twice}},
      {.name = "gated: a publisher awaits a reader", .shape = one, .readers = awaited, .threads = {publish_and_ask, join_and_take}},
      {.name = "gated: a reader leaves", .shape = two_claims, .threads = {publish_five, take_and_leave, release_what_is_received}},
  };
}

}  // namespace carry::explorer
