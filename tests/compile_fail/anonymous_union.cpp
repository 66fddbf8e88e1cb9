// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::unnamed>
// expect: carry: nobody sees which member a union has.*use std::variant

#include <carry/publish_subscribe/publisher.h>

struct Message {
  int number;
  union {
    int whole;
    int* pointer;
  };
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
