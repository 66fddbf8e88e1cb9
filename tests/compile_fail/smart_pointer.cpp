// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::shared_ptr<int> ?>
// expect: carry: a smart pointer .*hold the value, or std::optional

#include <carry/publish_subscribe/publisher.h>

#include <memory>

struct Message {
  int number;
  std::shared_ptr<int> value;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
