#include "shown.h"

#include <carry/container/flat_map.h>
#include <carry/container/string.h>
#include <carry/container/vector.h>

#include <cstdint>
#include <cstring>

namespace shown {

/// Objects that nobody constructed, or that somebody wrote over: bytes that are all alike, and worse.
void broken() {
  alignas(8) unsigned char bytes[24];
  std::memset(bytes, 0xAB, sizeof bytes);
  const auto& alike = *reinterpret_cast<carry::vector<carry::string>*>(bytes);
  const auto& alike_string = *reinterpret_cast<carry::string*>(bytes);

  const std::int64_t too_many_words[] = {16, 4, 3};
  const auto& too_many = *reinterpret_cast<const carry::vector<int>*>(too_many_words);
  const std::int64_t nowhere_words[] = {std::int64_t{1} << 60, 2, 3};
  const auto& nowhere = *reinterpret_cast<const carry::vector<int>*>(nowhere_words);
  const std::int64_t ends_nowhere_words[] = {0, std::int64_t{1} << 40, std::int64_t{1} << 40};
  const auto& ends_nowhere = *reinterpret_cast<const carry::vector<int>*>(ends_nowhere_words);
  const std::int64_t askew_words[] = {1, 2, 2};
  const auto& askew = *reinterpret_cast<const carry::vector<int>*>(askew_words);
  const std::int64_t nowhere_string_words[] = {std::int64_t{1} << 60, 2, INT64_MIN + 31};
  const auto& nowhere_string = *reinterpret_cast<const carry::string*>(nowhere_string_words);
  const std::int64_t uneven_words[] = {48, 2, 2, 24, 1, 1, 7, 8, 9};
  const auto& uneven = *reinterpret_cast<const carry::flat_map<int, int>*>(uneven_words);
  // (gdb) print alike
  // carry::vector <corrupt: capacity 12370169555311111083>
  // (gdb) print alike_string
  // carry::basic_string <corrupt: size 12370169555311111083, capacity 3146797518456335275>
  // (gdb) print too_many
  // carry::vector <corrupt: size 4, capacity 3>
  // (gdb) print nowhere
  // carry::vector <not readable>
  // (gdb) print ends_nowhere
  // carry::vector <not readable>
  // (gdb) print askew
  // carry::vector <corrupt: elements at 0x...>
  // (gdb) print nowhere_string
  // carry::basic_string <not readable>
  // (gdb) print uneven
  // carry::flat_map <corrupt: 2 keys, 1 values>
  next();
  use(alike), use(alike_string), use(too_many), use(nowhere), use(ends_nowhere), use(askew), use(nowhere_string), use(uneven);
}

}  // namespace shown
