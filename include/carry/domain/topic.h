#pragma once

#include <carry/container/detail/structures.h>
#include <carry/memory/detail/structure_text.h>
#include <carry/memory/detail/type_name.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace carry::domain {

/// FNV-1a.
constexpr std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  return hash;
}

/// Where a topic's epoch is counted, and how its ports are found.
constexpr std::uint64_t topic_hash(std::string_view name) noexcept { return hash_of(name); }

/// What two ports must agree on besides the topic's name: structure, size, alignment and version. The type's name is for people.
struct TypeIdentity {
  std::string_view name;
  std::string_view structure;         // memory/detail/structure_text.h says what stands there; of another process its beginning
  std::uint64_t structure_hash = 0;   // of the whole structure
  std::uint64_t structure_bytes = 0;  // its length
  std::uint64_t bytes = 0;
  std::uint64_t alignment = 0;
  std::uint64_t version = 0;

  friend constexpr bool operator==(const TypeIdentity& left, const TypeIdentity& right) noexcept {
    return left.structure_hash == right.structure_hash && left.structure_bytes == right.structure_bytes && left.bytes == right.bytes &&
           left.alignment == right.alignment && left.version == right.version;
  }
  std::string to_string() const;
};

/// The identity of a message type: what it is made of, whatever it is called, the same from every compiler. Aggregates are compared field by field
/// (type and offset), containers by what they contain; classes that are no aggregates by name, size and alignment.
///
/// A type may say its own version, for a change of meaning that its fields do not show: `static constexpr std::uint64_t carry_type_version = 2;`.
/// It may say its own name: `static constexpr std::string_view carry_type_name = "...";`. Then this name stands for its fields: only types of that
/// name, size, alignment and version are the same.
template <class T>
constexpr TypeIdentity type_identity() noexcept {
  constexpr std::string_view structure = carry::detail::structure_text<T>();
  constexpr std::uint64_t structure_hash = hash_of(structure);
  TypeIdentity identity{.name = carry::detail::type_name<T>(),
                        .structure = structure,
                        .structure_hash = structure_hash,
                        .structure_bytes = structure.size(),
                        .bytes = sizeof(T),
                        .alignment = alignof(T),
                        .version = 0};
  if constexpr (carry::detail::SaysItsName<T>) identity.name = T::carry_type_name;
  if constexpr (carry::detail::SaysItsVersion<T>) identity.version = T::carry_type_version;
  return identity;
}

}  // namespace carry::domain
