// expect: T is or has a smart pointer

#include <carry/publish_subscribe/publisher.h>
#include <memory>
struct Message {
  std::shared_ptr<int> value;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
