// Operations that throw at their n-th step, for every n: nothing leaks, and where the standard promises it nothing has changed.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/vector.h>

#include <functional>

using namespace carry::test;
using Vector = carry::vector<Fragile>;

namespace {

/// Does `operation` to {0, 1, ..., 4}, with memory for `capacity`, and lets it throw at its first, second, ... step until it succeeds.
void fail_everywhere(std::size_t capacity, bool strong, const std::function<void(Vector&)>& operation) {
  for (int step = 0;; ++step) {
    Fragile::operations_left = -1;
    Vector values;
    values.reserve(capacity);
    for (int i = 0; i != 5; ++i) values.emplace_back(i);
    const Vector before(values);
    Fragile::operations_left = step;
    bool thrown = false;
    try {
      operation(values);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    Fragile::operations_left = -1;
    if (strong && thrown) CHECK(values == before);
    values.push_back(Fragile(9));  // Still usable.
    CHECK(values.back().value == 9);
    if (!thrown) return;
  }
}

}  // namespace

TEST_CASE("operations at a vector's end have the strong guarantee", "[container]") {
  for (const std::size_t capacity : {5u, 20u}) {
    fail_everywhere(capacity, true, [](Vector& v) { v.emplace_back(6); });
    fail_everywhere(capacity, true, [](Vector& v) { v.push_back(v[2]); });
    fail_everywhere(capacity, true, [](Vector& v) { v.resize(9); });
    fail_everywhere(capacity, true, [](Vector& v) { v.resize(9, v[0]); });
    fail_everywhere(capacity, true, [](Vector& v) { v.insert(v.end(), 7); });
    fail_everywhere(capacity, true, [](Vector& v) { v.insert(v.end(), 4, v[1]); });
    fail_everywhere(capacity, true, [](Vector& v) { v.reserve(100); });
    fail_everywhere(capacity, true, [](Vector& v) { v.shrink_to_fit(); });
  }
  CHECK(Fragile::alive == 0);
}

TEST_CASE("other operations have the basic guarantee", "[container]") {
  const std::vector<Fragile> source(7);
  const Vector other(7);
  for (const std::size_t capacity : {5u, 20u}) {
    fail_everywhere(capacity, false, [](Vector& v) { v.insert(v.begin() + 1, 6); });
    fail_everywhere(capacity, false, [](Vector& v) { v.insert(v.begin() + 1, 4, v[3]); });
    fail_everywhere(capacity, false, [&](Vector& v) { v.insert(v.begin() + 2, source.begin(), source.end()); });
    fail_everywhere(capacity, false, [&](Vector& v) { v.assign(source.begin(), source.end()); });
    fail_everywhere(capacity, false, [&](Vector& v) { v = other; });
    fail_everywhere(capacity, false, [](Vector& v) { v.assign(3, v[1]); });
    fail_everywhere(capacity, false, [](Vector& v) { v.erase(v.begin()); });
    fail_everywhere(capacity, true, [](Vector& v) { const Vector copy(v); });
    fail_everywhere(capacity, true, [](Vector&) { const Vector fresh(10); });
  }
  CHECK(Fragile::alive == static_cast<int>(source.size() + other.size()));
}
