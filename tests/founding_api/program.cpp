// Every spelling of the founding API, as a program that publishes to itself. It must compile unchanged for ever.

#include "message.h"

#include <carry/carry.h>
#include <carry/event/shm_atomic_notifier.h>
#include <carry/event/shm_atomic_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

std::error_code on_founding_message(carry::publish_subscribe::Subscriber<FoundingMessage, carry::event::ShmAtomicObserver>::data_access_type& data);

using Plain = carry::publish_subscribe::Subscriber<FoundingMessage>;
using Spelled = carry::publish_subscribe::Subscriber<FoundingMessage, carry::event::ShmAtomicObserver>;
static_assert(std::is_same_v<Plain::data_access_type, Spelled::data_access_type>);
static_assert(std::is_same_v<decltype(carry::utils::timestamp()), std::int64_t>);
static_assert(!std::is_copy_constructible_v<FoundingMessage> && !std::is_move_assignable_v<FoundingMessage>);

int main() {
  spdlog::set_level(spdlog::level::debug);
  if (!carry::initialize_dynamic_buffer(4096 * 4096)) return 1;
  carry::initialize_dynamic_buffer();
  carry::publish_subscribe::Subscriber<FoundingMessage> s("founding");
  if (std::error_code e = s.initialize(); e) return 2;
  if (const auto e = s.subscribe(); e) return 3;
  carry::publish_subscribe::Publisher<FoundingMessage> p("founding");
  if (std::error_code e = p.initialize()) return 4;

  for (const std::string line : {std::string("one"), std::string("two"), std::string("exit")}) {
    FoundingMessage message;
    message.text = carry::vector<char>(line.begin(), line.end());
    const int before = FoundingMessage::moves();
    p.publish(std::move(message));
    if (FoundingMessage::moves() != before + 1) return 5;  // exactly one move, into the slot
  }
  const int moved = FoundingMessage::moves();
  int received = 0;
  while (true) {
    if (const auto e = s.receive(on_founding_message, 0ms); e) {
      if (e != std::error_code(1, std::system_category())) return 6;
      break;
    }
    ++received;
  }
  if (received != 2 || FoundingMessage::moves() != moved) return 7;  // and none on the reader's side
  if (s.receive(on_founding_message, 5ms) != std::errc::timed_out) return 8;
  return 0;
}
