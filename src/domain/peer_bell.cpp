#include <carry/domain/peer_bell.h>

#include <spdlog/spdlog.h>

#include <system_error>
#include <utility>

namespace carry::domain {

bool PeerBell::ring(std::uint64_t generation) noexcept {
  // Acquire: pairs with the store below; what was rung for this generation was rung before this.
  if (rung_.load(std::memory_order_acquire) == generation) return true;
  // Acquire: pairs with open().
  if (is_open_.load(std::memory_order_acquire) || open()) bell_->ring();
  // Relaxed: it guards nothing.
  else if (!is_short_.load(std::memory_order_relaxed) || !platform::PeerBell::ring_in_shortage(directory_, owner_, number_)) return false;
  rung_.store(generation, std::memory_order_release);  // Release: after the ring. An older one that comes late lets the bell be rung once more.
  return true;
}

bool PeerBell::open() noexcept {
  const std::scoped_lock lock(mutex_);
  if (bell_) return true;
  auto bell = platform::PeerBell::open(directory_, owner_, number_);
  // A name that is not there: the bell's owner has ended, or its record is another port's by now.
  const bool is_short = !bell && bell.error() != std::errc::no_such_file_or_directory;
  const bool was_short = is_short_.exchange(is_short, std::memory_order_relaxed);  // Relaxed: it guards nothing.
  if (is_short && !was_short) {
    spdlog::warn("carry: cannot open the bell of participant {}, which waits for messages: {}", owner_.to_string(), bell.error().message());
  }
  if (!bell) return false;
  bell_ = std::move(*bell);
  is_open_.store(true, std::memory_order_release);  // Release: bell_ is there. Pairs with ring().
  return true;
}

}  // namespace carry::domain
