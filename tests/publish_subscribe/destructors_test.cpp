// Destructors of messages run in the middle of a publisher's work. What they may do, and what they are told when they may not.

#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <functional>
#include <new>

using namespace carry::test;
using carry::Errc;
using carry::publish_subscribe::Publisher;

namespace {

/// Does something when it is destroyed, unless it was moved from.
struct Acting {
  static inline std::function<void()> act;
  bool acts = false;
  carry::vector<char> data;
  Acting() = default;
  explicit Acting(std::size_t bytes) : acts(true), data(bytes) {}
  Acting(Acting&& other) noexcept : acts(std::exchange(other.acts, false)), data(std::move(other.data)) {}
  ~Acting() {
    if (acts && act) act();
  }
};

struct ActingNow {
  explicit ActingNow(std::function<void()> what) { Acting::act = std::move(what); }
  ~ActingNow() { Acting::act = nullptr; }
};

/// More than there is, so that everything is reclaimed that can be.
void exhaust() {
  auto& heap = (*carry::domain::Participant::current())->heap();
  CHECK(heap.allocate(std::size_t{1} << 50, 64) == nullptr);
}

}  // namespace

TEST_CASE("a message's destructor that publishes on its own publisher is told that it is busy", "[publish_subscribe]") {
  Publisher<Acting> publisher(fresh_topic("republish"), {.capacity = 4});
  REQUIRE_FALSE(publisher.initialize());
  int acted = 0;
  const ActingNow now([&] {
    ++acted;
    CHECK(publisher.publish(Acting()) == Errc::loan_outstanding);
  });
  for (int i = 0; i != 20; ++i) CHECK_FALSE(publisher.publish(Acting(10)));
  CHECK(acted >= 15);
  Acting::act = nullptr;
}

TEST_CASE("a message's destructor may publish elsewhere, and end other publishers", "[publish_subscribe]") {
  const bool by_exhaustion = GENERATE(false, true);
  Publisher<Acting> publisher(fresh_topic("ending"), {.capacity = 4});
  REQUIRE_FALSE(publisher.initialize());
  std::vector<Publisher<Counted>> others;
  for (int i = 0; i != 20; ++i) {
    others.emplace_back(fresh_topic("ended"));
    REQUIRE_FALSE(others.back().initialize());
    REQUIRE_FALSE(others.back().publish(Counted(i)));
  }
  const ActingNow now([&] {
    CHECK_FALSE(others.front().publish(Counted(7)));
    others.pop_back();
  });
  for (int i = 0; i != (by_exhaustion ? 5 : 20); ++i) REQUIRE_FALSE(publisher.publish(Acting(10)));
  if (by_exhaustion) exhaust();
  CHECK(others.size() < 20);
}

TEST_CASE("a message's destructor may allocate when there is nothing left", "[publish_subscribe]") {
  Publisher<Acting> publisher(fresh_topic("allocating"), {.capacity = 8});
  REQUIRE_FALSE(publisher.initialize());
  int acted = 0;
  const ActingNow now([&] {
    ++acted;
    exhaust();
  });
  for (int i = 0; i != 20; ++i) REQUIRE_FALSE(publisher.publish(Acting(10)));
  (void)publisher.reclaim();
  for (int i = 0; i != 5; ++i) REQUIRE_FALSE(publisher.publish(Acting(10)));
  exhaust();
  CHECK(acted >= 20);
  Acting::act = nullptr;
}
