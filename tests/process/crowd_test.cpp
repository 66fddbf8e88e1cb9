// Many processes with many publishers and subscribers each. In full: CARRY_CROWD_PROCESSES=50 CARRY_CROWD_PORTS=20, a thousand of each.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "survivors/own_holdings.h"

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <algorithm>
#include <iostream>
#include <map>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t messages = 10;
constexpr std::uint64_t per_publisher = 1000;  // numbers
constexpr auto patience = 120s;

/// The ports of one process: of each kind one takes part in a topic that all processes share, the others have a topic for each publisher, which a
/// subscriber of another process receives.
class Member {
 public:
  Member(int index, int processes, int ports) : processes_(static_cast<std::size_t>(processes)) {
    for (int port = 0; port != ports; ++port) {
      publishers_.emplace_back(topic_of(index, port), PublisherOptions{.capacity = 16, .overflow = Overflow::block, .block_timeout = 30s});
      subscribers_.emplace_back(topic_of((index + port) % processes, port));
      first_numbers_.push_back(static_cast<std::uint64_t>(index * ports + port) * per_publisher);
    }
  }

  bool make() {
    return std::ranges::none_of(publishers_, [](auto& publisher) { return bool(publisher.initialize()); }) &&
           std::ranges::none_of(subscribers_, [](auto& subscriber) { return subscriber.initialize() || subscriber.subscribe(); });
  }

  /// Nothing is published before that.
  bool attach() {
    return within_patience([&] {
      for (auto& subscriber : subscribers_) (void)subscriber.try_receive();
      for (std::size_t port = 0; port != publishers_.size(); ++port) {
        if (publishers_[port].num_subscribers() != others_at(port) || subscribers_[port].num_publishers() != others_at(port)) return false;
      }
      return true;
    });
  }

  bool publish() {
    for (std::size_t port = 0; port != publishers_.size(); ++port) {
      for (std::uint64_t i = 1; i <= messages; ++i) {
        if (publishers_[port].publish(Checked(first_numbers_[port] + i))) return false;
      }
    }
    return true;
  }

  /// Every message of every publisher, in its order.
  bool receive() {
    bool sound = true;
    const bool came = within_patience([&] {
      bool all = true;
      for (std::size_t port = 0; port != subscribers_.size(); ++port) {
        while (const auto sample = subscribers_[port].try_receive()) sound = sound && enter(port, *sample);
        all = all && received_[port] == messages * others_at(port);
      }
      return all || !sound;
    });
    return came && sound;
  }

 private:
  static std::string topic_of(int process, int port) {
    return port == 0 ? std::string("crowd") : "crowd-" + std::to_string(process) + "-" + std::to_string(port);
  }
  std::size_t others_at(std::size_t port) const { return port == 0 ? processes_ : 1; }

  bool enter(std::size_t port, const Checked& message) {
    ++received_[port];
    return message.is_whole() && message.number % per_publisher == ++last_[{port, message.number / per_publisher}];
  }

  static bool within_patience(std::predicate auto&& done) {
    for (const auto end = Clock::now() + patience; Clock::now() < end; platform::sleep_for(std::chrono::microseconds(500))) {
      if (done()) return true;
    }
    return false;
  }

  std::size_t processes_;
  std::vector<Publisher<Checked>> publishers_;
  std::vector<Subscriber<Checked>> subscribers_;
  std::vector<std::uint64_t> first_numbers_;
  std::map<std::size_t, std::uint64_t> received_;                        // by port
  std::map<std::pair<std::size_t, std::uint64_t>, std::uint64_t> last_;  // by port and publisher
};

/// crowd_member INDEX PROCESSES PORTS: goes on with each line it hears.
int take_part(const Arguments& arguments) {
  if (!initialize_dynamic_buffer()) return 2;
  Member member(std::stoi(arguments.at(0)), std::stoi(arguments.at(1)), std::stoi(arguments.at(2)));
  say("here");
  (void)hear();
  say(!member.make() ? "cannot make its ports" : member.attach() ? "attached" : "does not find everybody");
  (void)hear();
  say(!member.publish() ? "cannot publish" : member.receive() ? "done" : "does not get everything");
  (void)hear();
  return 0;
}

const Role member_role{"crowd_member", take_part};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

}  // namespace

TEST_CASE("all publishers and subscribers of many processes find each other, and every message comes", "[process][crowds]") {
  const int processes = setting("CARRY_CROWD_PROCESSES", 5);
  const int ports = setting("CARRY_CROWD_PORTS", 10);
  const auto before = OwnHoldings::now();
  const auto begin = Clock::now();
  std::vector<ChildProcess> members;
  for (int i = 0; i != processes; ++i) {
    members.push_back(ChildProcess::start_role("crowd_member", {std::to_string(i), std::to_string(processes), std::to_string(ports)}));
  }
  const auto tell_and_hear = [&](const char* expected) {
    if (std::string_view(expected) != "here") std::ranges::for_each(members, [](auto& member) { member.write_line("go on"); });
    for (auto& member : members) REQUIRE(member.read_line().value_or("nothing") == expected);
  };
  tell_and_hear("here");
  const double here = seconds_since(begin);
  const auto made = Clock::now();
  tell_and_hear("attached");
  const double attached = seconds_since(made);
  const auto published = Clock::now();
  tell_and_hear("done");
  std::cout << "crowd: " << processes * ports << " publishers and as many subscribers in " << processes << " processes: all have joined after "
            << here << " s, all are attached " << attached << " s later; " << messages << " messages of each came in " << seconds_since(published)
            << " s" << std::endl;
  int failed = 0;
  for (auto& member : members) failed += member.wait() == 0 ? 0 : 1;
  CHECK(failed == 0);
  REQUIRE(domain::clean(own_participant().directory()));
  CHECK(own_participant().peers()->size() == 1);
  members.clear();
  CHECK(visible_participants() == 1);
  CHECK(OwnHoldings::now().to_string() == before.to_string());
}
