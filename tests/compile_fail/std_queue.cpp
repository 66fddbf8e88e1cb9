// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::part<1>, std::deque<int
// expect: carry: the elements of this container lie outside shared memory: use carry::vector

#include <carry/publish_subscribe/publisher.h>

#include <queue>

struct Message {
  int number;
  std::queue<int> waiting;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
