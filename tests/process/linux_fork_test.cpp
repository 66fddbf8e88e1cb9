// A child of fork() has its parent's ports and may not use them; the parent does not notice.

#include "process/checked_message.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "support/linux/forked_child.h"

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <new>
#include <optional>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

bool allocation_fails() {
  try {
    const vector<int> numbers(1000);
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
}

struct Ports {
  Publisher<Checked> publisher{"forked"};
  Publisher<Checked> idle{"forked-idle"};
  Publisher<Checked> lending{"forked-lending"};
  std::optional<publish_subscribe::Loan<Checked>> loan;
  Subscriber<Checked> subscriber{"forked"};
  Sample<Checked> sample;
  vector<int> numbers{1, 2, 3};
};

/// In the child: everything says that it belongs to somebody else.
void use(Ports& ports) {
  expect(ports.publisher.publish(Checked(0)) == Errc::forked, "publish");
  expect(ports.publisher.publish_in_place([](Checked&) {}) == Errc::forked, "publish_in_place");
  expect(ports.idle.loan().error() == Errc::forked, "loan");
  expect(ports.lending.publish(std::move(*ports.loan)) == Errc::forked, "publish a loan");
  expect(!ports.subscriber.try_receive(), "try_receive");
  expect(ports.subscriber.receive([](auto&) { return std::error_code(); }, 10s) == Errc::forked, "receive");
  Publisher<Checked> fresh("forked-fresh");
  expect(fresh.initialize() == Errc::forked, "initialize");
  Subscriber<Checked> other("forked");
  expect(other.initialize() == Errc::forked, "initialize a subscriber");
  expect(!initialize_dynamic_buffer(4096), "initialize_dynamic_buffer");
  expect(allocation_fails(), "containers");
}

/// forking: has ports, and a child that tries and destroys them; then uses them as if nothing had been.
int fork_with_ports(const Arguments&) {
  Ports ports;
  expect(!ports.publisher.initialize() && !ports.idle.initialize(), "initialize");
  expect(!ports.subscriber.initialize() && !ports.subscriber.subscribe(), "subscribe");
  expect(!ports.publisher.publish(Checked(60)), "publish before");
  expect(!ports.lending.initialize(), "initialize a third");
  ports.loan.emplace(ports.lending.loan());
  ports.sample = ports.subscriber.try_receive();
  const pid_t child = ::fork();
  if (child == 0) {
    use(ports);
    {
      const Ports ended = std::move(ports);
    }
    ::_exit(0);  // not by return: what the child leaves to its parent would be a leak to a leak checker
  }
  const int status = wait_for(child);
  expect(status == 0, "the child ends well, status " + std::to_string(status));
  expect(ports.sample && ports.sample->is_whole(), "the sample is whole");
  expect(!ports.publisher.publish(Checked(59)), "publish after");
  const auto next = ports.subscriber.try_receive();
  expect(next && next->number == 59 && next->is_whole() && ports.subscriber.missed() == 0, "receive after");
  expect(!ports.lending.publish(std::move(*ports.loan)), "publish a loan after");
  expect(ports.numbers == vector<int>{1, 2, 3}, "containers");
  say("done");
  return 0;
}

const Role forking_role{"forking", fork_with_ports};

/// Less than any reservation. What is shared does not count; what takes its place in the child does.
int fork_with_little_data(const Arguments& arguments) {
  constexpr rlimit limit{.rlim_cur = rlim_t{256} << 20, .rlim_max = rlim_t{256} << 20};
  expect(::setrlimit(RLIMIT_DATA, &limit) == 0, "setrlimit");
  return fork_with_ports(arguments);
}

const Role little_data_role{"forking_with_little_data", fork_with_little_data};

}  // namespace

TEST_CASE("ports and containers of a forked child say so, and the parent's go on", "[process][fork]") {
  auto process = ChildProcess::start_role("forking");
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}

TEST_CASE("so do those of a child that cannot have as much memory as its parent had reserved", "[process][fork][shortage]") {
  auto process = ChildProcess::start_role("forking_with_little_data");
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}
