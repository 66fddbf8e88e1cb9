#pragma once

// What types of the standard library are made of. Two standard libraries may lay out a tuple, a variant or an expected differently: their
// names have the inline namespace that tells them apart.

#include <carry/memory/detail/structure.h>
#include <carry/memory/detail/type_name.h>
#include <carry/memory/offset_ptr.h>

#include <atomic>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <ratio>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace carry::detail {

/// A template's name as this compiler spells it, without the arguments and without std.
template <class T>
constexpr std::string_view library_name() noexcept {
  const std::string_view spelled = spelled_name<T>();
  return spelled.substr(std::string_view("std::").size(), spelled.find('<') - std::string_view("std::").size());
}

template <class A, class B>
inline constexpr auto structure_of<std::pair<A, B>> = MadeOf<A, B>{"pair"};
template <class... T>
inline constexpr auto structure_of<std::tuple<T...>> = MadeOf<T...>{library_name<std::tuple<>>()};
template <class... T>
inline constexpr auto structure_of<std::variant<T...>> = MadeOf<T...>{library_name<std::variant<int>>()};
template <class T>
inline constexpr auto structure_of<std::optional<T>> = MadeOf<T>{"optional"};
template <class T, class E>
inline constexpr auto structure_of<std::expected<T, E>> = MadeOf<T, E>{library_name<std::expected<int, int>>()};
template <class T, class E>
  requires std::is_void_v<T>
inline constexpr auto structure_of<std::expected<T, E>> = MadeOf<E>{library_name<std::expected<int, int>>()};
template <class T>
inline constexpr auto structure_of<std::atomic<T>> = MadeOf<T>{"atomic"};
template <class Count, class Period>
inline constexpr auto structure_of<std::chrono::duration<Count, Period>> = MadeOf<Count, Number<Period::num>, Number<Period::den>>{"duration"};
template <class Clock, class Duration>
inline constexpr auto structure_of<std::chrono::time_point<Clock, Duration>> =
    MadeOf<Duration, Behaviour<Clock, std::chrono::system_clock>>{"time_point"};
template <class T>
inline constexpr auto structure_of<offset_ptr<T>> = MadeOf<T>{"offset_ptr"};

}  // namespace carry::detail
