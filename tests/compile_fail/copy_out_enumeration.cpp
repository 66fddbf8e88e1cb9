// expect: cannot_be_copied_out<Colour>
// expect: give it an underlying type

#include <carry/publish_subscribe/copy_out.h>

enum Colour { red, green };

struct Message {
  Colour colour;
};

auto copy = carry::copy_out(carry::Sample<Message>());
