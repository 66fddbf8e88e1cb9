// expect: nothing, this compiles: what others are compared with

#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/publish_subscribe/publisher.h>

#include <array>
#include <optional>
#include <variant>

struct Point {
  double x, y;
};

struct Message {
  carry::string name;
  carry::vector<carry::vector<Point>> tracks;
  std::optional<std::array<Point, 4>> corners;
  std::variant<int, carry::string> value;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
