// What a publisher reads from its readers: cursors and claims. A script publishes, joins and leaves, and changes every word of readers that lie; one
// honest reader has what it holds as it was, and under a gate loses nothing.

#include "fuzz/target.h"
#include "ring/ring_fixture.h"

#include <deque>
#include <optional>

namespace {

using carry::fuzz::require;
using carry::ring::Claimed;
using carry::ring::Reader;
using carry::ring::Writer;
using carry::test::RingFixture;

constexpr std::size_t most_readers = 6;

std::uint64_t value_of(const Claimed& claimed) { return *reinterpret_cast<const std::uint64_t*>(claimed.message); }

class World {
 public:
  World(std::size_t capacity, bool gated) : ring_(capacity, gated), gated_(gated), honest_(ring_.join(3)) {}
  ~World() {
    for (const auto& sample : held_) sample.first.claim->store(0);
    ring_.writer->destroy_all();
  }

  void step(carry::fuzz::Input& input) {
    switch (input.byte() % 8) {
      case 0: publish(); break;
      case 1: take(); break;
      case 2: release(); break;
      case 3: lie(input); break;
      case 4: join(input.byte()); break;
      case 5: leave(); break;
      case 6: (void)ring_.writer->reclaim(); break;
      default: look(input.byte()); break;
    }
    for (const auto& [sample, value] : held_) require(value_of(sample) == value, "what a sample holds stays as it is");
  }

 private:
  void publish() {
    if (ring_.publish(published_ + 1)) ++published_;
    else if (ring_.readers.size() == 1 && !gated_) require(!held_.empty(), "nobody who holds nothing keeps a publisher from overwriting");
  }
  void take() {
    Claimed claimed;
    const auto outcome = honest_->try_take(claimed);
    require(outcome != Reader::Outcome::malformed, "a publisher's ring is sound, whatever its readers say");
    if (outcome != Reader::Outcome::taken) return;
    const std::uint64_t value = value_of(claimed);
    require(value > last_ && value <= published_, "messages come in order");
    require(!gated_ || value == last_ + 1, "under a gate nothing is lost");
    last_ = value;
    held_.emplace_back(claimed, value);
  }
  void release() {
    if (held_.empty()) return;
    held_.front().first.claim->store(0);
    held_.pop_front();
  }
  void lie(carry::fuzz::Input& input) {
    const std::size_t which = input.byte();
    const std::size_t word = input.byte() % 8;
    const std::uint64_t value = carry::fuzz::interesting_number(input);
    if (ring_.readers.size() == 1) return;
    auto& record = *ring_.readers[1 + which % (ring_.readers.size() - 1)]->record;
    // About what is published at the moment, or anything.
    const std::uint64_t told = value < 16 ? ring_.writer->next() - value : value;
    if (word == 0) record.cursor = told;
    else record.claims[word - 1] = told;
  }
  void join(std::uint8_t kind) {
    if (ring_.readers.size() == most_readers) return;
    auto [reader, memory] = ring_.connect(kind % 8, kind % 16 >= 8);
    memory->pending = kind >= 224;
  }
  void leave() {
    ring_.dead.clear();
    if (ring_.readers.size() > 1) ring_.leave(ring_.readers.size() - 1);
  }
  void look(std::uint8_t kind) {
    if (kind % 4 == 0) ring_.epoch.fetch_add(1);
    if (kind % 4 == 1) ring_.dead.assign(ring_.readers.size() > 1 ? 1 : 0, ring_.readers.size() - 1);
    if (kind % 4 == 2) (void)ring_.writer->awaits(Writer::Whose::other_processes);
    if (kind % 4 == 3) require(ring_.writer->may_have_readers(), "the honest reader is there");
  }

  RingFixture ring_;
  bool gated_;
  std::unique_ptr<Reader> honest_;
  std::deque<std::pair<Claimed, std::uint64_t>> held_;
  std::uint64_t published_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  std::vector<std::string> seeds;
  for (const unsigned kind : {0u, 1u, 6u, 7u}) {
    Output output;
    output.byte(kind);
    for (unsigned i = 0; i != 12; ++i) output.byte(0).byte(1).byte(4).byte(7).byte(3).byte(i).byte(i).byte(i * 21).byte(0).byte(i % 3 == 0 ? 2 : 0);
    output.byte(6).byte(7).byte(0).byte(0).byte(5).byte(0).byte(1);
    seeds.push_back(output.text());
  }
  return seeds;
}

/// A byte: capacity and policy; then a script.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  const std::uint8_t kind = input.byte();
  World world(1 + kind / 2 % 8, kind % 2 != 0);
  for (int steps = 0; !input.is_empty() && steps != 256; ++steps) world.step(input);
  return 0;
}
