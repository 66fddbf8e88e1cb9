// expect: T is or has a view .*use carry::string

#include <carry/publish_subscribe/publisher.h>
#include <string_view>
struct Message {
  std::string_view text;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
