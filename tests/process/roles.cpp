// The processes that the tests of this folder start, talk to, and kill.

#include "process/checked_message.h"
#include "support/child_process.h"

#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <string>

namespace carry::test {

namespace {

using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

Overflow overflow_of(const std::string& name) {
  if (name == "block") return Overflow::block;
  if (name == "reject") return Overflow::reject;
  return Overflow::overwrite_oldest;
}

/// publisher TOPIC OVERFLOW CAPACITY COUNT: says "ready", publishes numbers 1 to COUNT (0: for ever), says "done". Exit code 0: all were published.
int publish(const Arguments& arguments) {
  Publisher<Checked> publisher(
      arguments.at(0), {.capacity = std::stoul(arguments.at(2)), .overflow = overflow_of(arguments.at(1)), .block_timeout = 30s, .linger = 30s});
  if (publisher.initialize()) return 2;
  say("ready");
  const std::uint64_t count = std::stoull(arguments.at(3));
  for (std::uint64_t i = 1; i <= count || count == 0; ++i) {
    if (publisher.publish(Checked(i))) return 3;
  }
  say("done");
  return 0;
}

/// subscriber TOPIC COUNT HELD: says "ready", receives until message COUNT (0: for ever), holding up to HELD samples; says how many were received and
/// missed. Exit code 0: every sample was whole when taken and when released, and the numbers of a publisher only grew.
int subscribe(const Arguments& arguments) {
  Subscriber<Checked> subscriber(arguments.at(0), {.spins_before_yield = 200});
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  const std::uint64_t last = std::stoull(arguments.at(1));
  const std::size_t keep = std::stoul(arguments.at(2));
  std::vector<Sample<Checked>> held;
  std::uint64_t received = 0;
  for (bool more = true; more;) {
    const auto error = subscriber.receive(
        [&](auto& data) {
          auto sample = data.acquire();
          if (!sample->is_whole()) return std::make_error_code(std::errc::bad_message);
          ++received;
          more = last == 0 || sample->number != last;
          held.push_back(std::move(sample));
          if (held.size() > keep) {
            for (const auto& old : held) {
              if (!old->is_whole()) return std::make_error_code(std::errc::bad_message);
            }
            held.clear();
          }
          return std::error_code();
        },
        30s);
    if (error) return error == std::errc::timed_out ? 4 : 5;
  }
  say(std::to_string(received) + " " + std::to_string(subscriber.missed()));
  return 0;
}

/// joiner TOPIC: joins and leaves the topic for ever.
int join(const Arguments& arguments) {
  say("ready");
  for (;;) {
    Subscriber<Checked> subscriber(arguments.at(0));
    Publisher<Checked> publisher(arguments.at(0) + "-other", {.linger = 0ms});
    if (subscriber.initialize() || subscriber.subscribe() || publisher.initialize()) return 2;
    if (publisher.publish(Checked(7))) return 3;
    if (const auto sample = subscriber.try_receive(); sample && !sample->is_whole()) return 5;
  }
}

/// visitor TOPIC: joins once, receives what is there, leaves.
int visit(const Arguments& arguments) {
  Subscriber<Checked> subscriber(arguments.at(0));
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  while (const auto sample = subscriber.try_receive()) {
    if (!sample->is_whole()) return 5;
  }
  return 0;
}

const Role publisher_role{"publisher", publish};
const Role subscriber_role{"subscriber", subscribe};
const Role joiner_role{"joiner", join};
const Role visitor_role{"visitor", visit};

}  // namespace

}  // namespace carry::test
