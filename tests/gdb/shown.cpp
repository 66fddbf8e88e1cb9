// Has something of all types that gdb shows, and what gdb shows.

#include "shown.h"

#include <carry/memory/dynamic_buffer.h>
#include <carry/memory/offset_ptr.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstddef>
#include <iterator>

namespace shown {

using app::Point;
using app::Track;

void stop() {}

void pointers() {
  Point point = {1, 2};
  const carry::offset_ptr<Point> to_point = &point;
  const carry::offset_ptr<Point> to_nothing;
  const carry::offset_ptr<const char> to_text = "text";
  // (gdb) print to_point
  // (app::Point *) 0x...
  // (gdb) print to_nothing
  // (app::Point *) 0x0
  // (gdb) print to_text
  // (const char *) 0x... "text"
  next();
  use(to_point), use(to_nothing), use(to_text);
}

void messages() {
  carry::publish_subscribe::Publisher<Track> publisher("tracks", {.capacity = 4});
  carry::publish_subscribe::Subscriber<Track> subscriber("tracks");
  if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return;
  if (publisher.publish(Track{.name = "west", .points = {}, .labels = {{1, "end"}}})) return;
  const carry::Sample<Track> sample = subscriber.try_receive();
  const carry::Sample<Track> no_sample = subscriber.try_receive();
  carry::publish_subscribe::Publisher<Point> points("points");
  if (points.initialize()) return;
  auto loan = points.loan();
  const auto no_loan = points.loan();
  if (!sample || no_sample || !loan || no_loan) return;
  *loan = {5, 6};
  // (gdb) print -pretty -- sample
  // carry::Sample of message 1 = {
  //   message = {
  //     name = "west",
  //     points = carry::vector of length 0, capacity 0,
  //     labels = carry::flat_map with 1 element = {
  //       [1] = "end"
  //     }
  //   }
  // }
  // (gdb) print no_sample
  // carry::Sample, empty
  // (gdb) print loan
  // carry::publish_subscribe::Loan = {message = {x = 5, y = 6}}
  // (gdb) print no_loan
  // carry::publish_subscribe::Loan, empty
  next();
}

using Function = void (*)();
constexpr Function functions[] = {vectors, strings, fixed, lists, maps_and_sets, pointers, broken, messages, stop};
std::size_t called = 0;
void next() { functions[called++](); }

}  // namespace shown

int main() {
  // Small, so that a core file with all of it is small.
  if (!carry::initialize_dynamic_buffer({.reserved_bytes = std::size_t{16} << 20})) return 1;
  shown::next();
  return shown::called == std::size(shown::functions) ? 0 : 1;
}
