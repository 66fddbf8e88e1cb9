// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, (carry::)?place::element, (carry::)?place::part<1>, std::vector<int(>|,)
// expect: carry: the elements of this container lie outside shared memory: .*carry::vector

#include <carry/publish_subscribe/publisher.h>

#include <optional>
#include <vector>

struct Message {
  std::optional<std::vector<int>> values[2];
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
