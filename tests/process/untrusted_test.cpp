// copy_out() and checked() of a real publisher's messages, and of one that changes its own messages after it has published them.

#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/publish_subscribe/checked.h>
#include <carry/publish_subscribe/copy_out.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

using namespace carry;
using namespace carry::test;

namespace {

struct Report {
  std::int64_t number = 0;
  vector<string> lines;
  std::optional<vector<std::int64_t>> values;
};

Report make_report(std::int64_t number) {
  Report report{.number = number, .lines = {}, .values = vector<std::int64_t>(100, number)};
  for (int i = 0; i != 20; ++i) report.lines.emplace_back("line " + std::to_string(i) + " of a report that is longer than the object");
  return report;
}
bool is_report(const Report& report, std::int64_t number) {
  const Report expected = make_report(number);
  return report.number == number && report.lines == expected.lines && report.values == expected.values;
}

/// Looks at everything in place. An error, if one was met.
std::error_code look_at(const Sample<Report>& sample) {
  const auto report = checked(sample);
  if (!report) return report.error();
  const auto lines = report->field(&Report::lines).elements();
  if (!lines) return lines.error();
  char room[100];
  for (const auto line : *lines) {
    if (const auto text = line.text(room); !text) return text.error();
  }
  const auto values = report->field(&Report::values).value();
  if (!values) return values.error();
  if (!*values) return {};
  const auto numbers = (**values).elements();
  if (!numbers) return numbers.error();
  std::int64_t room_for_numbers[100];
  const auto copied = numbers->copy_to(room_for_numbers);
  return copied ? std::error_code() : copied.error();
}

/// changing_publisher TOPIC: publishes one report, and on a line begins to write words of its own heap at random, for ever.
int publish_and_change(const Arguments& arguments) {
  publish_subscribe::Publisher<Report> publisher(arguments.at(0), {.history = 1, .linger = 0ms});
  std::uint64_t begin = 0;
  if (publisher.initialize()) return 2;
  if (publisher.publish_in_place([&](Report& report) {
        report = make_report(7);
        begin = own_participant().offset_of(&report);
      }))
    return 3;
  say("published");
  (void)hear();
  say("changing");
  std::mt19937_64 random(std::random_device{}());
  auto* const words = reinterpret_cast<std::uint64_t*>(own_participant().base() + begin);
  for (;;) {
    const std::atomic_ref<std::uint64_t> word(words[random() % (sizeof(Report) / 8)]);
    const std::uint64_t before = word.load(std::memory_order_relaxed);
    word.store(random() % 2 == 0 ? random() : before ^ (std::uint64_t{1} << random() % 48), std::memory_order_relaxed);
    for (auto pause = random() % 300; pause != 0; --pause) (void)word.load(std::memory_order_relaxed);
    word.store(before, std::memory_order_relaxed);
  }
}

const Role changing_role{"changing_publisher", publish_and_change};

}  // namespace

TEST_CASE("a message of another process is copied out, and outlives its sample", "[process]") {
  publish_subscribe::Subscriber<Report> subscriber("copied-out");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  auto publisher = ChildProcess::start_role("changing_publisher", {"copied-out"});
  REQUIRE(publisher.read_line() == "published");
  Sample<Report> sample;
  while (!sample) sample = subscriber.try_receive();
  auto copied = copy_out(sample);
  REQUIRE(copied);
  CHECK(is_report(*copied, 7));
  CHECK(copy_out(sample, {.maximum_bytes = 100}).error() == Errc::message_too_large);
  const auto report = checked(sample);
  REQUIRE(report);
  CHECK(report->field(&Report::number).load() == 7);
  CHECK(report->field(&Report::lines).copy() == copied->lines);
  CHECK_FALSE(look_at(sample));

  publisher.write_line("change");
  REQUIRE(publisher.read_line() == "changing");
  int copies = 0;
  int wrong = 0;
  for (int round = 0; round != 20'000; ++round) {
    const auto again = copy_out(sample);
    copies += again ? 1 : 0;
    wrong += again || again.error() == Errc::malformed_message || again.error() == Errc::message_too_large ? 0 : 1;
    const std::error_code error = look_at(sample);
    wrong += !error || error == Errc::malformed_message || error == Errc::message_too_large ? 0 : 1;
  }
  INFO(copies << " copies");
  CHECK(wrong == 0);
  sample.release();
  publisher.kill();
  (void)publisher.wait();
  CHECK(is_report(*copied, 7));
}

TEST_CASE("an own message is copied out, and what is no sample is an error", "[process]") {
  publish_subscribe::Publisher<Report> publisher("copied-out-own");
  publish_subscribe::Subscriber<Report> subscriber("copied-out-own");
  REQUIRE_FALSE(publisher.initialize());
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  REQUIRE_FALSE(publisher.publish(make_report(3)));
  const auto sample = subscriber.try_receive();
  const auto copied = copy_out(sample);
  REQUIRE(copied);
  CHECK(is_report(*copied, 3));
  CHECK(copied->lines.data() != sample->lines.data());
  CHECK(checked(sample)->field(&Report::number).load() == 3);
  CHECK_FALSE(look_at(sample));
  const Sample<Report> none;
  CHECK(copy_out(none).error() == Errc::malformed_message);
  CHECK(checked(none).error() == Errc::malformed_message);
}
