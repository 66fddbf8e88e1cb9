#pragma once

// A type's name as every compiler says it, made of how this one spells it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <source_location>
#include <string_view>

namespace carry::detail {

template <class T>
constexpr std::string_view spelled() noexcept {
  return std::source_location::current().function_name();
}

/// The compiler's spelling of T: what spelled<T>() has where spelled<double>() has "double".
template <class T>
constexpr std::string_view spelled_name() noexcept {
  constexpr std::string_view probe = spelled<double>();
  constexpr std::size_t before = probe.find("double");
  constexpr std::size_t after = probe.size() - before - std::string_view("double").size();
  constexpr std::string_view whole = spelled<T>();
  return whole.substr(before, whole.size() - before - after);
}

/// What a scalar type is called: its kind and its width in bits.
constexpr std::string_view signed_name(std::size_t bytes) noexcept { return bytes == 1 ? "i8" : bytes == 2 ? "i16" : bytes == 4 ? "i32" : "i64"; }
constexpr std::string_view unsigned_name(std::size_t bytes) noexcept { return bytes == 1 ? "u8" : bytes == 2 ? "u16" : bytes == 4 ? "u32" : "u64"; }
template <class T>
constexpr std::string_view float_name() noexcept {
  constexpr int digits = std::numeric_limits<T>::digits;
  return digits == 24 ? "f32" : digits == 53 ? "f64" : digits == 64 ? "f80" : "f128";
}

/// Writes a spelling anew, without what differs between compilers. What it writes is never longer.
class NameWriter {
 public:
  constexpr NameWriter(std::string_view spelling, char* to) noexcept : rest_(spelling), to_(to) {}

  constexpr std::size_t write() noexcept {
    while (!rest_.empty()) {
      if (rest_.front() == ' ') {
        rest_.remove_prefix(1);
      } else if (is_word(rest_.front())) {
        write_word();
      } else if (!write_placeholder()) {
        write_mark();
      }
    }
    return size_;
  }

 private:
  static constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
  static constexpr bool is_word(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

  constexpr void put(std::string_view text) noexcept {
    for (const char c : text) to_[size_++] = c;
  }
  constexpr std::string_view next_word() const noexcept {
    return rest_.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_word) - rest_.begin()));
  }
  constexpr std::string_view take_word() noexcept {
    const std::string_view word = next_word();
    rest_.remove_prefix(word.size());
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    return word;
  }

  constexpr void write_word() noexcept {
    if (write_arithmetic()) return;
    std::string_view word = take_word();
    if (word == "class" || word == "struct" || word == "union" || word == "enum") return;
    // An inline namespace of the standard library, as std::__cxx11 and std::chrono::_V2; this compiler names it, that one does not.
    const bool reserved = word.size() > 1 && word[0] == '_' && (word[1] == '_' || (word[1] >= 'A' && word[1] <= 'Z'));
    if (reserved && size_ != 0 && to_[size_ - 1] == ':' && rest_.starts_with("::")) {
      rest_.remove_prefix(2);
      return;
    }
    if (is_digit(word.front())) {
      word = word.substr(0, word.find_last_not_of("uUlL") + 1);
      forget_cast();
    }
    separate();
    put(word);
  }

  constexpr void separate() noexcept {
    if (size_ != 0 && is_word(to_[size_ - 1])) put(" ");
  }

  /// `long unsigned int` and `unsigned long` are one type, which is as wide as another on another system.
  constexpr bool write_arithmetic() noexcept {
    int longs = 0;
    bool is_signed = false, is_unsigned = false, is_short = false, is_char = false, is_int = false, is_double = false, is_float = false;
    const auto take = [&](std::string_view word) {
      if (word == "long") return ++longs, true;
      if (word == "signed") return is_signed = true;
      if (word == "unsigned") return is_unsigned = true;
      if (word == "short") return is_short = true;
      if (word == "char") return is_char = true;
      if (word == "int") return is_int = true;
      if (word == "double") return is_double = true;
      return word == "float" && (is_float = true);
    };
    bool some = false;
    for (; take(next_word()); some = true) take_word();
    if (!some) return false;
    separate();
    if (is_float) return put(float_name<float>()), true;
    if (is_double) return put(longs != 0 ? float_name<long double>() : float_name<double>()), true;
    if (is_char && !is_signed && !is_unsigned) return put("char"), true;
    const std::size_t bytes = is_char ? 1 : is_short ? sizeof(short) : longs == 0 ? sizeof(int) : longs == 1 ? sizeof(long) : sizeof(long long);
    put(is_unsigned ? unsigned_name(bytes) : signed_name(bytes));
    return true;
  }

  /// What stands for a name where there is none: `{anonymous}` and `(anonymous namespace)`, `<unnamed union>` and `(unnamed union at x.h:1:2)`.
  constexpr bool write_placeholder() noexcept {
    if (rest_.front() != '{' && rest_.front() != '(' && rest_.front() != '<') return false;
    const std::string_view inner = rest_.substr(1);
    const bool is_lambda = inner.starts_with("lambda");
    const bool is_namespace = inner.starts_with("anonymous namespace)") || inner.starts_with("anonymous}");
    if (!is_lambda && !is_namespace && !inner.starts_with("unnamed") && !inner.starts_with("anonymous ")) return false;
    int depth = 0;
    std::size_t at = 0;
    do {
      const char c = rest_[at++];
      if (c == '{' || c == '(' || c == '<') ++depth;
      if (c == '}' || c == ')' || c == '>') --depth;
    } while (depth != 0 && at != rest_.size());
    rest_.remove_prefix(at);
    put(is_lambda ? "{lambda}" : is_namespace ? "{anonymous}" : "{unnamed}");
    return true;
  }

  constexpr void write_mark() noexcept {
    put(rest_.substr(0, 1));
    rest_.remove_prefix(1);
    if (to_[size_ - 1] == ')' && rest_.starts_with("::")) forget_function();
  }

  /// The function in which a type is local: g++ names it, clang does not.
  constexpr void forget_function() noexcept {
    size_ = opening('(', ')');
    while (size_ != 0) {
      const char c = to_[size_ - 1];
      if (c == '>' || c == '}') {
        size_ = c == '>' ? opening('<', '>') : opening('{', '}');
      } else if (is_word(c) || c == ':') {
        --size_;
      } else {
        break;
      }
    }
    rest_.remove_prefix(2);
  }

  /// The type of a number that is no enumerator's: `(Colour)7` and `7`.
  constexpr void forget_cast() noexcept {
    const bool negative = size_ != 0 && to_[size_ - 1] == '-';
    if (negative) --size_;
    if (size_ != 0 && to_[size_ - 1] == ')') size_ = opening('(', ')');
    if (negative) put("-");
  }

  /// Where the bracket opens that closes at the end.
  constexpr std::size_t opening(char open, char close) const noexcept {
    int depth = 0;
    std::size_t at = size_;
    do {
      --at;
      if (to_[at] == close) ++depth;
      if (to_[at] == open) --depth;
    } while (depth != 0 && at != 0);
    return at;
  }

  std::string_view rest_;
  char* to_;
  std::size_t size_ = 0;
};

template <std::size_t capacity>
struct WrittenName {
  std::array<char, capacity> letters{};
  std::size_t size = 0;
};

template <class T>
consteval auto write_type_name() {
  constexpr std::string_view spelling = spelled_name<T>();
  WrittenName<spelling.size() + 1> name;
  name.size = NameWriter(spelling, name.letters.data()).write();
  return name;
}
template <class T>
inline constexpr auto written_type_name = write_type_name<T>();

/// T's name, the same from every compiler but for what they cannot agree on: inline namespaces of users, and default arguments that one spells.
template <class T>
constexpr std::string_view type_name() noexcept {
  return {written_type_name<T>.letters.data(), written_type_name<T>.size};
}

}  // namespace carry::detail
