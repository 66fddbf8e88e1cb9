// expect: T is or has a container outside shared memory: use carry::vector, carry::string

#include <carry/memory/allocator.h>
#include <carry/publish_subscribe/publisher.h>

#include <forward_list>

struct Message {
  int number;
  std::forward_list<int, carry::allocator<int>> values;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
