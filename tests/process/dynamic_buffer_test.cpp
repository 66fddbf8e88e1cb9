// The dynamic buffer at its limits. Each case is a process of its own: a process joins once.

#include "process/checked_message.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/expect.h"

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <filesystem>
#include <new>
#include <tuple>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

const memory::Heap& heap() { return (*domain::Participant::current())->heap(); }

/// Strings until there is no memory for another one.
std::vector<string> fill() {
  std::vector<string> strings;
  try {
    for (;;) strings.emplace_back(10'000, static_cast<char>('a' + strings.size() % 26));
  } catch (const std::bad_alloc&) {
    return strings;
  }
}

bool are_whole(const std::vector<string>& strings) {
  for (std::size_t i = 0; i != strings.size(); ++i) {
    if (strings[i].size() != 10'000 || strings[i].find_first_not_of(static_cast<char>('a' + i % 26)) != string::npos) return false;
  }
  return true;
}

/// Fills the buffer twice; in between and at the end everything works.
void check_exhaustion(std::size_t at_most) {
  Publisher<Checked> publisher("full");
  Subscriber<Checked> subscriber("full");
  expect(!publisher.initialize() && !subscriber.initialize() && !subscriber.subscribe(), "initialize");
  std::size_t first_count = 0;
  for (int round = 0; round != 2; ++round) {
    vector<int> numbers{1, 2, 3};
    const auto strings = fill();
    expect(strings.size() * 10'000 < at_most && strings.size() * 10'000 > at_most / 2, "the limit, after " + std::to_string(strings.size()));
    expect(round == 0 || strings.size() == first_count, "as many strings as at first");
    first_count = strings.size();
    expect(heap().last_commit_error() == Errc::heap_exhausted, "the reason");
    expect(heap().statistics().committed_bytes <= at_most, "no more is committed");
    try {
      numbers.resize(mebibyte);
      expect(false, "growing must fail");
    } catch (const std::bad_alloc&) {
      expect(numbers == vector<int>{1, 2, 3}, "what could not grow is as it was");
    }
    Publisher<Checked> another("another", {.capacity = 65536});
    expect(another.initialize() == Errc::heap_exhausted, "no ring");
    expect(!publisher.publish(Checked(0)), "what needs no memory is published");
    expect(subscriber.try_receive() && subscriber.missed() == 0, "and received");
    expect(are_whole(strings), "nothing is damaged");
  }
  expect(!publisher.publish(Checked(60)), "publish with data");
  const auto sample = subscriber.try_receive();
  expect(sample && sample->is_whole(), "receive with data");
  say("done");
}

int fill_without_growth(const Arguments&) {
  expect(initialize_dynamic_buffer({.initial_bytes = 4 * mebibyte, .growth = Growth::forbidden}).has_value(), "initialize");
  check_exhaustion(4 * mebibyte);
  return 0;
}

int fill_to_maximum(const Arguments&) {
  expect(initialize_dynamic_buffer({.maximum_bytes = 6 * mebibyte}).has_value(), "initialize");
  expect(heap().statistics().committed_bytes < mebibyte, "committed as needed");
  check_exhaustion(6 * mebibyte);
  return 0;
}

int ask_for_nonsense(const Arguments&) {
  const auto error = [](const DynamicBufferOptions& options) { return error_of(initialize_dynamic_buffer(options)); };
  expect(error({.initial_bytes = 2 * mebibyte, .reserved_bytes = mebibyte}) == Errc::invalid_option, "reservation too small");
  expect(error({.initial_bytes = ~std::size_t{0} / 2, .reserved_bytes = 64 * mebibyte}) == Errc::invalid_option, "more than the reservation");
  expect(error({.domain = "../up"}) == std::errc::invalid_argument, "a domain that is no name");
  expect(error({.runtime_directory = "/nowhere/at/all"}) != std::error_code(), "a runtime directory that is not there");
  expect(!error({.initial_bytes = mebibyte}), "the same process may try again");
  expect(!error({.initial_bytes = 2 * mebibyte}), "more of it");
  expect(heap().statistics().committed_bytes >= 2 * mebibyte, "committed");
  expect(error({.maximum_bytes = mebibyte}) == Errc::already_initialized, "too late for a limit");
  expect(error({.domain = "another"}) == Errc::already_initialized, "too late for a domain");
  expect(!initialize_dynamic_buffer(~std::size_t{0} / 4), "the founding form says no, too");
  say("done");
  return 0;
}

int ask_for_the_same(const Arguments&) {
  const DynamicBufferOptions options{.initial_bytes = mebibyte,
                                     .maximum_bytes = 8 * mebibyte,
                                     .reserved_bytes = 40'000'000,
                                     .domain = "same-" + platform::ParticipantId::random().to_string()};
  expect(initialize_dynamic_buffer(options).has_value(), "join");
  expect(initialize_dynamic_buffer(options).has_value(), "the same options");
  expect(initialize_dynamic_buffer({.domain = options.domain}).has_value(), "one of them");
  const std::string& own = (*domain::Participant::current())->directory().path();
  const auto runtime = std::filesystem::path(std::u8string(own.begin(), own.end())).parent_path().parent_path().u8string();
  const std::string written(runtime.begin(), runtime.end());
  expect(initialize_dynamic_buffer({.runtime_directory = written}).has_value(), "the same directory");
  expect(initialize_dynamic_buffer({.runtime_directory = written + "/./"}).has_value(), "the same directory, written in another way");
  expect(error_of(initialize_dynamic_buffer({.runtime_directory = written + "/.."})) == Errc::already_initialized, "another directory");
  for (auto [domain, maximum, reserved] :
       {std::tuple{std::string("other"), std::size_t{0}, std::size_t{0}}, {"", 9 * mebibyte, 0}, {"", 0, 50'000'000}, {"", 0, 39'000'000}}) {
    const auto again = initialize_dynamic_buffer({.maximum_bytes = maximum, .reserved_bytes = reserved, .domain = domain});
    expect(!again && again.error() == Errc::already_initialized, "another domain, limit or reservation");
  }
  say("done");
  return 0;
}

int use_much(const Arguments&) {
  const std::vector<string> strings(100, string(10'000, 'x'));
  say((*domain::Participant::current())->id().to_string());
  hear();
  return 0;
}

const Role without_growth_role{"without_growth", fill_without_growth};
const Role to_maximum_role{"to_maximum", fill_to_maximum};
const Role nonsense_role{"nonsense", ask_for_nonsense};
const Role same_role{"same", ask_for_the_same};
const Role much_role{"much", use_much};

void check_role(const char* name) {
  auto process = ChildProcess::start_role(name);
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}

}  // namespace

TEST_CASE("a dynamic buffer that may not grow is exhausted without damage, and works again when there is room", "[process]") {
  check_role("without_growth");
}

TEST_CASE("a dynamic buffer grows to its maximum and no further", "[process]") { check_role("to_maximum"); }

TEST_CASE("options that are the same may be given again", "[process]") { check_role("same"); }

TEST_CASE("impossible sizes and names are refused, and the process may try again", "[process]") { check_role("nonsense"); }

TEST_CASE("what a process uses of its dynamic buffer can be read by others", "[process]") {
  auto process = ChildProcess::start_role("much");
  const auto id = platform::ParticipantId::parse(process.read_line().value_or(""));
  REQUIRE(id);
  const auto peer = domain::Peer::open((*domain::Participant::current())->directory(), *id);
  REQUIRE(peer);
  const memory::SharedHeapStatistics& heap = (*peer)->header().heap;
  CHECK(heap.used_bytes >= 1'000'000);
  CHECK(heap.committed_bytes >= heap.used_bytes);
  CHECK(heap.reserved_bytes >= heap.committed_bytes);
  std::uint64_t used = heap.large_bytes;
  for (std::size_t i = 0; i != heap.size_classes; ++i) used += heap.classes[i].block_bytes * heap.classes[i].blocks_used;
  CHECK(used == heap.used_bytes);
}
