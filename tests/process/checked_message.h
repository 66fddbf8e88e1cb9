#pragma once

#include <carry/container/vector.h>

#include <cstdint>

namespace carry::test {

/// A message that tells whether it is whole: random length, content and checksum made from its number.
struct Checked {
  std::uint64_t number = 0;
  std::uint64_t checksum = 0;
  carry::vector<std::uint64_t> data;

  Checked() = default;
  explicit Checked(std::uint64_t n) : number(n), checksum(n) {
    data.reserve(n % 61);
    for (std::uint64_t i = 0; i != n % 61; ++i) {
      data.push_back(mix(n + i));
      checksum += data.back();
    }
  }

  bool is_whole() const {
    if (data.size() != number % 61) return false;
    std::uint64_t sum = number;
    for (const std::uint64_t word : data) sum += word;
    return sum == checksum;
  }

 private:
  static std::uint64_t mix(std::uint64_t x) { return (x ^ (x >> 31)) * 0x9e37'79b9'7f4a'7c15; }
};

}  // namespace carry::test
