#include <carry/domain/port_memory.h>
#include <carry/platform/own_segment.h>

#include <memory>
#include <new>

namespace carry::domain {

static_assert(sizeof(SharedWord) == 8 && PortMemory::line_bytes % sizeof(SharedWord) == 0);

PortBlock::~PortBlock() {
  if (words_ != nullptr && !platform::forked()) memory_->give_back(words_, lines_);
}

PortBlock PortMemory::allocate(std::size_t bytes) {
  const std::size_t lines = (bytes + line_bytes - 1) / line_bytes;
  {
    const std::scoped_lock lock(mutex_);
    if (SharedWord* words = take(lines)) return {this, words, lines};
  }
  const std::size_t taken_bytes = (lines * line_bytes + chunk_bytes - 1) / chunk_bytes * chunk_bytes;
  const auto free_chunk = [this](std::byte* chunk) { heap_.deallocate(chunk); };
  std::unique_ptr<std::byte, decltype(free_chunk)> chunk(static_cast<std::byte*>(heap_.allocate(taken_bytes, line_bytes)), free_chunk);
  if (chunk == nullptr) return {};
  const std::scoped_lock lock(mutex_);
  if (SharedWord* words = take(lines)) return {this, words, lines};  // Another thread has brought some, or given some back.
  chunk_ = chunk.release();                                          // What was left of the former one is lost: less than was asked for.
  chunk_lines_ = taken_bytes / line_bytes;
  reserved_bytes_ += taken_bytes;
  return {this, take(lines), lines};
}

SharedWord* PortMemory::take(std::size_t lines) {
  Stock& stock = stocks_[lines];
  if (!stock.idle.empty()) {
    SharedWord* words = stock.idle.back();
    stock.idle.pop_back();
    ++used_;
    // Relaxed: whoever reads them still cannot rely on anything; those who are told of them later are told with release.
    for (std::size_t i = 0; i != lines * line_bytes / sizeof(SharedWord); ++i) words[i].store(0, std::memory_order_relaxed);
    return words;
  }
  if (chunk_lines_ < lines) return nullptr;
  stock.idle.reserve(stock.made + 1);  // so that give_back() never allocates
  auto* words = reinterpret_cast<SharedWord*>(chunk_);
  for (std::size_t i = 0; i != lines * line_bytes / sizeof(SharedWord); ++i) new (words + i) SharedWord(0);
  chunk_ += lines * line_bytes;
  chunk_lines_ -= lines;
  ++stock.made;
  ++used_;
  return words;
}

void PortMemory::give_back(SharedWord* words, std::size_t lines) noexcept {
  const std::scoped_lock lock(mutex_);
  stocks_.find(lines)->second.idle.push_back(words);
  --used_;
}

std::size_t PortMemory::used_blocks() const {
  const std::scoped_lock lock(mutex_);
  return used_;
}

std::size_t PortMemory::reserved_bytes() const {
  const std::scoped_lock lock(mutex_);
  return reserved_bytes_;
}

}  // namespace carry::domain
