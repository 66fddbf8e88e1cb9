// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::part<1>, std::(__[a-z0-9]+::)?(basic_string|string)
// expect: carry: the elements of this container lie outside shared memory: use carry::vector, carry::string

#include <carry/publish_subscribe/publisher.h>

#include <expected>
#include <string>

struct Message {
  int number;
  std::expected<std::string, int> text;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
