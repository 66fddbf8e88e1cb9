// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, const char ?\*>
// expect: carry: a pointer .*use carry::offset_ptr, an index, or a value

#include <carry/publish_subscribe/publisher.h>

struct Message {
  int size;
  const char* text;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
