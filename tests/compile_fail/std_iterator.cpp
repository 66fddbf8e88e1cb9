// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, .*__normal_iterator
// expect: carry: an iterator .*send an index, or a value

#include <carry/publish_subscribe/publisher.h>

#include <vector>

struct Message {
  int number;
  std::vector<int>::iterator position;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
