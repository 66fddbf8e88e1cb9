// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, std::(_V2::)?condition_variable_any>
// expect: carry: a synchronisation object works within one process

#include <carry/publish_subscribe/publisher.h>

#include <condition_variable>

struct Message {
  std::condition_variable_any condition;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
