#pragma once

// What text_of() writes of a message, written of one that is looked at in place.

#include "untrusted/messages.h"
#include "untrusted/text_of.h"

#include <carry/container/checked.h>
#include <carry/error.h>
#include <carry/result.h>

#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace carry::test {

/// How a walk in place ends that does not reach the end.
struct WalkEnds {
  std::error_code error;
};

template <class T>
T found(Result<T>&& result) {
  if (!result) throw WalkEnds{result.error()};
  return *std::move(result);
}

template <class T>
inline constexpr auto members = std::tuple<>();
template <>
inline constexpr auto members<Point> = std::tuple(&Point::x, &Point::y);
template <>
inline constexpr auto members<Track> = std::tuple(&Track::number, &Track::is_confirmed, &Track::points);
template <>
inline constexpr auto members<Tree> = std::tuple(&Tree::value, &Tree::children);
template <>
inline constexpr auto members<Everything> =
    std::tuple(&Everything::number, &Everything::kind, &Everything::flag, &Everything::raw, &Everything::flags, &Everything::names,
               &Everything::texts, &Everything::deep, &Everything::tracks, &Everything::few, &Everything::shorty, &Everything::maybe,
               &Everything::either, &Everything::both, &Everything::three, &Everything::set, &Everything::numbers, &Everything::bits);

/// One walk. What a publisher has made to contain itself ends by its limits, which are wider than those that copies are made with.
class Walk {
 public:
  explicit Walk(std::size_t bytes_of_copies) : bytes_of_copies_(bytes_of_copies), bytes_left_(4 * bytes_of_copies) {}

  template <class T>
  std::string text_of(const Checked<T>& place) {
    if constexpr (std::is_same_v<T, std::monostate>) return "-";
    else if constexpr (std::is_same_v<T, bool>) return test::text_of(found(place.load()));
    else if constexpr (std::is_scalar_v<T>) return test::text_of(place.load());
    else return text_of_whole(place);
  }

 private:
  void take(std::size_t count, std::size_t bytes) {
    if (count > bytes_left_ / bytes) throw WalkEnds{make_error_code(Errc::message_too_large)};
    bytes_left_ -= count * bytes;
  }
  template <class T>
  std::string text_of_elements(const CheckedElements<T>& elements) {
    const Depth depth(*this);
    take(elements.size(), sizeof(T));
    std::string text;
    for (const Checked<T> element : elements) text += text_of(element) + ",";
    return text;
  }
  template <class... Part>
  std::string text_of_parts(const Checked<Part>&... part) {
    std::string text;
    ((text += text_of(part) + ";"), ...);
    return text;
  }

  /// Containers in one another.
  struct Depth {
    explicit Depth(Walk& walk) : deeper(walk.depth_) {
      if (++deeper > 80) throw WalkEnds{make_error_code(Errc::message_too_large)};
    }
    ~Depth() { --deeper; }
    int& deeper;
  };

  template <class T>
  std::string text_of_whole(const Checked<T>& place) {
    if constexpr (std::tuple_size_v<decltype(members<T>)> != 0) {
      return "{" + std::apply([&](auto... member) { return text_of_parts(place.field(member)...); }, members<T>) + "}";
    } else {
      return "[" + text_of_elements(found(place.elements())) + "]";
    }
  }
  template <class T>
  std::string text_of_whole(const Checked<list<T>>& place) {
    return test::text_of(found(place.copy({.maximum_bytes = bytes_of_copies_})));
  }
  template <class String>
  std::string text_of_text(const Checked<String>& place) {
    std::string room(found(place.elements()).size(), ' ');
    take(room.size(), 1);
    return '"' + std::string(found(place.text(room))) + '"';
  }
  std::string text_of_whole(const Checked<string>& place) { return text_of_text(place); }
  template <std::size_t most>
  std::string text_of_whole(const Checked<fixed_string<most>>& place) {
    return text_of_text(place);
  }
  template <class T>
  std::string text_of_whole(const Checked<std::optional<T>>& place) {
    const auto value = found(place.value());
    return value ? "(" + text_of(*value) + ")" : "()";
  }
  template <class... T>
  std::string text_of_whole(const Checked<std::variant<T...>>& place) {
    const std::size_t index = found(place.index());
    std::string text = std::to_string(index) + ":";
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      ((index == i ? void(text += text_of(found(place.template get<i>()))) : void()), ...);
    }(std::index_sequence_for<T...>());
    return text;
  }
  template <class A, class B>
  std::string text_of_whole(const Checked<std::pair<A, B>>& place) {
    return "<" + text_of_parts(place.template get<0>(), place.field(&std::pair<A, B>::second)) + ">";
  }
  template <class... T>
  std::string text_of_whole(const Checked<std::tuple<T...>>& place) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return "<" + text_of_parts(place.template get<i>()...) + ">";
    }(std::index_sequence_for<T...>());
  }
  template <class Key>
  std::string text_of_whole(const Checked<flat_set<Key>>& place) {
    const auto keys = found(place.elements());
    for (const auto key : keys) {
      if (!found(place.find(found(key.copy())))) return "LOST";
    }
    return "[" + text_of_elements(keys) + "]";
  }
  template <class Key, class T>
  std::string text_of_whole(const Checked<flat_map<Key, T>>& place) {
    const Depth depth(*this);
    const auto all = found(place.elements());
    take(all.keys.size(), sizeof(Key) + sizeof(T));
    std::string text = "[";
    for (std::size_t i = 0; i != all.keys.size(); ++i) {
      const auto key = found(all.keys.at(i));
      text += "<" + text_of_parts(key, found(all.values.at(i))) + ">,";
      if (!found(place.find(found(key.copy())))) text += "LOST";
    }
    return text + "]";
  }

  std::size_t bytes_of_copies_;
  std::size_t bytes_left_;
  int depth_ = 0;
};

/// A message's text, or why the walk through it ended. A message that can be copied with `bytes_of_copies` can be walked through.
template <class T>
Result<std::string> text_in_place(const Checked<T>& message, std::size_t bytes_of_copies = std::size_t{1} << 20) {
  try {
    return Walk(bytes_of_copies).text_of(message);
  } catch (const WalkEnds& ended) {
    return Failure(ended.error);
  }
}

}  // namespace carry::test
