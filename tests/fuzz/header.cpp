// The first page of a segment.

#include "domain/header_validation.h"
#include "fuzz/target.h"
#include "support/forged_segment.h"

#include <carry/error.h>

#include <algorithm>
#include <memory>

namespace {

using carry::domain::SegmentHeader;

constexpr carry::platform::ParticipantId id{.high = 1, .low = 2};
constexpr std::size_t segment_bytes = carry::domain::minimum_reserved_bytes;

std::span<std::byte> whole_segment() {
  static const auto bytes = std::make_unique<std::byte[]>(segment_bytes);
  return {bytes.get(), segment_bytes};
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  const test::ForgedSegment segment(whole_segment(), id);
  const auto text = [&] { return Output().byte(0).bytes(segment.base(), 64).text(); };
  std::vector<std::string> seeds{"", Output().byte(1).bytes(segment.base(), 48).text(), text()};
  segment.header().version = 77;
  seeds.push_back(text());
  segment.header().version = domain::layout_version;
  segment.header().reserved_bytes = ~std::uint64_t{0};
  seeds.push_back(text());
  return seeds;
}

/// A byte: whether the segment is whole, or ends with the input. Then the header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  const bool whole = input.byte() % 2 == 0;
  const auto bytes = input.take(sizeof(SegmentHeader));
  std::error_code error;
  if (whole) {
    std::ranges::fill(whole_segment().first(64), std::byte{0});
    std::ranges::copy(std::as_bytes(bytes), whole_segment().begin());
    error = carry::domain::check_header(whole_segment(), id);
    const auto& header = *reinterpret_cast<const SegmentHeader*>(whole_segment().data());
    if (!error) carry::fuzz::require(header.id == id && header.reserved_bytes == segment_bytes, "a header that was found sound is");
  } else {
    const std::unique_ptr<std::byte[]> exact(new std::byte[bytes.size()]);
    std::ranges::copy(std::as_bytes(bytes), exact.get());
    error = carry::domain::check_header({exact.get(), bytes.size()}, id);
    carry::fuzz::require(bool(error), "a segment that is no longer than its header is refused");
  }
  carry::fuzz::require(!error || error == carry::Errc::malformed_segment || error == carry::Errc::incompatible_version, "errors are documented");
  return 0;
}
