#pragma once

#include <string>
#include <string_view>

namespace carry::utils {

/// What others call something, as one line that gives no orders to a terminal: `?` stands in place of each control character (also U+0080 to U+009F) and of
/// each byte that belongs to no well-formed letter of UTF-8. O(length). Throws std::bad_alloc.
std::string printable(std::string_view text);

}  // namespace carry::utils
