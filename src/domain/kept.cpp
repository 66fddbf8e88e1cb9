#include <carry/domain/kept.h>

#include <utility>

namespace carry::domain {

void KeptList::add(std::unique_ptr<Kept> kept) noexcept {
  const std::scoped_lock lock(mutex_);
  kept->next_ = std::move(first_);
  first_ = std::move(kept);
}

void KeptList::finish() noexcept {
  // Not under the mutex: what ends may run destructors of messages, which may come back here.
  std::unique_ptr<Kept> waiting;
  {
    const std::scoped_lock lock(mutex_);
    waiting = std::move(first_);
  }
  // One that ends may be what another one waits for: a connection for the ring it reads.
  for (bool progress = true; progress;) {
    progress = false;
    for (std::unique_ptr<Kept>* link = &waiting; *link != nullptr;) {
      if ((*link)->finished()) {
        const std::unique_ptr<Kept> ended = std::exchange(*link, std::move((*link)->next_));
        progress = true;
      } else {
        link = &(*link)->next_;
      }
    }
  }
  while (waiting != nullptr) {
    auto rest = std::move(waiting->next_);
    add(std::move(waiting));
    waiting = std::move(rest);
  }
}

}  // namespace carry::domain
