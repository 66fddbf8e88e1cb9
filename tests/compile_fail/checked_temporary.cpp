// expect: deleted function .*checked

#include <carry/publish_subscribe/checked.h>

struct Message {
  int number;
};

auto message = carry::checked(carry::Sample<Message>());
