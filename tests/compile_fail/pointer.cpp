// expect: T is or has a pointer, .*use carry::offset_ptr

#include <carry/publish_subscribe/publisher.h>

struct Message {
  int size;
  const char* text;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
