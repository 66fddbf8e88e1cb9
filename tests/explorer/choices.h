#pragma once

// Who decides what an execution leaves open: which thread goes on, and which store a load reads.

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carry::explorer {

/// The threads that can go on.
using Runnable = std::bitset<8>;

class Choices {
 public:
  static constexpr std::size_t none = ~std::size_t{0};

  virtual ~Choices() = default;

  /// The next thread. `current`: the one that would go on by itself, or none, if it cannot or has nothing to do.
  virtual std::size_t thread(std::size_t current, Runnable runnable) = 0;

  /// How many newer stores a load of that location passes over, of `count - 1` at most.
  virtual std::size_t staleness(std::size_t location, std::size_t count) = 0;
};

/// Decides at random, in one of several manners that the seed chooses too: threads that alternate often or seldom; that take turns of very
/// different lengths; or that have priorities, which change at a few places (a schedule that needs d such places is then found with a probability that
/// does not vanish with the length). And loads that are stale often, seldom, or only if they are of a few words.
class RandomChoices final : public Choices {
 public:
  /// `steps`: about how many there will be.
  RandomChoices(std::uint64_t seed, std::size_t steps);
  std::size_t thread(std::size_t current, Runnable runnable) override;
  std::size_t staleness(std::size_t location, std::size_t count) override;

 private:
  std::uint64_t draw();
  bool one_in(std::uint64_t n) { return draw() % n == 0; }
  std::size_t any_of(Runnable runnable);
  std::size_t of_turn(std::size_t current, Runnable runnable);
  std::size_t of_priority(std::size_t current, Runnable runnable);

  static constexpr std::size_t groups = 8;  // of locations
  std::uint64_t state_;
  enum class Manner { alternating, turns, priorities };
  Manner manner_;
  std::size_t turn_ = 0;  // steps that are left of it
  std::uint64_t switch_one_in_;
  std::uint64_t stale_one_in_;
  std::size_t stale_group_;  // beyond `groups`: all
  std::array<std::uint64_t, 8> priority_{};
  std::array<std::size_t, 3> change_at_{};
  std::size_t steps_ = 0;
  std::uint64_t lowest_ = 1000;
};

/// Goes through every execution that departs at most `budget` times from the plainest one, in which threads run to their end and loads read the
/// latest store. A departure is another thread's turn while one could go on, or one load that reads an older store.
class ExhaustiveChoices final : public Choices {
 public:
  explicit ExhaustiveChoices(std::size_t budget) : budget_(budget) {}
  std::size_t thread(std::size_t current, Runnable runnable) override;
  std::size_t staleness(std::size_t location, std::size_t count) override;

  /// Prepares the next execution; false: that was the last.
  bool next();

  /// Prepares the same execution once more.
  void repeat() noexcept { depth_ = departures_ = 0; }

 private:
  struct Choice {
    std::size_t taken;
    std::size_t count;
  };
  std::size_t choose(std::size_t count, bool departs);

  std::size_t budget_;
  std::size_t departures_ = 0;
  std::size_t depth_ = 0;
  std::vector<Choice> path_;
};

}  // namespace carry::explorer
