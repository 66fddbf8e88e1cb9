// expect: cannot_be_copied_out<Legacy>
// expect: this class is copied neither by its bytes nor by its fields

#include <carry/container/string.h>
#include <carry/publish_subscribe/copy_out.h>

class Legacy {
 public:
  Legacy() = default;

 private:
  carry::string name_;
};

struct Message {
  int number;
  Legacy legacy;
};

auto copy = carry::copy_out(carry::Sample<Message>());
