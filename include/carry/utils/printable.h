#pragma once

#include <string>
#include <string_view>

namespace carry::utils {

/// What others call something, as one line that gives no orders to a terminal: in place of control characters (also those of two bytes, U+0080 to U+009F)
/// and of bytes that continue no letter stands `?`. For text in UTF-8. O(length). Throws std::bad_alloc.
std::string printable(std::string_view text);

}  // namespace carry::utils
