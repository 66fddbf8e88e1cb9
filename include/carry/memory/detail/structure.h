#pragma once

// How a type says what it is made of, so that two programs can compare it: structure_text.h writes it down.

#include <cstddef>
#include <string_view>

namespace carry::detail {

/// A type that is a name and its parts: `vector<i32>`. A part is a type, or one of the marks below.
template <class... Parts>
struct MadeOf {
  std::string_view name;
};

/// A number among the parts: `fixed_vector<i32,8>`.
template <auto number>
struct Number {};

/// How something is done, told by its name, and by nothing where it is done as usual: `flat_map<i32,f64>`.
template <class Actual, class Usual>
struct Behaviour {};

struct NotSpecialised {};

/// Specialised beside each type whose parts make it what it is, but whose memory tells nothing of them:
/// `template <class T> inline constexpr auto structure_of<vector<T>> = MadeOf<T>{"vector"};`
template <class T>
inline constexpr auto structure_of = NotSpecialised{};

}  // namespace carry::detail
