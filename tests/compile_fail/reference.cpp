// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, (std::reference_wrapper<int>|(carry::)?place::unnamed)
// expect: carry: a reference .*hold the value itself

#include <carry/publish_subscribe/publisher.h>

#include <functional>

struct Message {
  std::reference_wrapper<int> number;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
