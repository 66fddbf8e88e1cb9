#pragma once

#include <carry/container/string.h>
#include <carry/container/vector.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace carry::test {

struct Number {
  std::int64_t value = 0;
};

/// A message with dynamic data that counts its living instances.
struct Counted {
  std::int64_t value = 0;
  carry::vector<std::int64_t> numbers;

  Counted() { ++alive(); }
  explicit Counted(std::int64_t v) : value(v), numbers(100, v) { ++alive(); }
  Counted(Counted&& other) noexcept : value(other.value), numbers(std::move(other.numbers)) { ++alive(); }
  ~Counted() { --alive(); }
  static std::atomic<int>& alive() {
    static std::atomic<int> count = 0;
    return count;
  }
};

/// A topic of its own for every use, so that tests do not meet.
inline std::string fresh_topic(const char* name) {
  static int count = 0;
  return std::string(name) + "-" + std::to_string(++count);
}

}  // namespace carry::test
