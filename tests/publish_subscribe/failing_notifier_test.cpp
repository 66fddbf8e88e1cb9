#include "support/catch.h"

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <functional>

namespace {

/// Lets others look at the publisher, which they can see already, and then is not there.
struct FailingNotifier {
  using value_type = std::uint64_t;
  static inline std::function<void()> meanwhile;

  std::error_code initialize(std::string_view) {
    meanwhile();
    return std::make_error_code(std::errc::too_many_files_open);
  }
  std::error_code notify_observers(const value_type&) noexcept { return {}; }
  std::size_t num_observers() const { return 0; }
};

}  // namespace

TEST_CASE("a publisher whose notifier fails leaves those alone who have connected to it", "[publish_subscribe]") {
  carry::publish_subscribe::Subscriber<carry::string> subscriber("without a notifier");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  FailingNotifier::meanwhile = [&] {
    CHECK_FALSE(subscriber.try_receive());
    CHECK(subscriber.num_publishers() == 1);
  };
  carry::publish_subscribe::Publisher<carry::string, FailingNotifier> publisher("without a notifier", {.capacity = 16, .linger = {}});
  CHECK(publisher.initialize() == std::errc::too_many_files_open);
  CHECK(publisher.publish(carry::string("x")) == carry::Errc::not_initialized);
  // What comes to lie where the ring was would be taken for messages.
  std::vector<carry::string> others;
  for (std::size_t i = 0; i != 1000; ++i) others.emplace_back(16 + 16 * (i % 100), '\1');
  CHECK_FALSE(subscriber.try_receive());
  CHECK(subscriber.num_publishers() == 0);
}
