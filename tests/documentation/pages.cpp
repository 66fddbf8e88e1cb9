// Compiles what the pages of documentation show. CMakeLists.txt makes the included files.

#include <carry/asio/subscriber.h>
#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/container/vector.h>
#include <carry/event/bell_notifier.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <system_error>

using namespace std::chrono_literals;

namespace readme {
#include "README_1.inc"
#include "README_2.inc"

int publish() {
#include "README_3.inc"
  return 0;
}

int poll() {
#include "README_4.inc"
  return 0;
}
}  // namespace readme

namespace wait_page {
struct Frame {
  carry::vector<char> pixels;
};
void draw(const carry::vector<char>& pixels);
void report(std::error_code error);

#include "wait_1.inc"

std::error_code on_own_loop() {
#include "wait_2.inc"
  return error;
}
}  // namespace wait_page

namespace event_pages {
std::error_code notify() {
#include "notifier_2.inc"
  return {};
}

void observe() {
#include "observer_2.inc"
}
}  // namespace event_pages
