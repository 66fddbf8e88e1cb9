#include "untrusted/arena.h"

#include <carry/memory/process_heap.h>

#include <mutex>
#include <unordered_map>

namespace carry::test {

namespace {

Arena* open_arena = nullptr;

struct Blocks {
  std::mutex mutex;
  std::unordered_map<void*, std::align_val_t> all;
};
Blocks& blocks() {
  static Blocks known;
  return known;
}

}  // namespace

Arena::Arena() : begin_(static_cast<std::byte*>(::operator new(capacity, std::align_val_t{alignment}))) {
  std::memset(begin_, 0, capacity);
  open_arena = this;
}
Arena::~Arena() {
  open_arena = nullptr;
  ::operator delete(begin_, std::align_val_t{alignment});
}
void* Arena::allocate(std::size_t bytes, std::size_t aligned) noexcept {
  const std::size_t place = (used_ + aligned - 1) / aligned * aligned;
  if (aligned > alignment || bytes > capacity - place) return nullptr;
  used_ = place + bytes;
  return begin_ + place;
}
bool Arena::holds(const void* block) const noexcept { return block >= begin_ && block < begin_ + capacity; }
Arena* Arena::open() noexcept { return open_arena; }
std::size_t Arena::live_blocks() noexcept { return blocks().all.size(); }

}  // namespace carry::test

namespace carry::memory {

using test::Arena;
using test::blocks;

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (Arena* arena = Arena::open()) return arena->allocate(bytes, alignment);
  void* block = ::operator new(bytes, std::align_val_t{alignment}, std::nothrow);
  const std::scoped_lock lock(blocks().mutex);
  if (block != nullptr) blocks().all.emplace(block, std::align_val_t{alignment});
  return block;
}

bool resize(void*, std::size_t) noexcept { return false; }

void deallocate(void* block) noexcept {
  if (block == nullptr || (Arena::open() != nullptr && Arena::open()->holds(block))) return;
  const std::scoped_lock lock(blocks().mutex);
  const auto found = blocks().all.find(block);
  ::operator delete(block, found->second);
  blocks().all.erase(found);
}

}  // namespace carry::memory
