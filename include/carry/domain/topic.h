#pragma once

#include <carry/memory/detail/type_name.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace carry::domain {

/// What two ports must agree on besides the topic's name.
struct TypeIdentity {
  std::string_view name;
  std::uint64_t bytes = 0;
  std::uint64_t alignment = 0;
  std::uint64_t version = 0;

  friend bool operator==(const TypeIdentity&, const TypeIdentity&) = default;
  std::string to_string() const;
};

/// Where a topic's epoch is counted, and how its ports are found. FNV-1a.
constexpr std::uint64_t topic_hash(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  return hash;
}

/// The identity of a message type. A type may say its own name and version:
/// `static constexpr std::string_view carry_type_name = "...";` and `static constexpr std::uint64_t carry_type_version = 2;`.
template <class T>
constexpr TypeIdentity type_identity() noexcept {
  TypeIdentity identity{.name = carry::detail::type_name<T>(), .bytes = sizeof(T), .alignment = alignof(T), .version = 0};
  if constexpr (requires { std::string_view(T::carry_type_name); }) identity.name = T::carry_type_name;
  if constexpr (requires { std::uint64_t{T::carry_type_version}; }) identity.version = T::carry_type_version;
  return identity;
}

}  // namespace carry::domain
