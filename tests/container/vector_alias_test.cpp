// Arguments that are parts of the vector they are handed to.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/vector.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

using namespace carry::test;

namespace {

struct Node {
  carry::string name;
  carry::vector<Node> children;
  bool operator==(const Node&) const = default;
};

/// Long enough for memory of its own, which is freed too early if a string is used too late.
std::string name(int number) { return "a name that does not fit into the object " + std::to_string(number); }

/// Does the operation to a vector without room and to one with room, and to std's: all have the same elements then.
template <class Operation>
void same_as_std(Operation operation) {
  for (const std::size_t capacity : {4u, 50u}) {
    carry::vector<carry::string> ours;
    std::vector<std::string> theirs;
    ours.reserve(capacity);
    theirs.reserve(capacity);
    for (int i = 0; i != 4; ++i) {
      ours.emplace_back(name(i));
      theirs.push_back(name(i));
    }
    operation(ours);
    operation(theirs);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i != theirs.size(); ++i) CHECK(ours[i] == theirs[i]);
  }
}

carry::vector<Node> tree(std::size_t capacity) {
  carry::vector<Node> nodes;
  nodes.reserve(capacity);
  for (int i = 0; i != 3; ++i) nodes.push_back(Node{.name = name(i), .children = {}});
  for (int i = 0; i != 4; ++i) {
    Node& child = nodes[1].children.emplace_back(Node{.name = name(10 + i), .children = {}});
    for (int j = 0; j != 3; ++j) child.children.push_back(Node{.name = name(100 + 10 * i + j), .children = {}});
  }
  return nodes;
}

}  // namespace

TEST_CASE("elements of a vector are arguments of its own functions", "[container]") {
  same_as_std([](auto& v) { v.push_back(v[0]); });
  same_as_std([](auto& v) { v.push_back(std::move(v[1])); });
  same_as_std([](auto& v) { v.emplace_back(v.front()); });
  same_as_std([](auto& v) { v.insert(v.begin(), v.back()); });
  same_as_std([](auto& v) { v.emplace(v.begin() + 1, v.back()); });
  same_as_std([](auto& v) { v.insert(v.begin() + 2, 3, v[2]); });
  same_as_std([](auto& v) { v.resize(9, v[3]); });
  same_as_std([](auto& v) { v = *&v; });
}

TEST_CASE("elements of a vector are moved within it, and assigned to all of it", "[container]") {  // more than std promises
  for (const std::size_t capacity : {4u, 50u}) {
    carry::vector<carry::string> values;
    values.reserve(capacity);
    for (int i = 0; i != 4; ++i) values.emplace_back(name(i));
    values.insert(values.begin() + 1, std::move(values.back()));
    CHECK(values == carry::vector<carry::string>{name(0), name(3), name(1), name(2), ""});
    values.assign(3, values[2]);
    CHECK(values == carry::vector<carry::string>(3, carry::string(name(1))));
    values.assign(60, values[2]);
    CHECK(values == carry::vector<carry::string>(60, carry::string(name(1))));
  }
}

TEST_CASE("a vector is assigned from one that an element of it holds", "[container]") {
  for (const std::size_t capacity : {3u, 50u}) {
    for (const std::size_t which : {0u, 1u}) {
      carry::vector<Node> nodes = tree(capacity);
      if (which == 0) std::swap(nodes[0], nodes[1]);
      const carry::vector<Node> children = nodes[which].children;
      auto moved = nodes;
      auto& held = nodes[which].children;
      nodes = held;
      CHECK(nodes == children);
      moved = std::move(moved[which].children);
      CHECK(moved == children);
    }
  }
  carry::vector<Node> nodes = tree(3);
  const carry::vector<Node> children = nodes[1].children;
  nodes.assign(nodes[1].children.begin(), nodes[1].children.end());  // more than there is room for, as std's
  CHECK(nodes == children);
}

TEST_CASE("assigning more than there is room for has the strong guarantee", "[container]") {
  const std::vector<Fragile> source(9);
  carry::vector<Fragile> values{Fragile(1), Fragile(2)};
  const carry::vector<Fragile> before(values);
  for (int step = 0; step != 9; ++step) {
    Fragile::operations_left = step;
    CHECK_THROWS_AS(values.assign(source.begin(), source.end()), std::runtime_error);
    Fragile::operations_left = step;
    CHECK_THROWS_AS(values.assign(9, source[0]), std::runtime_error);
    Fragile::operations_left = -1;
    CHECK(values == before);
  }
  values.assign(source.begin(), source.end());
  CHECK(values.size() == 9);
}

TEST_CASE("assigning what there is room for keeps the elements' memory", "[container]") {
  carry::vector<carry::string> values{name(1), name(2)};
  const char* const memory = values[0].data();
  values.assign_range(std::vector<std::string>{name(3)});
  CHECK(values[0] == name(3));
  CHECK(values[0].data() == memory);
}

TEST_CASE("elements that are moved from their places are counted before", "[container]") {
  carry::vector<MoveOnly> source;
  for (int i = 0; i != 100; ++i) source.emplace_back(i);
  const carry::vector<MoveOnly> values(std::move_iterator(source.begin()), std::move_iterator(source.end()));
  CHECK(values.size() == 100);
  CHECK(values.capacity() == 100);
}
