// Armed words and bells' records, and the bells that a publisher opens because of them.

#include "fuzz/target.h"
#include "support/forged_segment.h"
#include "support/linux/private_runtime.h"

#include <carry/domain/ringer.h>
#include <carry/platform/bell.h>

#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>

namespace {

using carry::domain::Peer;
using carry::domain::Ringer;
using carry::domain::Sleeper;

constexpr std::size_t segment_bytes = carry::domain::minimum_reserved_bytes;
constexpr carry::platform::ParticipantId id{.high = 1, .low = 2};
constexpr std::size_t sleepers = 3;

struct World {
  carry::test::PrivateRuntime runtime;
  carry::platform::DomainDirectory directory = runtime.open().value();
  carry::platform::Bell bell = carry::platform::Bell::make(directory, id, 1).value();
  std::unique_ptr<std::byte[]> bytes = std::make_unique<std::byte[]>(segment_bytes);
  carry::test::ForgedSegment segment{{bytes.get(), segment_bytes}, id};
  std::shared_ptr<Peer> peer = Peer::own(id, segment.base(), segment_bytes);
  std::uint64_t armed = segment.allocate(sleepers * 64);
  std::uint64_t record = segment.allocate(64);

  World() {
    spdlog::set_level(spdlog::level::off);
    const auto planted = [&](int number) { return runtime.domain_path() / (id.to_string() + "." + std::to_string(number) + ".bell"); };
    std::filesystem::create_directory(planted(2));
    std::filesystem::create_symlink("nowhere", planted(3));
    std::filesystem::create_symlink(planted(1), planted(4));
  }
};
World& world() {
  static World one;
  return one;
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  Output sound;
  for (unsigned number = 1; number != 6; ++number)
    sound.byte(1).byte(255).number(std::uint64_t{number} << 32 | 5).byte(0).byte(number).byte(255).number(world().record).byte(2);
  return {sound.text(), Output().byte(0).byte(0).byte(63).byte(2).byte(0).byte(1).byte(100).byte(2).text()};
}

/// A script: arms a sleeper, changes the bell's record, or publishes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto& w = world();
  carry::fuzz::Input input(data, size);
  Ringer ringer(w.directory);
  const auto listen = [&] {
    std::vector<Sleeper> all;
    for (std::size_t i = 0; i != sleepers; ++i) all.push_back({.peer = w.peer, .armed = &w.segment.word(w.armed + i * 64), .bell = {}});
    ringer.set_sleepers(std::move(all));
  };
  for (std::size_t i = 0; i != sleepers; ++i) w.segment.word(w.armed + i * 64) = 0;
  w.segment.word(w.record) = 0;
  listen();
  for (int steps = 0; !input.is_empty() && steps != 64; ++steps) {
    switch (input.byte() % 4) {
      case 0: {
        const std::size_t sleeper = input.byte() % sleepers;
        w.segment.word(w.armed + sleeper * 64) = carry::fuzz::interesting_number(input);
        break;
      }
      case 1: w.segment.word(w.record) = carry::fuzz::interesting_number(input); break;
      case 2: ringer.ring_armed(); break;
      default: listen();
    }
  }
  w.bell.drain();
  return 0;
}
