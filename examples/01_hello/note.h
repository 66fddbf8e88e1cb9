#pragma once

#include <carry/container/vector.h>

/// A line of text, and when it was handed to the publisher. The move into shared memory renews the time; nobody can copy it.
struct Note {
  std::int64_t sent;
  carry::vector<char> text;

  Note() : sent(carry::utils::timestamp()) {}
  Note(Note&& other) noexcept : sent(carry::utils::timestamp()), text(std::move(other.text)) {}
};
