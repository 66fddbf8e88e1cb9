#pragma once

// What every target of this folder has: one function that takes bytes and must come back, whatever they are; and the inputs that a search starts
// from. libFuzzer brings a main function of its own; replay.cpp is the other one.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace carry::fuzz {

/// Made from what carry itself writes, and from the defects that were found.
std::vector<std::string> seeds();

/// Ends the process as a sanitizer does.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::cerr << "required: " << what << std::endl;
  std::abort();
}

/// Bytes that are taken from the front; when they are used up, zeroes.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) noexcept : rest_(data, size) {}

  bool is_empty() const noexcept { return rest_.empty(); }
  std::span<const std::uint8_t> rest() const noexcept { return rest_; }

  std::span<const std::uint8_t> take(std::size_t size) noexcept {
    const auto taken = rest_.first(size < rest_.size() ? size : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  template <class Number>
  Number number() noexcept {
    Number value = 0;
    const auto bytes = take(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }
  std::uint8_t byte() noexcept { return number<std::uint8_t>(); }

 private:
  std::span<const std::uint8_t> rest_;
};

/// The other way round, for seeds.
class Output {
 public:
  template <class Number>
  Output& number(Number value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Output& byte(unsigned value) { return number(static_cast<std::uint8_t>(value)); }
  Output& bytes(const void* from, std::size_t size) {
    text_.append(static_cast<const char*>(from), size);
    return *this;
  }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Values at which sums and products wrap, and limits of carry's. A byte chooses, or says that eight bytes follow.
inline std::uint64_t interesting_number(Input& input) noexcept {
  const std::uint8_t choice = input.byte();
  if (choice == 255) return input.number<std::uint64_t>();
  const std::uint64_t power = std::uint64_t{1} << (choice % 64);
  switch (choice / 64) {
    case 0: return power;
    case 1: return power - 1;
    case 2: return ~power + 1;
    default: return choice % 64;
  }
}

}  // namespace carry::fuzz
