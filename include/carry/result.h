#pragma once

#include <expected>
#include <system_error>

namespace carry {

/// What a factory or an operation yields: a value, or the reason why there is none.
template <class T>
using Result = std::expected<T, std::error_code>;

/// Shorthand for the failing side of a Result.
using Failure = std::unexpected<std::error_code>;

}  // namespace carry
