// What copy_out() and checked() read of a message, which is the input, distances and all.

#include "untrusted/messages.h"
#include "fuzz/target.h"
#include "untrusted/arena.h"
#include "untrusted/text_in_place.h"
#include "untrusted/text_of.h"

#include <carry/error.h>

#include <memory>
#include <new>

namespace {

using namespace carry;
using namespace carry::test;

/// Calls one of the kinds: that which the byte says.
template <class Call, class... Kind>
void with_kind(unsigned byte, const Call& call, std::type_identity<std::tuple<Kind...>>) {
  unsigned number = 0;
  ((number++ == byte % sizeof...(Kind) ? call.template operator()<Kind>() : void()), ...);
}
using Kinds = std::type_identity<std::tuple<vector<string>, Deep, Either, list<string>, fixed_vector<Track, 3>, flat_set<string>,
                                            std::tuple<bool, std::optional<string>, fixed_string<7>>, Tree>>;

// Twice the largest input: what contains itself ends soon.
constexpr std::size_t maximum_bytes = 16384;

struct Free {
  void operator()(std::byte* block) const noexcept { ::operator delete(block, std::align_val_t{Arena::alignment}); }
};

bool is_the_publishers(const std::error_code& error) { return error == Errc::malformed_message || error == Errc::message_too_large; }

template <class T>
void look(std::span<const std::uint8_t> bytes) {
  const std::unique_ptr<std::byte, Free> block(static_cast<std::byte*>(::operator new(bytes.size(), std::align_val_t{Arena::alignment})));
  if (!bytes.empty()) std::memcpy(block.get(), bytes.data(), bytes.size());
  const detail::UntrustedMemory memory(block.get(), bytes.size());
  const T* const place = memory.find<T>(detail::address_of(block.get()), 1);
  if (place == nullptr) return;
  const auto in_place = text_in_place(Checked<T>(memory, place), maximum_bytes);
  const auto copied = detail::copy_untrusted(memory, place, {.maximum_bytes = maximum_bytes});
  fuzz::require(in_place || is_the_publishers(in_place.error()), "errors in place are documented");
  fuzz::require(copied || is_the_publishers(copied.error()), "errors of copies are documented");
  fuzz::require(!copied || in_place == text_of(*copied), "what can be copied is the same in place");
}

template <class T, class Make>
std::string seed(unsigned kind, const Make& make) {
  Image<T> image([&] { return T(make()); });
  return fuzz::Output().byte(kind).bytes(image.begin(), image.bytes()).text();
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  return {
      seed<vector<string>>(0, [] { return vector<string>{"", "short", long_text(1)}; }),
      seed<Deep>(1, [] { return Deep{{long_text(1), {{{1, "one"}, {2, long_text(2)}}}}}; }),
      seed<Either>(2, [] { return Either(vector<std::int64_t>{1, 2}); }),
      seed<list<string>>(3, [] { return list<string>{"short", long_text(1)}; }),
      seed<fixed_vector<Track, 3>>(4, [] { return fixed_vector<Track, 3>{Track{.number = 1, .is_confirmed = true, .points = {Point{1, 2}}}}; }),
      seed<flat_set<string>>(5, [] { return flat_set<string>{"a", long_text(1)}; }),
      seed<std::tuple<bool, std::optional<string>, fixed_string<7>>>(6,
                                                                     [] { return std::tuple(true, std::optional<string>(long_text(1)), "seven"); }),
      seed<Tree>(7, make_tree),
  };
}

/// A byte: the message's type. Then the message, and what it refers to.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  const unsigned kind = input.byte();
  with_kind(kind, [&]<class T>() { look<T>(input.rest()); }, Kinds());
  return 0;
}
