#pragma once

#include "no_memory/failing_new.h"
#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <new>

namespace carry::test {

/// Somebody who has nothing to do with the call, and notices nothing.
class Bystander {
 public:
  Bystander() {
    REQUIRE_FALSE(publisher_.initialize());
    REQUIRE_FALSE(subscriber_.initialize());
    REQUIRE_FALSE(subscriber_.subscribe());
  }
  void check() {
    REQUIRE_FALSE(publisher_.publish(Number{++count_}));
    const auto sample = subscriber_.try_receive();
    REQUIRE(sample);
    REQUIRE(sample->value == count_);
    REQUIRE(subscriber_.missed() == 0);
  }

 private:
  publish_subscribe::Publisher<Number> publisher_{"beside it"};
  publish_subscribe::Subscriber<Number> subscriber_{"beside it"};
  std::int64_t count_ = 0;
};

inline std::size_t own_ports() {
  auto& participant = **domain::Participant::current();
  participant.finish_kept();
  return participant.peers()->front()->ports().size();
}

/// A call that makes more of them is taken for one that never ends.
inline constexpr int most_requests = 2000;

/// `call` does all of it, from constructors to destructors. True: nothing was in its way.
template <class Call>
void check_every_request(Call call, bool and_all_after) {
  REQUIRE(domain::Participant::current());
  Bystander bystander;
  const std::size_t ports = own_ports();
  bool succeeded = false;
  bool has_failed = true;
  int requests = 0;
  for (; has_failed && requests != most_requests; ++requests) {
    try {
      const FailingNew failing(requests, and_all_after);
      try {
        succeeded = call();
      } catch (const std::bad_alloc&) {
        succeeded = false;
      }
      has_failed = FailingNew::has_failed();
    } catch (const std::bad_alloc&) {
      FAIL("a destructor threw");
    }
    bystander.check();
    REQUIRE(own_ports() == ports);
  }
  CHECK_FALSE(has_failed);
  CHECK(succeeded);
  CHECK(requests > 1);
}
template <class Call>
void check_every_request(Call call) {
  for (const bool and_all_after : {false, true}) check_every_request(call, and_all_after);
}

template <class Notifier, class Observer>
bool notify() {
  Notifier notifier;
  Observer observer;
  if (notifier.initialize("door") || observer.initialize("door") || observer.subscribe() || notifier.notify_observers(5)) return false;
  std::uint64_t heard = 0;
  return !observer.receive(std::chrono::seconds(20), [&](std::uint64_t value) {
    heard = value;
    return std::error_code();
  }) && heard == 5;
}

}  // namespace carry::test
