// Publishes every line of its standard input. "exit" is passed on and ends the program.

#include "note.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>

#include <iostream>

int main() {
  spdlog::set_level(spdlog::level::debug);
  if (!carry::initialize_dynamic_buffer(4096 * 4096)) return 1;

  carry::publish_subscribe::Publisher<Note> notes("notes");
  if (std::error_code error = notes.initialize()) {
    std::cerr << "cannot publish: " << error.message() << '\n';
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    Note note;
    note.text = carry::vector<char>(line.begin(), line.end());
    notes.publish(std::move(note));
    if (line == "exit") break;
  }
}
