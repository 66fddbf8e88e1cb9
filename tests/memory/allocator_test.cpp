// Containers of others on carry::allocator.

#include "support/catch.h"

#include <carry/domain/participant.h>
#include <carry/memory/allocator.h>

#include <vector>

#if __has_include(<boost/container/map.hpp>)
#include <boost/container/deque.hpp>
#include <boost/container/flat_map.hpp>
#include <boost/container/list.hpp>
#include <boost/container/map.hpp>
#define CARRY_TEST_HAS_BOOST 1
#endif

namespace {

template <class T>
bool in_heap(const T& object) {
  return (*carry::domain::Participant::current())->heap().contains(&object);
}

}  // namespace

TEST_CASE("std::vector works with carry::allocator, and its elements lie in the dynamic buffer", "[memory]") {
  std::vector<int, carry::allocator<int>> values;
  for (int i = 0; i != 1000; ++i) values.push_back(i);
  CHECK(values[999] == 999);
  CHECK(in_heap(values[0]));
  const auto copy = values;
  values.clear();
  values.shrink_to_fit();
  CHECK(copy.size() == 1000);
}

TEST_CASE("an allocator refuses what cannot be had", "[memory]") {
  carry::allocator<std::uint64_t> allocator;
  CHECK_THROWS_AS(allocator.allocate(allocator.max_size() + 1), std::bad_array_new_length);
  CHECK_THROWS_AS(allocator.allocate(allocator.max_size()), std::bad_alloc);
  allocator.deallocate(nullptr, 0);
  CHECK(allocator == carry::allocator<char>(allocator));
}

#ifdef CARRY_TEST_HAS_BOOST
namespace bc = boost::container;

TEST_CASE("Boost.Container's map, list, deque and flat_map work with carry::allocator", "[memory]") {
  bc::map<int, int, std::less<int>, carry::allocator<std::pair<const int, int>>> map;
  bc::list<int, carry::allocator<int>> list;
  bc::deque<int, carry::allocator<int>> deque;
  bc::flat_map<int, int, std::less<int>, carry::allocator<std::pair<int, int>>> flat;
  for (int i = 0; i != 1000; ++i) {
    const int key = i * 7919 % 1000;
    map[key] = i;
    flat[key] = i;
    list.push_front(i);
    deque.push_back(i);
  }
  CHECK(map.size() == 1000);
  CHECK(map.at(7919 % 1000) == 1);
  CHECK(flat.at(7919 % 1000) == 1);
  CHECK(list.back() == 0);
  CHECK(deque[500] == 500);
  CHECK(in_heap(*map.begin()));
  CHECK(in_heap(list.front()));
  CHECK(in_heap(deque.front()));
  const auto moved = std::move(map);
  int expected = 0;
  for (const auto& [key, value] : moved) CHECK(key == expected++);
}
#endif
