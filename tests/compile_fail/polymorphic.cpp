// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, Shape>
// expect: carry: the virtual functions .*use std::variant

#include <carry/publish_subscribe/publisher.h>

struct Shape {
  virtual double area() const { return 0; }
};

struct Message {
  Shape shape;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
