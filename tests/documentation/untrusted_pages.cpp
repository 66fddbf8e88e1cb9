// Compiles what the page on publishers that are not trusted shows. CMakeLists.txt makes the included files.

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/publish_subscribe/checked.h>
#include <carry/publish_subscribe/copy_out.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstddef>

namespace untrusted_page {

struct Report {
  int number = 0;
  carry::vector<carry::string> lines;
};

#include "untrusted_1.inc"
#include "untrusted_2.inc"

bool join() {
#include "untrusted_3.inc"
  return joined.has_value();
}

}  // namespace untrusted_page
