// expect: T is or has a pointer

#include <carry/container/fixed_vector.h>
#include <carry/publish_subscribe/publisher.h>

struct Message {
  int number;
  carry::fixed_vector<int*, 4> values;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
