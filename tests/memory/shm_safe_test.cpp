// What may be a message is decided at compile time: so are these tests, but for the last.

#include "support/catch.h"

#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/memory/shm_safe.h>

#include <any>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <expected>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <list>
#include <locale>
#include <memory>
#include <mutex>
#include <queue>
#include <regex>
#include <span>
#include <stack>
#include <system_error>
#include <thread>
#include <typeindex>
#include <valarray>
#include <vector>

namespace {

using enum carry::detail::Obstacle;
using carry::shm_safe;
namespace place = carry::place;
template <class T>
constexpr auto why = carry::detail::obstacle<T>;

struct Plain {
  int a;
  double b;
};
struct HasPointer {
  int a;
  int* p;
};
struct HasString {
  char name[300];
  Plain plain;
  std::string text;
};
struct BehindArrays {
  int numbers[3][7];
  HasString inner;
};
struct HasReference {
  int a;
  const std::string& text;
};
struct HasVariableReference {
  int& r;
};
struct HasRvalueReference {
  int a;
  int&& r;
};
union Union {
  int i;
  int* p;
};
struct HasAnonymousUnion {
  int a;
  union {
    int i;
    float f;
  };
};
union TrustedUnion {
  int i;
  float f;
};
struct Virtual {
  virtual ~Virtual() = default;
};
struct HasVirtual {
  int a;
  Virtual v;
};
struct Tree {
  int value;
  carry::vector<Tree> children;
  carry::string name;
};
struct TreeWithPointer {
  carry::vector<TreeWithPointer> children;
  int* p;
};
template <class T>
struct AllOfStd {
  std::optional<int> a;
  std::variant<int, carry::string> b;
  std::pair<int, double> c;
  std::tuple<int, char> d;
  std::array<T, 4> e;
};
template <class T>
struct Has {
  int before;
  T it;
  int behind;
};
template <class T>
struct Derived : T {
  int more;
};
struct Arrays {
  Plain some[3];
  HasPointer others[2];
};
struct Bits {
  int a : 3;
  int b : 5;
  const int c;
  double d[2];
  enum class Colour { red } colour;
  bool flag;
};
struct NoDefault {
  explicit NoDefault(int v) : value(v) {}
  int value;
};
struct HasNoDefault {
  NoDefault first;
  int* p;
  NoDefault last;
};
struct TakesAll {
  template <class T>
  TakesAll(T&&) {}
  TakesAll(const TakesAll&) = default;
};
struct Stuck {
  Stuck() = default;
  Stuck(Stuck&&) = delete;
};
class Trusted {
 public:
  const char* text = nullptr;
};

struct Three {
  long long numbers[3];
};

}  // namespace

template <>
inline constexpr bool carry::assume_shm_safe<Trusted> = true;
template <>
inline constexpr bool carry::assume_shm_safe<TrustedUnion> = true;

namespace {

static_assert(shm_safe<int> && shm_safe<int[4]> && shm_safe<Plain> && shm_safe<carry::string> && shm_safe<carry::vector<carry::string>>);
static_assert(shm_safe<std::chrono::nanoseconds> && shm_safe<std::chrono::system_clock::time_point> && shm_safe<std::atomic<int>>);
static_assert(shm_safe<Tree> && shm_safe<AllOfStd<Plain>> && shm_safe<Bits> && shm_safe<Has<TakesAll>> && shm_safe<Has<Stuck>>);
static_assert(shm_safe<Has<carry::offset_ptr<int>>> && shm_safe<Trusted> && shm_safe<Has<Trusted>>);
static_assert(why<int*> == pointer && why<HasPointer> == pointer && why<Arrays> == pointer && why<TreeWithPointer> == pointer);
static_assert(why<AllOfStd<HasPointer>> == pointer && why<Derived<HasPointer>> == pointer && why<Has<void (*)()>> == pointer);
static_assert(why<Has<int Plain::*>> == pointer && why<HasNoDefault> == pointer && why<Has<const char*>> == pointer);
static_assert(why<HasString> == foreign_container && why<BehindArrays> == foreign_container && why<std::vector<int>> == foreign_container);
static_assert(why<carry::vector<std::string>> == foreign_container && why<Has<std::list<int>>> == foreign_container);
static_assert(why<HasReference> == reference && why<HasVariableReference> == unknown && why<Has<std::reference_wrapper<int>>> == reference);
static_assert(why<HasVirtual> == polymorphic && why<Virtual> == polymorphic);
static_assert(why<Has<std::unique_ptr<int>>> == owning_pointer && why<Has<std::shared_ptr<int>>> == owning_pointer);
static_assert(why<Has<std::weak_ptr<int>>> == owning_pointer && why<Has<std::function<void()>>> == function);
static_assert(why<std::mutex> == synchronisation && why<Has<std::thread>> == synchronisation && why<Has<std::condition_variable>> == synchronisation);
static_assert(why<std::atomic<Three>> == locking_atomic && why<std::atomic<int*>> == pointer && why<Has<std::atomic<std::uint64_t>>> == none);

template <class Obstructed, class... Place>
constexpr bool found = std::same_as<decltype(carry::detail::Search<>::in<Obstructed>()), carry::detail::Found<why<Obstructed>, Place...>>;
static_assert(found<HasString, place::field<3>, std::string> && found<BehindArrays, place::field<2>, place::field<3>, std::string>);
static_assert(found<Arrays, place::field<2>, place::element, place::field<2>, int*> && found<HasNoDefault, place::field<2>, place::unnamed>);
static_assert(found<TreeWithPointer, place::field<2>, int*> && found<HasReference, place::field<2>, place::unnamed>);
static_assert(found<AllOfStd<HasPointer>, place::field<5>, place::element, place::field<2>, int*>);
static_assert(found<Derived<HasPointer>, place::field<1>, place::unnamed> && found<int, int> == false);
static_assert(why<Has<std::string_view>> == view && why<Has<std::span<int>>> == view && why<std::optional<std::string_view>> == view);

static_assert(why<std::queue<int>> == foreign_container && why<Has<std::stack<int>>> == foreign_container);
static_assert(why<std::priority_queue<int>> == foreign_container && why<carry::vector<std::queue<int>>> == foreign_container);
static_assert(why<std::stack<int*, carry::vector<int*>>> == pointer && shm_safe<Has<std::stack<int, carry::vector<int>>>>);
static_assert(why<std::expected<std::string, int>> == foreign_container && why<Has<std::expected<int*, int>>> == pointer);
static_assert(why<std::expected<void, std::error_code>> == process_object && shm_safe<Has<std::expected<carry::string, int>>>);
static_assert(why<Has<std::any>> == erased_type && why<Has<std::valarray<int>>> == foreign_container);
static_assert(why<Has<std::filesystem::path>> == foreign_container && why<std::regex> == process_object && why<std::locale> == process_object);
static_assert(why<Has<std::error_code>> == process_object && why<std::error_condition> == process_object);
static_assert(why<Has<std::exception_ptr>> == process_object && why<Has<std::type_index>> == process_object);
static_assert(why<std::initializer_list<int>> == view && why<Has<std::thread::id>> == process_object);
static_assert(why<std::lock_guard<std::mutex>> == synchronisation && why<std::scoped_lock<std::mutex>> == synchronisation);
static_assert(why<std::unique_lock<std::mutex>> == synchronisation && why<Has<std::vector<int>::iterator>> == iterator);
static_assert(why<std::move_iterator<int*>> == iterator && why<Has<std::reverse_iterator<int*>>> == iterator);
static_assert(why<HasRvalueReference> == reference && found<HasRvalueReference, place::field<2>, place::unnamed>);
static_assert(why<Union> == untagged_union && found<Has<Union>, place::field<2>, Union> && why<HasAnonymousUnion> == untagged_union);
static_assert(shm_safe<TrustedUnion> && shm_safe<Has<TrustedUnion>>);

}  // namespace

TEST_CASE("an offset_ptr is a random access iterator and keeps its target when it moves", "[memory]") {
  static_assert(std::random_access_iterator<carry::offset_ptr<int>>);
  static_assert(std::convertible_to<carry::offset_ptr<int>, carry::offset_ptr<const int>>);
  static_assert(!std::convertible_to<carry::offset_ptr<const int>, carry::offset_ptr<int>>);
  int numbers[4] = {1, 2, 3, 4};
  carry::offset_ptr<int> first(numbers);
  const carry::offset_ptr<int> copy = first;
  CHECK(copy.get() == numbers);
  CHECK(first[2] == 3);
  CHECK(*++first == 2);
  CHECK((numbers + 4) - first == 3);
  CHECK(first > copy);
  carry::offset_ptr<void> erased = first;
  CHECK(static_cast<carry::offset_ptr<int>>(erased) == first);
  CHECK(std::pointer_traits<carry::offset_ptr<int>>::pointer_to(numbers[3]).get() == numbers + 3);
  carry::offset_ptr<int> null;
  CHECK_FALSE(null);
  CHECK(null == nullptr);
  null = first;
  first = nullptr;
  CHECK(null.get() == numbers + 1);
  CHECK(first.get() == nullptr);
}
