#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace carry {

/// What a publisher does when a slow subscriber still needs the oldest message.
enum class Overflow {
  overwrite_oldest,  ///< Never waits; a slow subscriber loses the oldest messages and is told how many.
  block,             ///< Waits for the subscriber, up to block_timeout; nothing is lost.
  reject,            ///< Fails with Errc::ring_full; nothing is lost.
};

inline constexpr std::size_t maximum_capacity = std::size_t{1} << 20;
inline constexpr std::size_t maximum_held = 1023;

struct PublisherOptions {
  std::size_t capacity = 64;  ///< Messages a subscriber may lag behind; 1 to maximum_capacity.
  std::size_t history = 0;    ///< Messages that a subscriber gets which comes later; at most capacity.
  Overflow overflow = Overflow::overwrite_oldest;
  std::chrono::milliseconds block_timeout{0};  ///< Overflow::block: how long publish() waits; 0 = without limit.
  std::chrono::milliseconds linger{1000};      ///< At its end: how long it waits for subscribers that were there first to connect.
};

struct SubscriberOptions {
  std::size_t max_held = 7;              ///< Samples held at once, per publisher; 1 to maximum_held. 7 fit the cache line that a publisher looks at.
  std::uint64_t spins_before_yield = 0;  ///< Busy poll: looks before each yield to other threads; 0 = never yields.
  std::chrono::microseconds spin{20};    ///< Before parking: how long to look, while the last waits were that short; 0 = parks at once.
  bool report_publisher_gone = false;    ///< A receive ends with Errc::publisher_gone, within 100 ms, when the last publisher is closed or killed.
};

}  // namespace carry
