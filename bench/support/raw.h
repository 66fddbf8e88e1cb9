#pragma once

// The limits of the machine: a cache line handed to and fro, and a bare ring of 64-byte messages without any library.

#include <array>
#include <atomic>
#include <cstdint>

namespace carry::bench {

/// Two words on lines of their own, each written by one side.
struct PingPong {
  alignas(64) std::atomic<std::uint64_t> ping = 0;
  alignas(64) std::atomic<std::uint64_t> pong = 0;
};

struct Message64 {
  std::array<std::uint64_t, 8> words{};
};

/// Single producer, single consumer, positions cached on both sides.
struct SpscRing {
  static constexpr std::size_t capacity = 1024;
  alignas(64) std::atomic<std::uint64_t> tail = 0;
  std::uint64_t head_cache = 0;
  alignas(64) std::atomic<std::uint64_t> head = 0;
  std::uint64_t tail_cache = 0;
  alignas(64) std::array<Message64, capacity> slots{};

  bool push(const Message64& message) {
    const std::uint64_t t = tail.load(std::memory_order_relaxed);
    if (t - head_cache == capacity) {
      head_cache = head.load(std::memory_order_acquire);
      if (t - head_cache == capacity) return false;
    }
    slots[t % capacity] = message;
    tail.store(t + 1, std::memory_order_release);
    return true;
  }
  bool pop(Message64& message) {
    const std::uint64_t h = head.load(std::memory_order_relaxed);
    if (h == tail_cache) {
      tail_cache = tail.load(std::memory_order_acquire);
      if (h == tail_cache) return false;
    }
    message = slots[h % capacity];
    head.store(h + 1, std::memory_order_release);
    return true;
  }
};

}  // namespace carry::bench
