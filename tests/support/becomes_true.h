#pragma once

#include <carry/platform/thread.h>

#include <chrono>
#include <concepts>

namespace carry::test {

/// Waits for something that another process or the kernel is about to do. False if it has not come true after 20 seconds.
bool becomes_true(std::predicate auto&& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    platform::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

}  // namespace carry::test
