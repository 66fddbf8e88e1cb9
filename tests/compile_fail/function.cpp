// expect: T is or has a function object

#include <carry/publish_subscribe/publisher.h>
#include <functional>
struct Message {
  std::function<void()> call;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
