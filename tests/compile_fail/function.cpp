// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, std::function<void ?\(\)> ?>
// expect: carry: the code of a function object .*send data

#include <carry/publish_subscribe/publisher.h>

#include <functional>

struct Message {
  std::function<void()> call;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
