// expect: T is or has a container outside shared memory: .*carry::string

#include <carry/container/vector.h>
#include <carry/publish_subscribe/publisher.h>
#include <string>
struct Inner {
  std::string name;
};

struct Message {
  carry::vector<Inner> inner;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
