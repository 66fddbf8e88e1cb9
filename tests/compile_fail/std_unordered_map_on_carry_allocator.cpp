// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::(__[a-z0-9]+::)?unordered_map
// expect: carry: the elements of this container lie outside shared memory: use carry::vector, carry::string

#include <carry/memory/allocator.h>
#include <carry/publish_subscribe/publisher.h>

#include <unordered_map>

struct Message {
  int number;
  std::unordered_map<int, int, std::hash<int>, std::equal_to<int>, carry::allocator<std::pair<const int, int>>> values;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
