// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::mutex>
// expect: carry: a synchronisation object works within one process, .*leave it out

#include <carry/publish_subscribe/publisher.h>

#include <mutex>

struct Message {
  int number;
  std::mutex mutex;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
