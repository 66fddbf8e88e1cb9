// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, (carry::)?place::part<1>, int ?\*>
// expect: carry: a pointer .*use carry::offset_ptr, an index, or a value

#include <carry/container/fixed_vector.h>
#include <carry/publish_subscribe/publisher.h>

struct Message {
  int number;
  carry::fixed_vector<int*, 4> values;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
