// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::(__[a-z0-9]+::)?vector<bool
// expect: carry: the elements of this container lie outside shared memory: use carry::vector, carry::string

#include <carry/memory/allocator.h>
#include <carry/publish_subscribe/publisher.h>

#include <vector>

struct Message {
  int number;
  std::vector<bool, carry::allocator<bool>> values;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
