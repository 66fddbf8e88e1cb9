#include "platform/linux/guarded_range.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <array>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace carry::platform::linux_system {

namespace {

#ifdef SYS_mmap2  // of 32-bit systems, some of which take the arguments of SYS_mmap in another way
constexpr long mmap_call = SYS_mmap2;
#else
constexpr long mmap_call = SYS_mmap;
#endif

struct Block {
  std::array<GuardRecord, 64> records;
  std::atomic<Block*> next = nullptr;
};

constinit Block first_block;  // further ones are never freed

GuardRecord* find_free() {
  for (Block* block = &first_block;;) {
    for (GuardRecord& record : block->records) {
      if (record.begin.load(std::memory_order_relaxed) == 0) return &record;  // Relaxed: written under the lock only.
    }
    Block* next = block->next.load(std::memory_order_relaxed);  // Relaxed: likewise.
    if (next == nullptr) {
      next = new Block;
      block->next.store(next, std::memory_order_release);  // Release: pairs with the acquire in replace_guarded().
    }
    block = next;
  }
}

/// Private pages do not care what becomes of the file. One system call: other threads see the old mapping or the new one.
bool replace(GuardRecord& record, std::uintptr_t begin, std::size_t bytes, bool& was_whole) noexcept {
  constexpr long flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  const long protection = record.protection.load(std::memory_order_relaxed);  // Relaxed: `begin` came after it.
  // By its number: ThreadSanitizer's mmap() counts as a write to all of the memory, which others may be reading.
  if (::syscall(mmap_call, begin, bytes, protection, flags, -1L, 0L) == -1) return false;
  was_whole = !record.broken.exchange(true, std::memory_order_acq_rel);  // Release: pairs with broken(). Acquire: one of several is the first.
  return true;
}

bool replace_if_inside(GuardRecord& record, std::uintptr_t address, bool& was_whole) noexcept {
  // Seq_cst, and then again `begin`: either stop() sees this handler and waits, or this sees that the record is free. Pairs with stop().
  record.handlers.fetch_add(1, std::memory_order_seq_cst);
  const std::uintptr_t begin = record.begin.load(std::memory_order_seq_cst);
  const std::size_t bytes = record.bytes.load(std::memory_order_relaxed);  // Relaxed: `begin` came after it.
  const bool inside = begin != 0 && address >= begin && address - begin < bytes;
  const bool replaced = inside && replace(record, begin, bytes, was_whole);
  record.handlers.fetch_sub(1, std::memory_order_release);  // Release: after the mapping was touched. Pairs with stop().
  return replaced;
}

}  // namespace

void GuardedRange::start(const Mapping& mapping, int protection, const NoFork&) {
  GuardRecord* record = find_free();
  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: before `begin`, which a handler reads first.
  record->bytes.store(mapping.bytes(), relaxed);
  record->protection.store(protection, relaxed);
  record->broken.store(false, relaxed);
  record->begin.store(reinterpret_cast<std::uintptr_t>(mapping.base()), std::memory_order_release);  // Release: pairs with replace_if_inside().
  record_ = record;
}

void GuardedRange::stop(const NoFork&) noexcept {
  if (record_ == nullptr) return;
  record_->begin.store(0, std::memory_order_seq_cst);  // Seq_cst: pairs with replace_if_inside().
  // In a forked child the count may be that of a thread of the parent, which is not here. Seq_cst: as above.
  while (record_->handlers.load(std::memory_order_seq_cst) != 0 && !forked()) relax();
  record_ = nullptr;
}

bool replace_guarded(std::uintptr_t address, bool& was_whole) noexcept {
  // Acquire: pairs with the release in find_free().
  for (Block* block = &first_block; block != nullptr; block = block->next.load(std::memory_order_acquire)) {
    for (GuardRecord& record : block->records) {
      const std::uintptr_t begin = record.begin.load(std::memory_order_relaxed);  // Relaxed: a hint, looked at again.
      if (begin == 0 || address < begin) continue;
      if (replace_if_inside(record, address, was_whole)) return true;
    }
  }
  return false;
}

}  // namespace carry::platform::linux_system
