// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<3>, (carry::)?place::element, (carry::)?place::element, (carry::)?place::field<1>, int ?\*>
// expect: carry: a pointer

#include <carry/publish_subscribe/publisher.h>

#include <array>

struct Inner {
  int* place;
};

struct Message {
  char name[300];
  int count;
  std::array<Inner[3], 2> inner;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
