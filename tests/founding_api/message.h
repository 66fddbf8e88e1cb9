#pragma once

#include <carry/container/vector.h>

// The header alone gives the clock.
inline std::int64_t founding_now() { return carry::utils::timestamp(); }

/// A message with a move constructor that has a side effect, and no copy and no assignment.
struct FoundingMessage {
  std::int64_t created;
  carry::vector<char> text;
  FoundingMessage() : created(carry::utils::timestamp()) {}
  FoundingMessage(FoundingMessage&& other) noexcept : created(carry::utils::timestamp()), text(std::move(other.text)) { ++moves(); }
  static int& moves() {
    static int count = 0;
    return count;
  }
};
