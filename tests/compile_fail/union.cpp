// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (Number|union Number)>
// expect: carry: nobody sees which member a union has.*use std::variant

#include <carry/publish_subscribe/publisher.h>

union Number {
  int whole;
  float real;
};
struct Message {
  int number;
  Number value;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
