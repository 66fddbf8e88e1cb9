#pragma once

#include <cstddef>
#include <source_location>
#include <string_view>

namespace carry::detail {

template <class T>
constexpr std::string_view spelled() noexcept {
  return std::source_location::current().function_name();
}

/// The compiler's spelling of T: what spelled<T>() has where spelled<double>() has "double".
template <class T>
constexpr std::string_view type_name() noexcept {
  constexpr std::string_view probe = spelled<double>();
  constexpr std::size_t before = probe.find("double");
  constexpr std::size_t after = probe.size() - before - std::string_view("double").size();
  constexpr std::string_view whole = spelled<T>();
  return whole.substr(before, whole.size() - before - after);
}

}  // namespace carry::detail
