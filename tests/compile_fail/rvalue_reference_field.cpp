// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::unnamed>
// expect: carry: a reference .*hold the value itself

#include <carry/publish_subscribe/publisher.h>

struct Message {
  int number;
  int&& other;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
