#include "shortage/failing_heap.h"

#include <carry/memory/process_heap.h>

#include <map>
#include <new>

using carry::test::FailingHeap;

namespace carry::memory {

namespace {

struct Block {
  std::size_t bytes;
  std::align_val_t alignment;
};

std::map<void*, Block>& blocks() {
  static std::map<void*, Block> all;
  return all;
}

}  // namespace

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (FailingHeap::allocations_left == 0) return nullptr;
  if (FailingHeap::allocations_left > 0) --FailingHeap::allocations_left;
  const std::align_val_t aligned{alignment};
  void* block = ::operator new(bytes, aligned, std::nothrow);
  if (block == nullptr) return nullptr;
  blocks()[block] = {bytes, aligned};
  ++FailingHeap::live_blocks;
  FailingHeap::live_bytes += bytes;
  return block;
}

bool resize(void* block, std::size_t bytes) noexcept { return blocks().at(block).bytes == bytes; }

void deallocate(void* block) noexcept {
  if (block == nullptr) return;
  const auto found = blocks().find(block);
  if (found == blocks().end()) {
    FailingHeap::was_misused = true;
    return;
  }
  --FailingHeap::live_blocks;
  FailingHeap::live_bytes -= found->second.bytes;
  ::operator delete(block, found->second.alignment);
  blocks().erase(found);
}

}  // namespace carry::memory
