// expect: cannot_lie_in_shared_memory<Message, (carry::)?place::field<1>, (carry::)?place::element, (carry::)?place::field<1>, std::(__cxx11::)?basic_string<char(>|,)
// expect: carry: the elements of this container lie outside shared memory: .*carry::string

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
