// expect: T is or has a container outside shared memory: .*carry::vector

#include <carry/publish_subscribe/publisher.h>
#include <optional>
#include <vector>
struct Message {
  std::optional<std::vector<int>> values[2];
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
