#include "support/catch.h"

#include <carry/domain/kept.h>

#include <functional>
#include <string>
#include <vector>

using carry::domain::Kept;
using carry::domain::KeptList;

namespace {

/// Finished when told; calls back when it ends.
class Thing final : public Kept {
 public:
  Thing(const bool& finished, std::function<void()> at_end) : finished_(finished), at_end_(std::move(at_end)) {}
  ~Thing() override { at_end_(); }
  bool finished() noexcept override { return finished_; }

 private:
  const bool& finished_;
  std::function<void()> at_end_;
};

}  // namespace

TEST_CASE("what is kept ends when it is finished, in any order", "[domain]") {
  KeptList list;
  bool finished[3] = {};
  std::string ended;
  for (int i = 0; i != 3; ++i) list.add(std::make_unique<Thing>(finished[i], [&ended, i] { ended += static_cast<char>('0' + i); }));
  list.finish();
  CHECK(ended.empty());
  for (const int i : {1, 2, 0}) {
    finished[i] = true;
    list.finish();
  }
  CHECK(ended == "120");
}

TEST_CASE("what waits for another thing that is kept ends with it", "[domain]") {
  bool first_finished = false;
  bool second_finished = false;
  bool both_ended = false;
  for (const bool reversed : {false, true}) {
    KeptList list;
    first_finished = second_finished = both_ended = false;
    auto first = std::make_unique<Thing>(first_finished, [&] { second_finished = true; });
    auto second = std::make_unique<Thing>(second_finished, [&] { both_ended = true; });
    list.add(reversed ? std::move(second) : std::move(first));
    list.add(reversed ? std::move(first) : std::move(second));
    list.finish();
    CHECK_FALSE(both_ended);
    first_finished = true;
    list.finish();
    CHECK(both_ended);
  }
}

TEST_CASE("what ends may come back to the list", "[domain]") {
  KeptList list;
  const bool finished = true;
  const bool unfinished = false;
  int ended = 0;
  list.add(std::make_unique<Thing>(unfinished, [] {}));
  list.add(std::make_unique<Thing>(finished, [&] {
    ++ended;
    list.add(std::make_unique<Thing>(finished, [&] { ++ended; }));
    list.finish();
  }));
  list.finish();
  CHECK(ended == 2);
}
