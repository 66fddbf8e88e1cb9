#include "publish_subscribe/messages.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "tokens.h"

#include <asio/io_context.hpp>

#include <carry/asio/subscriber.h>
#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>

using namespace carry::test;
using carry::Errc;
using carry::asio::Subscriber;

namespace {

/// publisher-that-stays TOPIC: publishes one message, and waits to be killed.
int publish_and_stay(const Arguments& arguments) {
  carry::publish_subscribe::Publisher<Number> publisher(arguments.at(0));
  if (publisher.initialize() || publisher.publish(Number{1})) return 2;
  say("ready");
  (void)hear();
  return 0;
}
const Role stays_role{"publisher-that-stays", publish_and_stay};

}  // namespace

TEST_CASE("a receive is told when the last publisher is killed, and goes on when one returns", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("killed");
  Subscriber<Number> subscriber(context, topic, {.report_publisher_gone = true});
  REQUIRE_FALSE(subscriber.subscribe());
  const auto receive = [&] {
    std::error_code result;
    subscriber.async_receive([&result](std::error_code error, carry::Sample<Number>) { result = error; });
    context.restart();
    context.run();
    return result;
  };
  for (int round = 0; round != 3; ++round) {
    auto publisher = ChildProcess::start_role("publisher-that-stays", {topic});
    CHECK(publisher.read_line() == "ready");
    CHECK_FALSE(receive());
    publisher.kill();
    CHECK(receive() == Errc::publisher_gone);
  }
}
