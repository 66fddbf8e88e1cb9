// The subscriber of this example as a coroutine, on carry's own loop.

#include "note.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/carry.h>

#include <iostream>

namespace {

carry::async::task<> print_notes(carry::async::Subscriber<Note>& notes) {
  std::cout << "listening" << std::endl;
  for (;;) {
    const auto note = co_await notes.receive();
    const std::int64_t now = carry::utils::timestamp();
    if (!note) co_return;
    const std::string_view text((*note)->text.data(), (*note)->text.size());
    std::cout << text << "  (" << now - (*note)->sent << " ns)" << std::endl;
    if (text == "exit") co_return;
  }
}

}  // namespace

int main() {
  auto loop = carry::async::event_loop::make();
  carry::async::Subscriber<Note> notes("notes");
  if (!loop || notes.initialize() || notes.subscribe()) return 1;
  loop->spawn(print_notes(notes));
  return loop->run() ? 1 : 0;
}
