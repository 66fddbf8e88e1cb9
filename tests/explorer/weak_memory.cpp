#include "weak_memory.h"

#include "failure.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace carry::explorer {

void WeakMemory::reset() noexcept {
  std::memset(arena_.bytes, 0, arena_bytes);
  location_of_word_.fill(no_location);
  for (std::size_t i = 0; i != location_count_; ++i) locations_[i].stores.clear();
  location_count_ = 0;
  threads_.fill({});
  // Clocks begin at 1: what was never written is older than every thread.
  for (std::size_t i = 0; i != max_threads; ++i) threads_[i].now.clock[i] = 1;
  plain_.fill({});
  constant_.reset();
  known_to_seq_cst_operations_ = {};
  known_to_seq_cst_fences_ = {};
}

std::size_t WeakMemory::location_of(const volatile void* word) {
  std::uint8_t& location = location_of_word_[offset_of(word) / 8];
  if (location == no_location) {
    if (location_count_ == max_locations) fail("bounds", "more atomic words than the model has");
    location = static_cast<std::uint8_t>(location_count_++);
    std::uint64_t value = 0;
    std::memcpy(&value, arena_.bytes + offset_of(word), sizeof(value));
    locations_[location].stores.push_back({.value = value, .released = {}});
  }
  return location;
}

WeakMemory::Found WeakMemory::load(std::size_t thread, const volatile void* word, Order order, Choices& choices) {
  const std::size_t location = location_of(word);
  std::size_t oldest = threads_[thread].now.view[location];
  if (order == Order::seq_cst) {
    oldest = std::max<std::size_t>(oldest, std::max(known_to_seq_cst_operations_[location], known_to_seq_cst_fences_[location]));
  }
  const std::size_t count = locations_[location].stores.size() - oldest;
  const std::size_t passed = count == 1 ? 0 : choices.staleness(location, count);
  return read(thread, location, locations_[location].stores.size() - 1 - passed, order);
}

WeakMemory::Found WeakMemory::read(std::size_t thread, std::size_t location, std::size_t index, Order order) {
  Thread& me = threads_[thread];
  const auto& stores = locations_[location].stores;
  const auto place = static_cast<std::uint16_t>(index);
  me.now.view[location] = std::max(me.now.view[location], place);
  (acquires(order) ? me.now : me.kept_by_loads).join(stores[index].released);
  if (order == Order::seq_cst) known_to_seq_cst_operations_[location] = std::max(known_to_seq_cst_operations_[location], place);
  return {.value = stores[index].value, .newer = stores.size() - 1 - index};
}

void WeakMemory::store(std::size_t thread, volatile void* word, std::uint64_t value, Order order) {
  append(thread, word, location_of(word), value, order, nullptr);
}

void WeakMemory::append(std::size_t thread, volatile void* word, std::size_t location, std::uint64_t value, Order order, const Past* sequence) {
  if (is_constant(word)) fail("bounds", "a word is written that is constant");
  Thread& me = threads_[thread];
  auto& stores = locations_[location].stores;
  const auto place = static_cast<std::uint16_t>(stores.size());
  me.now.view[location] = place;
  Past released = releases(order) ? me.now : me.kept_by_fence;
  if (sequence != nullptr) released.join(*sequence);
  stores.push_back({.value = value, .released = released});
  ++me.now.clock[thread];
  if (order == Order::seq_cst) known_to_seq_cst_operations_[location] = place;
  std::memcpy(arena_.bytes + offset_of(word), &value, sizeof(value));  // for the main program, when the threads are done
}

void WeakMemory::fence(std::size_t thread, Order order) {
  Thread& me = threads_[thread];
  if (acquires(order)) me.now.join(me.kept_by_loads);
  if (order == Order::seq_cst) {
    join(me.now.view, known_to_seq_cst_operations_);
    join(me.now.view, known_to_seq_cst_fences_);
    known_to_seq_cst_fences_ = me.now.view;
  }
  if (releases(order)) {
    me.kept_by_fence = me.now;
    ++me.now.clock[thread];
  }
}

void WeakMemory::read_plain(std::size_t thread, const volatile void* address, std::size_t bytes) {
  const Past& now = threads_[thread].now;
  for (std::size_t word = offset_of(address) / 8; word * 8 < offset_of(address) + bytes; ++word) {
    PlainWord& plain = plain_[word];
    if (plain.written > now.clock[plain.writer]) fail("race", "a plain word is read that thread " + std::to_string(plain.writer) + " is writing");
    plain.read[thread] = now.clock[thread];
  }
}

void WeakMemory::write_plain(std::size_t thread, const volatile void* address, std::size_t bytes) {
  const Past& now = threads_[thread].now;
  for (std::size_t word = offset_of(address) / 8; word * 8 < offset_of(address) + bytes; ++word) {
    PlainWord& plain = plain_[word];
    if (location_of_word_[word] != no_location) fail("race", "a word is used as atomic and as plain one");
    if (plain.written > now.clock[plain.writer]) fail("race", "a plain word is written that thread " + std::to_string(plain.writer) + " is writing");
    for (std::size_t other = 0; other != max_threads; ++other) {
      if (plain.read[other] > now.clock[other]) fail("race", "a plain word is written that thread " + std::to_string(other) + " is reading");
    }
    plain.written = now.clock[thread];
    plain.writer = static_cast<std::uint32_t>(thread);
  }
}

}  // namespace carry::explorer
