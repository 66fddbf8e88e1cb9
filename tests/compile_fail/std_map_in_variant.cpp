// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::part<3>, std::map<int, int(>|,)
// expect: carry: the elements of this container lie outside shared memory:

#include <carry/publish_subscribe/publisher.h>

#include <map>
#include <variant>

struct Message {
  int number;
  std::variant<int, double, std::map<int, int>> value;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
