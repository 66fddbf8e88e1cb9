#pragma once

#include <carry/result.h>

namespace carry::test {

/// The error of a result that should be one; none if it is a value after all.
template <class T>
std::error_code error_of(const Result<T>& result) {
  return result ? std::error_code() : result.error();
}

}  // namespace carry::test
