#pragma once

// Messages of a hostile process, without the process: made in an arena, from where they are copied, byte by byte, into a block that is exactly as long, so
// that AddressSanitizer sees every read beside it.

#include <carry/container/checked.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

namespace carry::test {

/// What this program's containers allocate from, in place of the dynamic buffer: the arena while one is open, and else the process's memory.
class Arena {
 public:
  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t capacity = std::size_t{1} << 20;

  Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* allocate(std::size_t bytes, std::size_t aligned) noexcept;
  bool holds(const void* block) const noexcept;
  std::span<const std::byte> used() const noexcept { return {begin_, used_}; }

  static Arena* open() noexcept;
  static std::size_t live_blocks() noexcept;  ///< Of the process's memory.

 private:
  std::byte* begin_;
  std::size_t used_ = 0;
};

/// A message and all that it refers to.
template <class T>
class Image {
 public:
  template <class Make>
  explicit Image(const Make& make) {
    Arena arena;
    T* const made = ::new (arena.allocate(sizeof(T), alignof(T))) T(make());
    const auto used = arena.used();
    words_.resize((used.size() + 7) / 8);
    std::memcpy(words_.data(), used.data(), used.size());
    bytes_ = used.size();
    block_.reset(static_cast<std::byte*>(::operator new(bytes_, std::align_val_t{Arena::alignment})));
    std::destroy_at(made);
    restore();
  }

  const T* message() const noexcept { return reinterpret_cast<const T*>(block_.get()); }
  std::byte* begin() noexcept { return block_.get(); }
  std::size_t bytes() const noexcept { return bytes_; }
  detail::UntrustedMemory memory() const noexcept { return {block_.get(), bytes_}; }
  void restore() noexcept { std::memcpy(block_.get(), words_.data(), bytes_); }

  template <class Value>
  Value get(std::size_t offset) const noexcept {
    Value value{};
    std::memcpy(&value, block_.get() + offset, sizeof value);
    return value;
  }
  template <class Value>
  void set(std::size_t offset, Value value) noexcept {
    std::memcpy(block_.get() + offset, &value, sizeof value);
  }

  Checked<T> checked() const noexcept { return {memory(), message()}; }
  Result<T> copy(const CopyOptions& options = {}) const { return detail::copy_untrusted(memory(), message(), options); }
  std::error_code error(const CopyOptions& options = {}) const {
    const auto copied = copy(options);
    return copied ? std::error_code() : copied.error();
  }

 private:
  struct Free {
    void operator()(std::byte* block) const noexcept { ::operator delete(block, std::align_val_t{Arena::alignment}); }
  };
  std::vector<std::uint64_t> words_;
  std::size_t bytes_ = 0;
  std::unique_ptr<std::byte, Free> block_;
};

}  // namespace carry::test
