#include <carry/domain/peer_bell.h>
#include <carry/platform/thread.h>

#include "platform/log.h"

#include <new>
#include <system_error>
#include <utility>

namespace carry::domain {

bool PeerBell::ring(std::uint64_t state) noexcept {
  // Acquire: pairs with the store below; what was rung for this state was rung before this.
  if (rung_.load(std::memory_order_acquire) == state) return true;
  const platform::CancellationDeferred deferred;
  // Acquire: pairs with open().
  const Opening opening = is_open_.load(std::memory_order_acquire) ? Opening::done : open();
  if (opening == Opening::done) bell_->ring();
  else if (opening != Opening::in_shortage || !platform::PeerBell::ring_in_shortage(directory_, owner_, number_)) return opening != Opening::gone;
  rung_.store(state, std::memory_order_release);  // Release: after the ring. An older one that comes late lets the bell be rung once more.
  return true;
}

PeerBell::Opening PeerBell::open() noexcept try {
  const std::scoped_lock lock(mutex_);
  if (bell_) return Opening::done;
  auto bell = platform::PeerBell::open(directory_, owner_, number_);
  if (bell) {
    platform::PeerBell::prepare_for_shortage(directory_);  // If it was used up.
    bell_ = std::move(*bell);
    is_open_.store(true, std::memory_order_release);  // Release: bell_ is there. Pairs with ring().
    return Opening::done;
  }
  const std::error_code error = bell.error();
  // The bell's owner has ended, or its record is another port's by now.
  if (error == std::errc::no_such_file_or_directory) return Opening::gone;
  if (!has_failed_) {
    platform::log_warning("carry: cannot open the bell of participant {}, which waits for messages: {}", owner_.to_string(), error.message());
    has_failed_ = true;
  }
  const bool is_short =
      error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system || error == std::errc::not_enough_memory;
  return is_short ? Opening::in_shortage : Opening::failed;
} catch (const std::bad_alloc&) {
  return Opening::in_shortage;
}

}  // namespace carry::domain
