// exchange describe | publish | receive: one of two programs, of two compilers, that exchange a message of many parts.

#include <carry/carry.h>
#include <carry/container/flat_map.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/vector.h>
#include <carry/error.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <chrono>
#include <complex>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <variant>

using namespace std::chrono_literals;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

constexpr int messages = 200;
constexpr auto patience = 60s;

enum class Kind : std::uint8_t { first, second };

class Interval {
 public:
  Interval() = default;
  Interval(int from, int to) : from_(from), to_(to) {}
  bool operator==(const Interval&) const = default;

 private:
  int from_ = 0;
  int to_ = 0;
};

struct Part {
  Kind kind = Kind::first;
  double weight = 0;
  carry::vector<Part> parts;
  bool operator==(const Part&) const = default;
};

struct Message {
  std::int64_t number = 0;
  carry::string text;
  carry::unordered_map<carry::string, carry::vector<int>> index;
  carry::flat_map<int, Part, std::greater<int>> parts;
  std::optional<carry::string> note;
  std::variant<int, carry::string> either;
  std::tuple<char, double, short> row;
  std::array<std::array<float, 3>, 2> table{};
  std::complex<double> phase;
  std::chrono::milliseconds age{};
  unsigned long mask = 0;
  Interval interval;
  char name[40] = "";
  bool operator==(const Message& other) const {
    return number == other.number && text == other.text && index == other.index && parts == other.parts && note == other.note &&
           either == other.either && row == other.row && table == other.table && phase == other.phase && age == other.age && mask == other.mask &&
           interval == other.interval && std::string_view(name) == other.name;
  }
};

/// What somebody else might take for Message.
struct Other {
  std::int64_t number = 0;
  carry::vector<char> text;
};

Message make(int number) {
  Message m;
  m.number = number;
  m.text = carry::string("a text that does not fit into the object, number " + std::to_string(number));
  for (int i = 0; i != number % 10; ++i) {
    m.index[carry::string(std::to_string(i))].assign(static_cast<std::size_t>(i), number);
    m.parts[i] = {.kind = Kind::second, .weight = i / 2.0, .parts = {}};
    m.parts[i].parts.resize(static_cast<std::size_t>(i));
  }
  if (number % 2 == 0) m.note = m.text;
  if (number % 3 == 0) m.either = m.text;
  m.row = {'x', number / 4.0, static_cast<short>(number)};
  m.table[1][2] = static_cast<float>(number);
  m.phase = {1, static_cast<double>(number)};
  m.age = std::chrono::milliseconds(number);
  m.mask = static_cast<unsigned long>(number);
  m.interval = {number, number + 1};
  std::snprintf(m.name, sizeof(m.name), "message %d", number);
  return m;
}

int fail(const std::string& what) {
  std::fprintf(stderr, "exchange: %s\n", what.c_str());
  return 1;
}

template <class T>
void describe() {
  const auto identity = carry::domain::type_identity<T>();
  std::printf("%s\n%.*s\n", identity.to_string().c_str(), static_cast<int>(identity.structure.size()), identity.structure.data());
}

int publish() {
  Publisher<Message> publisher("exchange", {.capacity = 8, .overflow = carry::Overflow::block});
  if (auto error = publisher.initialize()) return fail(error.message());
  const auto end = std::chrono::steady_clock::now() + patience;
  while (publisher.num_subscribers() == 0) {
    if (std::chrono::steady_clock::now() > end) return fail("nobody subscribes");
    std::this_thread::yield();
  }
  for (int i = 1; i <= messages; ++i) {
    if (auto error = publisher.publish(make(i))) return fail(error.message());
  }
  return 0;
}

int receive() {
  Subscriber<Message> subscriber("exchange");
  if (auto error = subscriber.initialize()) return fail(error.message());
  if (auto error = subscriber.subscribe()) return fail(error.message());
  for (int i = 1; i <= messages; ++i) {
    const auto error = subscriber.receive(
        [i](auto& access) -> std::error_code {
          const auto message = access.acquire();
          return *message == make(i) ? std::error_code() : carry::make_error_code(carry::Errc::malformed_segment);
        },
        patience);
    if (error) return fail("message " + std::to_string(i) + ": " + error.message());
    if (i != 1) continue;
    Subscriber<Other> wrong("exchange");
    if (wrong.initialize() || wrong.subscribe() != carry::Errc::type_mismatch) return fail("another type is not refused");
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view role = count == 2 ? arguments[1] : "";
  if (role == "publish") return publish();
  if (role == "receive") return receive();
  if (role != "describe") return fail("describe, publish or receive");
  describe<Message>();
  describe<Part>();
  describe<Other>();
  return 0;
}
