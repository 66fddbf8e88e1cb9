// Every operation of every container with the first, the second, the third ... allocation failing, until it succeeds: nothing leaks, and what the
// standard promises of a failed operation holds.

#include "shortage/failing_heap.h"
#include "support/catch.h"

#include <carry/container/fixed_vector.h>
#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>

#include <array>
#include <new>
#include <string>
#include <utility>
#include <vector>

using carry::test::FailingHeap;

namespace {

/// What holds of the container when the operation failed: it is as it was; or it is sound, and can be used.
enum class Guarantee { strong, basic };

template <class C>
struct Operation {
  const char* name;
  Guarantee guarantee;
  void (*run)(C&);
};

carry::string text(int number) { return carry::string("text that does not fit inside of the object, number " + std::to_string(number)); }

template <class C>
bool finds_its_elements(const C& container) {
  for (auto it = container.begin(); it != container.end(); ++it) {
    if constexpr (requires { typename C::mapped_type; }) {
      if (container.find(it->first) != it) return false;
    } else if constexpr (requires { typename C::key_type; }) {
      if (container.find(*it) != it) return false;
    }
  }
  return true;
}

/// Goes through all of it, and changes it.
template <class C>
bool is_sound(C& container) {
  if (!finds_its_elements(container)) return false;
  std::size_t count = 0;
  for (auto it = container.begin(); it != container.end(); ++it) ++count;
  const bool is_counted = count == container.size();
  C copy(container);
  const bool is_equal = copy == container;
  container = C();
  container.swap(copy);
  return is_counted && is_equal;
}

template <class C>
void check(C (*make)(), const std::vector<Operation<C>>& operations) {
  for (const Operation<C>& operation : operations) {
    const std::size_t blocks_before = FailingHeap::live_blocks;
    bool succeeded = false;
    for (int n = 0; !succeeded; ++n) {
      INFO(operation.name << ", allocation " << n << " fails");
      REQUIRE(n < 1000);
      {
        C container = make();
        FailingHeap::allocations_left = n;
        try {
          operation.run(container);
          succeeded = true;
        } catch (const std::bad_alloc&) {
        }
        FailingHeap::allocations_left = -1;
        if (!succeeded && operation.guarantee == Guarantee::strong) {
          const bool is_as_it_was = container == make();
          CHECK(is_as_it_was);
        }
        CHECK(is_sound(container));
        if (succeeded) CHECK(n > 0);  // else it would be no operation for this test
      }
      CHECK(FailingHeap::live_blocks == blocks_before);
      CHECK_FALSE(FailingHeap::was_misused);
    }
  }
  CHECK(FailingHeap::live_blocks == 0);
  CHECK(FailingHeap::live_bytes == 0);
}

constexpr auto strong = Guarantee::strong;
constexpr auto basic = Guarantee::basic;

/// A few texts, ready before anything fails: in ordinary memory.
const std::array<std::string, 3> more{std::string(50, 'x'), std::string(60, 'y'), std::string(70, 'a')};

}  // namespace

TEST_CASE("a vector survives allocations that fail", "[shortage]") {
  using V = carry::vector<carry::string>;
  check<V>([] { return V{text(1), text(2), text(3)}; }, {{"copy", strong, [](V& v) { V copy(v); }},
                                                         {"copy assignment", basic,
                                                          [](V& v) {
                                                            const V other{text(4), text(5), text(6), text(7)};
                                                            v = other;
                                                          }},
                                                         {"push_back", strong, [](V& v) { v.push_back(text(4)); }},
                                                         {"push_back of its own", strong, [](V& v) { v.push_back(v.front()); }},
                                                         {"emplace in front", basic, [](V& v) { v.emplace(v.begin(), more[0]); }},
                                                         {"insert a range", basic, [](V& v) { v.insert(v.begin() + 1, more.begin(), more.end()); }},
                                                         {"append a range", strong, [](V& v) { v.append_range(more); }},
                                                         {"insert copies", basic, [](V& v) { v.insert(v.begin(), 3, v.back()); }},
                                                         {"resize", strong, [](V& v) { v.resize(20); }},
                                                         {"resize with copies", strong, [](V& v) { v.resize(20, v.front()); }},
                                                         {"reserve", strong, [](V& v) { v.reserve(20); }},
                                                         {"shrink", basic,
                                                          [](V& v) {
                                                            v.pop_back();
                                                            v.shrink_to_fit();
                                                          }},
                                                         {"assign", basic, [](V& v) { v.assign(more.begin(), more.end()); }},
                                                         {"assign copies", basic, [](V& v) { v.assign(9, v.front()); }}});
}

TEST_CASE("a string survives allocations that fail", "[shortage]") {
  using S = carry::string;
  check<S>([] { return text(1); }, {{"copy", strong, [](S& s) { S copy(s); }},
                                    {"append", strong, [](S& s) { s.append(more[2]); }},
                                    {"append itself", strong, [](S& s) { s += s; }},
                                    {"insert", strong, [](S& s) { s.insert(3, more[2]); }},
                                    {"replace", strong, [](S& s) { s.replace(2, 5, more[2]); }},
                                    {"assign", strong, [](S& s) { s = std::string(300, 'x'); }},
                                    {"push_back", strong,
                                     [](S& s) {
                                       const std::size_t size = s.size();
                                       try {
                                         while (s.size() != 200) s.push_back('x');
                                       } catch (...) {
                                         s.resize(size);
                                         throw;
                                       }
                                     }},
                                    {"reserve", strong, [](S& s) { s.reserve(500); }},
                                    {"resize", strong, [](S& s) { s.resize(500, 'z'); }},
                                    {"concatenate", strong, [](S& s) { (void)(s + more[0]).size(); }},
                                    {"substr", strong, [](S& s) { (void)s.substr(1).size(); }}});
}

TEST_CASE("a list survives allocations that fail", "[shortage]") {
  using L = carry::list<carry::string>;
  check<L>([] { return L{text(3), text(1), text(2)}; },
           {{"copy", strong, [](L& l) { L copy(l); }},
            {"copy assignment", basic,
             [](L& l) {
               const L other{text(4), text(5), text(6), text(7)};
               l = other;
             }},
            {"push_front", strong, [](L& l) { l.push_front(l.back()); }},
            {"insert a range", strong, [](L& l) { l.insert(std::next(l.begin()), more.begin(), more.end()); }},
            {"insert copies", strong, [](L& l) { l.insert(l.begin(), 3, l.back()); }},
            {"resize", strong, [](L& l) { l.resize(6); }},
            {"assign", basic, [](L& l) { l.assign(more.begin(), more.end()); }},
            {"assign copies", strong, [](L& l) { l.assign(4, l.front()); }},
            {"splice what is made", strong, [](L& l) { l.splice(l.end(), L{text(8)}); }}});
}

TEST_CASE("flat containers survive allocations that fail", "[shortage]") {
  using S = carry::flat_set<carry::string>;
  check<S>([] { return S{text(3), text(1), text(2)}; }, {{"copy", strong, [](S& s) { S copy(s); }},
                                                         {"insert", strong, [](S& s) { s.insert(text(0)); }},
                                                         {"emplace", strong, [](S& s) { s.emplace(more[0]); }},
                                                         {"insert a range", strong, [](S& s) { s.insert(more.begin(), more.end()); }},
                                                         {"assign", basic, [](S& s) { s = {text(7), text(6)}; }},
                                                         {"copy assignment", basic,
                                                          [](S& s) {
                                                            const S other{text(6), text(7), text(8)};
                                                            s = other;
                                                          }},
                                                         {"reserve", strong, [](S& s) { s.reserve(30); }}});
  using M = carry::flat_map<carry::string, carry::string>;
  check<M>([] { return M{{text(3), text(0)}, {text(1), text(0)}}; },
           {{"copy", strong, [](M& m) { M copy(m); }},
            {"try_emplace", strong, [](M& m) { m.try_emplace(text(2), more[0]); }},
            {"operator[]", strong, [](M& m) { (void)m[text(2)]; }},
            {"insert_or_assign", strong, [](M& m) { m.insert_or_assign(text(2), more[1].c_str()); }},
            {"insert a range", basic, [](M& m) { m.insert({{text(5), text(6)}, {text(4), text(7)}}); }},
            {"copy assignment", basic, [](M& m) {
               const M other{{text(9), text(8)}};
               m = other;
             }}});
}

TEST_CASE("unordered containers survive allocations that fail", "[shortage]") {
  using S = carry::unordered_set<carry::string>;
  check<S>([] { return S{text(3), text(1), text(2)}; }, {{"copy", strong, [](S& s) { S copy(s); }},
                                                         {"insert", strong, [](S& s) { s.insert(text(0)); }},
                                                         {"insert a range", basic, [](S& s) { s.insert(more.begin(), more.end()); }},
                                                         {"rehash", strong, [](S& s) { s.rehash(100); }},
                                                         {"reserve", strong, [](S& s) { s.reserve(100); }},
                                                         {"merge", strong,
                                                          [](S& s) {
                                                            S other{text(7), text(1)};
                                                            s.merge(other);
                                                          }},
                                                         {"copy assignment", basic, [](S& s) {
                                                            const S other{text(9), text(8)};
                                                            s = other;
                                                          }}});
  using M = carry::unordered_map<carry::string, carry::string>;
  check<M>([] { return M{{text(3), text(0)}, {text(1), text(0)}}; },
           {{"copy", strong, [](M& m) { M copy(m); }},
            {"try_emplace", strong, [](M& m) { m.try_emplace(text(2), more[0]); }},
            {"operator[]", strong, [](M& m) { (void)m[text(2)]; }},
            {"insert_or_assign", strong, [](M& m) { m.insert_or_assign(text(2), text(4)); }},
            {"insert a range", basic, [](M& m) { m.insert({{text(5), text(6)}, {text(4), text(7)}}); }},
            {"reserve", strong, [](M& m) { m.reserve(100); }},
            {"copy assignment", basic, [](M& m) {
               const M other{{text(9), text(8)}};
               m = other;
             }}});
}

TEST_CASE("nested containers survive allocations that fail", "[shortage]") {
  using N = carry::unordered_map<carry::string, carry::vector<carry::flat_map<int, carry::string>>>;
  check<N>([] { return N{{text(1), {{{1, text(2)}, {2, text(3)}}}}}; },
           {{"copy", strong, [](N& n) { N copy(n); }},
            {"copy assignment", basic,
             [](N& n) {
               const N other{{text(4), {{{5, text(6)}}}}};
               n = other;
             }},
            {"change inside", basic, [](N& n) { n.begin()->second.emplace_back()[7] = text(8); }},
            {"add outside", basic, [](N& n) { n[text(9)].emplace_back()[1] = text(1); }}});
  using F = carry::fixed_vector<carry::string, 8>;
  check<F>([] { return F{text(1), text(2)}; }, {{"copy", strong, [](F& f) { F copy(f); }},
                                                {"push_back", strong, [](F& f) { f.push_back(text(3)); }},
                                                {"append a range", strong, [](F& f) { f.append_range(more); }},
                                                {"insert", basic, [](F& f) { f.insert(f.begin(), more.begin(), more.end()); }}});
}
