// The subscriber of this example, but its thread sleeps until there is a note.

#include "note.h"

#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/subscriber.h>

#include <iostream>

namespace {

using NoteSubscriber = carry::publish_subscribe::Subscriber<Note, carry::event::BellObserver>;

std::error_code on_note(NoteSubscriber::data_access_type& data) {
  const std::int64_t now = carry::utils::timestamp();
  const auto note = data.acquire();
  const std::string_view text(note->text.data(), note->text.size());
  std::cout << text << "  (" << now - note->sent << " ns)" << std::endl;
  return text == "exit" ? std::make_error_code(std::errc::operation_canceled) : std::error_code();
}

}  // namespace

int main() {
  NoteSubscriber notes("notes", {.spin = 0us});
  if (notes.initialize() || notes.subscribe()) return 1;
  std::cout << "listening" << std::endl;
  const auto error = notes.run(on_note, std::stop_token());
  return error == std::errc::operation_canceled ? 0 : 1;
}
