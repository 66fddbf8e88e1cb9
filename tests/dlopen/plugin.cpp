// A plugin that uses carry, for a host that does not: plugin(COMMAND) does what it is told, and returns 0, or the line that failed.

#include <carry/carry.h>
#include <carry/container/vector.h>
#include <carry/error.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <chrono>
#include <memory>
#include <string_view>

using namespace std::chrono_literals;
using carry::publish_subscribe::Publisher;

namespace {

struct Message {
  carry::vector<int> numbers;  // so that its destructor has something to do, in this plugin's code
};

using Subscriber = carry::publish_subscribe::Subscriber<Message, carry::event::BellObserver>;

Message make() {
  Message message;
  message.numbers.assign(1000, 42);
  return message;
}

bool is_whole(const Message& message) { return message.numbers.size() == 1000 && message.numbers.back() == 42; }

std::unique_ptr<Publisher<Message>> announced;
std::unique_ptr<Subscriber> staying;
carry::Sample<Message> held;

int exchange(const char* topic) {
  Publisher<Message> publisher(topic);
  Subscriber subscriber(topic, {.spin = 0us});
  if (auto error = publisher.initialize()) return error == carry::Errc::forked ? -1 : __LINE__;
  if (subscriber.initialize() || subscriber.subscribe()) return __LINE__;
  for (int i = 0; i != 100; ++i) {
    if (publisher.publish(make())) return __LINE__;
    bool whole = false;
    const auto look = [&](auto& data) {
      whole = is_whole(*data.acquire());
      return std::error_code();
    };
    if (subscriber.receive(look, 30s) || !whole) return __LINE__;
  }
  return 0;
}

int subscribe() {
  staying = std::make_unique<Subscriber>("stays");
  return staying->initialize() || staying->subscribe() ? __LINE__ : 0;
}

int announce() {
  announced = std::make_unique<Publisher<Message>>("stays");
  return announced->initialize() ? __LINE__ : 0;
}

/// And closes the publisher, which leaves what it has published to its subscriber.
int publish() {
  if (announced->publish(make())) return __LINE__;
  announced.reset();
  return 0;
}

int take() {
  held = staying->try_receive();
  return held && is_whole(*held) ? 0 : __LINE__;
}

int release() {
  if (!is_whole(*held)) return __LINE__;
  held.release();
  staying.reset();
  return 0;
}

}  // namespace

extern "C" [[gnu::visibility("default")]] int plugin(const char* command) {
  const std::string_view what = command;
  if (what == "exchange") return exchange("exchange");
  if (what == "subscribe") return subscribe();
  if (what == "announce") return announce();
  if (what == "publish") return publish();
  if (what == "take") return take();
  if (what == "release") return release();
  return __LINE__;
}
