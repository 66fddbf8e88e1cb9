#pragma once

#include <carry/container/string.h>

#include <compare>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace carry::test {

/// An element that counts its living instances, and throws at the n-th copy or construction if it is told to.
struct Fragile {
  static inline int alive = 0;
  static inline int operations_left = -1;  // negative: never throws

  static void step() {
    if (operations_left >= 0 && operations_left-- == 0) throw std::runtime_error("as told");
  }

  int value = 0;

  Fragile(int v = 0) : value((step(), v)) { ++alive; }
  Fragile(const Fragile& other) : value((step(), other.value)) { ++alive; }
  Fragile& operator=(const Fragile& other) {
    step();
    value = other.value;
    return *this;
  }
  ~Fragile() { --alive; }
  friend auto operator<=>(const Fragile&, const Fragile&) = default;
};

/// An element that can only be moved.
struct MoveOnly {
  int value = 0;
  MoveOnly(int v = 0) noexcept : value(v) {}
  MoveOnly(MoveOnly&& other) noexcept : value(std::exchange(other.value, -1)) {}
  MoveOnly& operator=(MoveOnly&& other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  friend auto operator<=>(const MoveOnly&, const MoveOnly&) = default;
};

/// Elements of one type for carry's container and for std's, made from the same number.
template <class Carry, class Std = Carry>
struct Elements {
  using carry_type = Carry;
  using std_type = Std;
  static Carry make(std::uint32_t number) { return Carry(static_cast<int>(number % 100)); }
  static Std make_std(std::uint32_t number) { return Std(static_cast<int>(number % 100)); }
  static bool same(const Carry& left, const Std& right) { return left == right; }
};

struct Strings {
  using carry_type = carry::string;
  using std_type = std::string;
  static std::string make_std(std::uint32_t number) { return std::string(number % 40, static_cast<char>('a' + number % 26)); }
  static carry::string make(std::uint32_t number) { return carry::string(make_std(number)); }
  static bool same(const carry::string& left, const std::string& right) { return left == right; }
};

/// 32 random bits at a time, whatever the width of the standard's word.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

/// A seed that a failing test prints; CARRY_TEST_SEED repeats one.
inline std::uint32_t test_seed() {
  const char* given = std::getenv("CARRY_TEST_SEED");
  return given != nullptr ? static_cast<std::uint32_t>(std::stoul(given)) : std::random_device()();
}

}  // namespace carry::test
