// expect: T is or has a class with virtual functions

#include <carry/publish_subscribe/publisher.h>

struct Shape {
  virtual double area() const { return 0; }
};

struct Message {
  Shape shape;
};

carry::publish_subscribe::Publisher<Message> publisher("topic");
