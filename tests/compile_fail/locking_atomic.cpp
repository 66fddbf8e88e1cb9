// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<2>, std::atomic<Wide> ?>
// expect: carry: an atomic that is not lock-free has its lock in one process: use one of at most 8 bytes

#include <carry/publish_subscribe/publisher.h>

#include <atomic>

struct Wide {
  long long numbers[3];
};

struct Message {
  int number;
  std::atomic<Wide> wide;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
