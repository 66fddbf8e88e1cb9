// expect: cannot_lie_in_shared_memory<int ?\*, int ?\*>
// expect: carry: a pointer

#include <carry/publish_subscribe/subscriber.h>

carry::publish_subscribe::Subscriber<int*> subscriber("topic");
