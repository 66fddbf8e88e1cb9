#include "platform/log.h"

#include <atomic>

namespace carry::platform {

namespace {

/// Never destroyed: static objects that use carry may be destroyed after all others.
struct Last {
  std::shared_ptr<spdlog::logger> logger;
  std::atomic<bool> is_in_use = false;
};
Last& last() {
  static Last& one = *new Last;
  return one;
}

/// Made after spdlog's registry, and so destroyed before it.
struct BeforeRegistryEnds {
  BeforeRegistryEnds() { (void)spdlog::default_logger_raw(); }
  BeforeRegistryEnds(const BeforeRegistryEnds&) = delete;
  BeforeRegistryEnds& operator=(const BeforeRegistryEnds&) = delete;
  ~BeforeRegistryEnds() {
    last().logger = spdlog::default_logger();
    last().is_in_use.store(true, std::memory_order_release);  // Release: pairs with the acquire below.
  }
};

}  // namespace

std::shared_ptr<spdlog::logger> current_logger() {
  static const BeforeRegistryEnds before_registry_ends;
  if (last().is_in_use.load(std::memory_order_acquire)) return last().logger;  // Acquire: pairs with the release above.
  return spdlog::default_logger();
}

}  // namespace carry::platform
