#include "event/conformance.h"
#include "event/file_pair.h"

#include <carry/event/bell_notifier.h>
#include <carry/event/bell_observer.h>
#include <carry/event/shm_atomic_notifier.h>
#include <carry/event/shm_atomic_observer.h>

using namespace carry;
using namespace carry::test;

namespace {

struct ShmAtomicPair {
  static constexpr auto name = "shm-atomic";
  template <class P>
  using Notifier = event::BasicShmAtomicNotifier<P>;
  template <class P>
  using Observer = event::BasicShmAtomicObserver<P>;
};

struct BellPair {
  static constexpr auto name = "bell";
  template <class P>
  using Notifier = event::BasicBellNotifier<P>;
  template <class P>
  using Observer = event::BasicBellObserver<P>;
};

struct FilePair {
  static constexpr auto name = "file";
  template <class P>
  using Notifier = somebody::FileNotifier<P>;
  template <class P>
  using Observer = somebody::FileObserver<P>;
};

}  // namespace

TEMPLATE_TEST_CASE("notifiers and observers in shared memory conform", "[event]", ShmAtomicPair, BellPair) { conforms<TestType>(); }

TEST_CASE("a pair that somebody else has written conforms, and works in a publisher and a subscriber", "[event]") { conforms<FilePair>(); }

TEST_CASE("an id is used with one payload only", "[event]") {
  const auto id = fresh_topic("payload");
  event::BasicShmAtomicNotifier<Reading> notifier;
  REQUIRE_FALSE(notifier.initialize(id));
  event::ShmAtomicObserver observer;
  REQUIRE_FALSE(observer.initialize(id));
  CHECK(observer.subscribe() == Errc::type_mismatch);
  // Messages with the same name are something else.
  publish_subscribe::Publisher<Number> publisher(id);
  CHECK_FALSE(publisher.initialize());
}

TEST_CASE("a wait for notifications ends when a stop is requested", "[event]") {
  event::BellObserver observer;
  REQUIRE_FALSE(observer.initialize(fresh_topic("stopped")));
  REQUIRE_FALSE(observer.subscribe());
  std::stop_source stop;
  std::thread stopping([&] { stop.request_stop(); });
  CHECK(observer.receive(event::WaitLimit{.stop = stop.get_token()}, [](std::uint64_t) { return std::error_code(); }) == Errc::cancelled);
  stopping.join();
}
