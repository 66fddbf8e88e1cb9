// expect: T is or has a reference

#include <carry/publish_subscribe/publisher.h>
#include <functional>
struct Message {
  std::reference_wrapper<int> number;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
