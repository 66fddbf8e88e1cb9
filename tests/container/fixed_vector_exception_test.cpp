// Operations that throw at their n-th step, for every n: nothing leaks, and where the standard promises it nothing has changed.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/fixed_vector.h>

#include <array>
#include <functional>

using namespace carry::test;
using Vector = carry::fixed_vector<Fragile, 12>;

namespace {

/// Does `operation` to {0, 1, ..., 4}, and lets it throw at its first, second, ... step until it succeeds.
void fail_everywhere(bool strong, const std::function<void(Vector&)>& operation) {
  for (int step = 0;; ++step) {
    Fragile::operations_left = -1;
    Vector values;
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
    if (values.size() == Vector::capacity()) values.pop_back();
    values.push_back(Fragile(9));  // Still usable.
    CHECK(values.back().value == 9);
    if (!thrown) return;
  }
}

}  // namespace

TEST_CASE("operations at a fixed_vector's end have the strong guarantee", "[container]") {
  const std::array<Fragile, 4> four{};
  fail_everywhere(true, [](Vector& v) { v.emplace_back(6); });
  fail_everywhere(true, [](Vector& v) { v.push_back(v[2]); });
  fail_everywhere(true, [](Vector& v) { static_cast<void>(v.try_push_back(v[2])); });
  fail_everywhere(true, [](Vector& v) { v.unchecked_push_back(v[2]); });
  fail_everywhere(true, [](Vector& v) { v.resize(9); });
  fail_everywhere(true, [](Vector& v) { v.resize(9, v[0]); });
  fail_everywhere(true, [](Vector& v) { v.insert(v.end(), 7); });
  fail_everywhere(true, [](Vector& v) { v.insert(v.end(), 4, v[1]); });
  fail_everywhere(true, [&](Vector& v) { v.append_range(four); });
  CHECK(Fragile::alive == 4);
}

TEST_CASE("other operations of a fixed_vector have the basic guarantee", "[container]") {
  const std::array<Fragile, 7> source{};
  const Vector other(7);
  Vector shorter(3);
  fail_everywhere(false, [](Vector& v) { v.insert(v.begin() + 1, 6); });
  fail_everywhere(false, [](Vector& v) { v.insert(v.begin() + 1, 4, v[3]); });
  fail_everywhere(false, [&](Vector& v) { v.insert(v.begin() + 2, source.begin(), source.end()); });
  fail_everywhere(false, [&](Vector& v) { v.assign(source.begin(), source.end()); });
  fail_everywhere(false, [&](Vector& v) { v.try_append_range(source); });
  fail_everywhere(false, [&](Vector& v) { v = other; });
  fail_everywhere(false, [&](Vector& v) { v.swap(shorter); });
  fail_everywhere(false, [](Vector& v) { v.assign(3, v[1]); });
  fail_everywhere(false, [](Vector& v) { v.erase(v.begin()); });
  fail_everywhere(false, [](Vector& v) { const Vector moved(std::move(v)); });
  fail_everywhere(true, [](Vector& v) { const Vector copy(v); });
  fail_everywhere(true, [](Vector&) { const Vector fresh(10); });
  fail_everywhere(true, [&](Vector&) { const Vector fresh(source.begin(), source.end()); });
  CHECK(Fragile::alive == static_cast<int>(source.size() + other.size() + shorter.size()));
}
