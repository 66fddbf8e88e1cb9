// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::any>
// expect: carry: what a std::any holds .*use std::variant

#include <carry/publish_subscribe/publisher.h>

#include <any>

struct Message {
  int number;
  std::any value;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
