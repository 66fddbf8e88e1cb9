#include "domain/header_validation.h"

#include <carry/domain/segment_layout.h>
#include <carry/error.h>

#include <atomic>
#include <cstring>

namespace carry::domain {

namespace {

/// The word as it was once. These words are no atomics, so that a compiler might read them again.
template <class Word>
Word once(const Word& word) noexcept {
  Word copy;
  std::memcpy(&copy, &word, sizeof copy);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // Seq_cst: for the compiler, who keeps the copy.
  return copy;
}

}  // namespace

std::error_code check_header(std::span<const std::byte> segment, platform::ParticipantId id) noexcept {
  if (segment.size() < sizeof(SegmentHeader)) return Errc::malformed_segment;
  const auto& header = *reinterpret_cast<const SegmentHeader*>(segment.data());
  if (once(header.magic) != segment_magic) return Errc::malformed_segment;
  if (once(header.version) != layout_version || once(header.abi) != abi_tag) return Errc::incompatible_version;
  if (once(header.id) != id || once(header.reserved_bytes) != segment.size() || segment.size() < minimum_reserved_bytes)
    return Errc::malformed_segment;
  return {};
}

std::string describe_versions(std::span<const std::byte> segment) {
  if (segment.size() < sizeof(SegmentHeader)) return "it is too short to say which";
  const auto& header = *reinterpret_cast<const SegmentHeader*>(segment.data());
  const auto words = [](std::uint32_t version, std::uint32_t abi) {
    return "layout " + std::to_string(version) + (abi == abi_tag ? std::string() : " of another ABI, " + std::to_string(abi));
  };
  return "it has " + words(once(header.version), once(header.abi)) + ", this program " + words(layout_version, abi_tag);
}

}  // namespace carry::domain
