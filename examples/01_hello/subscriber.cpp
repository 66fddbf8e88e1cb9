// Prints every note and how long it was under way, until a note says "exit".

#include "note.h"

#include <carry/carry.h>
#include <carry/event/shm_atomic_observer.h>
#include <carry/publish_subscribe/subscriber.h>

#include <iostream>

namespace {

using NoteSubscriber = carry::publish_subscribe::Subscriber<Note, carry::event::ShmAtomicObserver>;

std::error_code on_note(NoteSubscriber::data_access_type& data) {
  const std::int64_t now = carry::utils::timestamp();
  auto note = data.acquire();
  std::string_view text(note->text.data(), note->text.size());
  std::cout << text << "  (" << now - note->sent << " ns)" << std::endl;
  if (text == "exit") return {1, std::system_category()};
  return {};
}

}  // namespace

int main() {
  carry::initialize_dynamic_buffer();
  carry::publish_subscribe::Subscriber<Note> notes("notes");
  if (std::error_code error = notes.initialize(); error) return 1;
  if (const auto error = notes.subscribe(); error) {
    std::cerr << "cannot subscribe: " << error.message() << '\n';
    return 1;
  }
  std::cout << "listening" << std::endl;
  while (true) {
    if (const auto error = notes.receive(on_note, 0ms); error) break;
  }
}
