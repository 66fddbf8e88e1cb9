#include "platform/log.h"

#include "platform/immortal.h"

#include <carry/platform/thread.h>
#include <carry/utils/printable.h>

#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace carry::platform {

namespace {

struct Last {
  std::shared_ptr<spdlog::logger> logger;
  std::atomic<bool> is_in_use = false;
};
Last& last() noexcept {
  static Immortal<Last> one;
  return one.get();
}

std::shared_ptr<spdlog::logger> registered_logger() {
  auto own = spdlog::get("carry");
  return own != nullptr ? own : spdlog::default_logger();
}

/// Made after spdlog's registry, and so destroyed before it.
struct BeforeRegistryEnds {
  BeforeRegistryEnds() { (void)spdlog::default_logger_raw(); }
  BeforeRegistryEnds(const BeforeRegistryEnds&) = delete;
  BeforeRegistryEnds& operator=(const BeforeRegistryEnds&) = delete;
  ~BeforeRegistryEnds() {
    last().logger = registered_logger();
    last().is_in_use.store(true, std::memory_order_release);  // Release: pairs with the acquire below.
  }
};

/// Null: the process has none.
std::shared_ptr<spdlog::logger> current_logger() {
  static const BeforeRegistryEnds before_registry_ends;
  if (last().is_in_use.load(std::memory_order_acquire)) return last().logger;  // Acquire: pairs with the release above.
  return registered_logger();
}

spdlog::level::level_enum level_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: break;
  }
  return spdlog::level::err;
}

}  // namespace

void keep_log() { (void)current_logger(); }

void write_log(LogLevel level, fmt::string_view format, fmt::format_args arguments) noexcept {
  const CancellationDeferred deferred;
  try {
    const auto logger = current_logger();
    if (logger == nullptr) return;
    if (logger->should_log(level_of(level)) || logger->should_backtrace())
      logger->log(level_of(level), utils::printable(fmt::vformat(format, arguments)));
  } catch (...) {
    return;  // Nothing that carry does depends on its log.
  }
}

}  // namespace carry::platform
