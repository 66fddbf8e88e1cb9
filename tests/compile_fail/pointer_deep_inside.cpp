// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::field<2>, const char ?\*>
// expect: carry: a pointer .*use carry::offset_ptr, an index, or a value

#include <carry/publish_subscribe/publisher.h>

struct Inner {
  double value;
  const char* text;
};

struct Message {
  int size;
  Inner inner;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
