// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::(_V2::)?error_code>
// expect: carry: what this stands for .*send its number or its text

#include <carry/publish_subscribe/publisher.h>

#include <system_error>

struct Message {
  int number;
  std::error_code error;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
