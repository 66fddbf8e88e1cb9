// A process of the domain makes its segment, or the domain's epoch table, shorter. Whoever reads it goes on, with the others.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "support/linux/private_runtime.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <vector>

#include <signal.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;

namespace {

/// What is said at level error, in place of stderr.
class ErrorLog {
 public:
  ErrorLog() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    logger->set_level(spdlog::level::err);
    spdlog::set_default_logger(logger);
  }
  ErrorLog(const ErrorLog&) = delete;
  ErrorLog& operator=(const ErrorLog&) = delete;
  ~ErrorLog() { spdlog::set_default_logger(before_); }

  std::string text() const { return text_.str(); }
  int lines_with(const std::string& part) const {
    int count = 0;
    std::istringstream lines(text_.str());
    for (std::string line; std::getline(lines, line);) count += line.find(part) != line.npos ? 1 : 0;
    return count;
  }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

/// Makes the own segment that short, says so, and is there until it is told to go: without touching what is gone.
[[noreturn]] void truncate_own_and_stay(std::size_t bytes) {
  const auto& participant = own_participant();
  const std::string path = participant.directory().path() + "/" + participant.id().to_string() + ".segment";
  say(::truncate(path.c_str(), static_cast<off_t>(bytes)) == 0 ? "done" : "failed");
  (void)hear();
  ::_exit(0);
}

/// truncating_publisher TOPIC BYTES: publishes seven messages, and on a line makes its segment shorter; "data": up to the page of the last message's data.
int publish_and_truncate(const Arguments& arguments) {
  publish_subscribe::Publisher<Checked> publisher(arguments.at(0), {.linger = 0ms});
  if (publisher.initialize()) return 2;
  say("ready");
  (void)hear();
  std::uint64_t place = 0;
  for (std::uint64_t i = 54; i <= 60; ++i) {
    Checked message(i);
    place = own_participant().offset_of(message.data.data()) / 4096 * 4096;
    if (publisher.publish(std::move(message))) return 3;
  }
  say("published");
  (void)hear();
  truncate_own_and_stay(arguments.at(1) == "data" ? place : std::stoul(arguments.at(1)));
}

/// truncating_subscriber TOPIC: holds a sample, and on a line makes its segment shorter.
int subscribe_and_truncate(const Arguments& arguments) {
  publish_subscribe::Subscriber<Checked> subscriber(arguments.at(0));
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  Sample<Checked> held;
  while (!held) held = subscriber.try_receive();
  say("holds");
  (void)hear();
  truncate_own_and_stay(0);
}

/// truncated_epochs RUNTIME: alone in its domain, whose table becomes shorter. Connections that are there go on; nothing new comes to be.
int lose_epochs(const Arguments& arguments) {
  const ErrorLog log;
  expect(initialize_dynamic_buffer({.runtime_directory = arguments.at(0)}).has_value(), "joined");
  publish_subscribe::Publisher<Checked> publisher("there");
  publish_subscribe::Subscriber<Checked> subscriber("there");
  expect(!publisher.initialize() && !subscriber.initialize() && !subscriber.subscribe(), "ports before");
  expect(::truncate((own_participant().directory().path() + "/epoch").c_str(), 0) == 0, "truncated");
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    expect(!publisher.publish(Checked(i)), "published");
    const auto sample = subscriber.try_receive();
    expect(sample && sample->number == i && sample->is_whole(), "received");
  }
  publish_subscribe::Publisher<Checked> late("late");
  publish_subscribe::Subscriber<Checked> later("there");
  expect(late.initialize() == Errc::epoch_table_lost, "no new publisher");
  expect(later.initialize() || later.subscribe() == Errc::epoch_table_lost, "no new subscriber");
  expect(log.lines_with("the epoch table of") == 1, "said once: " + log.text());
  say("done");
  return 0;
}

const Role publisher_role{"truncating_publisher", publish_and_truncate};
const Role subscriber_role{"truncating_subscriber", subscribe_and_truncate};
const Role epochs_role{"truncated_epochs", lose_epochs};

constexpr const char* lost = "took its memory away";

}  // namespace

TEST_CASE("a publisher that makes its segment shorter is passed over, and others' messages come", "[process][signals]") {
  for (const std::string& bytes : {std::string("0"), std::string("4096"), std::to_string(domain::heap_offset), std::string("data")}) {
    INFO("truncated to " << bytes);
    const std::string topic = "truncated-" + bytes;
    const ErrorLog log;
    publish_subscribe::Subscriber<Checked> subscriber(topic);
    REQUIRE_FALSE(subscriber.initialize());
    REQUIRE_FALSE(subscriber.subscribe());
    auto hostile = ChildProcess::start_role("truncating_publisher", {topic, bytes});
    REQUIRE(hostile.read_line() == "ready");
    publish_subscribe::Publisher<Checked> honest(topic);
    REQUIRE_FALSE(honest.initialize());
    hostile.write_line("publish");
    REQUIRE(hostile.read_line() == "published");
    std::vector<Sample<Checked>> held;
    while (held.size() != 7) {
      if (auto sample = subscriber.try_receive()) held.push_back(std::move(sample));
    }
    CHECK(held.back()->is_whole());
    hostile.write_line("truncate");
    REQUIRE(hostile.read_line() == "done");

    // What is held is what it was, or zeroes. The ring is polled until it is nobody's.
    std::size_t whole = 0;
    for (const auto& sample : held) whole += sample->is_whole() ? 1 : 0;
    CHECK(becomes_true([&] {
      while (auto sample = subscriber.try_receive()) whole += sample->is_whole() ? 1 : 0;
      return subscriber.num_publishers() == 1;
    }));
    INFO(whole << " were whole");
    CHECK(log.lines_with(lost) == 1);
    publish_subscribe::Subscriber<Checked> newcomer(topic);
    REQUIRE_FALSE(newcomer.initialize());
    REQUIRE_FALSE(newcomer.subscribe());
    CHECK(newcomer.num_publishers() == 1);
    for (std::uint64_t i = 1; i <= 200; ++i) {
      REQUIRE_FALSE(honest.publish(Checked(i)));
      for (auto* reader : {&subscriber, &newcomer}) {
        const auto sample = reader->try_receive();
        REQUIRE(sample);
        CHECK(sample->number == i);
        CHECK(sample->is_whole());
      }
    }
    CHECK(log.lines_with(lost) == 1);
    held.clear();
    hostile.kill();
    CHECK(hostile.wait() == ChildProcess::killed + SIGKILL);
  }
}

TEST_CASE("a subscriber that makes its segment shorter holds up nobody", "[process][signals]") {
  for (const Overflow overflow : {Overflow::overwrite_oldest, Overflow::block, Overflow::reject}) {
    INFO("overflow " << static_cast<int>(overflow));
    const std::string topic = "truncated-reader-" + std::to_string(static_cast<int>(overflow));
    const ErrorLog log;
    publish_subscribe::Publisher<Checked> publisher(topic, {.capacity = 4, .overflow = overflow, .block_timeout = 20s});
    REQUIRE_FALSE(publisher.initialize());
    auto hostile = ChildProcess::start_role("truncating_subscriber", {topic});
    REQUIRE(hostile.read_line() == "ready");
    publish_subscribe::Subscriber<Checked> subscriber(topic);
    REQUIRE_FALSE(subscriber.initialize());
    REQUIRE_FALSE(subscriber.subscribe());
    REQUIRE_FALSE(publisher.publish(Checked(1)));
    CHECK(subscriber.try_receive());
    REQUIRE(hostile.read_line() == "holds");
    hostile.write_line("truncate");
    REQUIRE(hostile.read_line() == "done");
    for (std::uint64_t i = 2; i <= 200; ++i) {
      REQUIRE_FALSE(publisher.publish(Checked(i)));
      const auto sample = subscriber.try_receive();
      REQUIRE(sample);
      CHECK(sample->number == i);
      CHECK(sample->is_whole());
    }
    CHECK(publisher.num_subscribers() == 1);
    CHECK(log.lines_with(lost) == 1);
    hostile.kill();
    CHECK(hostile.wait() == ChildProcess::killed + SIGKILL);
  }
}

TEST_CASE("a domain whose epoch table becomes shorter goes on with the connections that it has", "[process][signals]") {
  const PrivateRuntime runtime;
  auto process = ChildProcess::start_role("truncated_epochs", {runtime.text()});
  CHECK(process.read_line() == "done");
  CHECK(process.wait() == 0);
  CHECK_FALSE(std::filesystem::exists(runtime.domain_path("default")));
}

TEST_CASE("whether peers are guarded is one choice for the process", "[process][signals]") {
  CHECK(initialize_dynamic_buffer(DynamicBufferOptions{}).has_value());
  const auto unguarded = initialize_dynamic_buffer({.guard_peers = false});
  REQUIRE_FALSE(unguarded);
  CHECK(unguarded.error() == Errc::already_initialized);
}
