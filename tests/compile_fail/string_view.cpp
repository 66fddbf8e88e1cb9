// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, std::basic_string_view<char(>|,)
// expect: carry: others do not see the memory of a view .*use carry::string

#include <carry/publish_subscribe/publisher.h>

#include <string_view>

struct Message {
  std::string_view text;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
