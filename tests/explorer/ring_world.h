#pragma once

// A ring, the segment words around it and its readers, in the model's memory. The Writer and the Reader are the library's own; what the domain does for them,
// ports and the epoch, is here in words of its own: a port is one word.

#include <carry/publish_subscribe/sample.h>
#include <carry/ring/reader.h>
#include <carry/ring/writer.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace carry::explorer {

inline constexpr std::size_t most_readers = 2;
inline constexpr std::size_t most_claims = 2;
inline constexpr ring::Sequence most_sequences = 64;

struct Shape {
  std::size_t capacity = 1;
  std::size_t window = 1;
  bool gated = false;
  std::uint64_t history = 0;
  std::size_t claims = 1;  // of each reader
  bool has_destructor = true;
  std::array<bool, most_readers> older{true, true};  // than the publisher
};

/// Sixteen bytes that say to which sequence they belong.
struct Message {
  std::uint64_t sequence = 0;
  std::uint64_t inverted = 0;
};

/// A sample, and what it must contain.
struct Taken {
  Sample<Message> sample;
  ring::Sequence sequence = 0;

  explicit operator bool() const noexcept { return static_cast<bool>(sample); }
  void check() const;
  /// Checks once more, and ends.
  void release();
};

class RingWorld {
 public:
  explicit RingWorld(const Shape& shape);
  ~RingWorld();
  RingWorld(const RingWorld&) = delete;
  RingWorld& operator=(const RingWorld&) = delete;

  // The publisher's thread.
  bool publish();
  void publish_all(std::size_t count);  // Each is tried a few times, if the ring is full.
  ring::Writer& writer() noexcept { return *writer_; }

  // Before the threads: a subscriber that is older than the publisher, and will join.
  void await(std::size_t k);

  // The thread of reader k.
  void join(std::size_t k);
  Taken take(std::size_t k);
  void take_and_release(std::size_t k, std::size_t attempts);
  ring::Reader& reader(std::size_t k) noexcept { return *ends_[k].reader; }
  /// Detaches, waits until nothing is held, takes the port away. False: something is held still.
  bool leave(std::size_t k, std::size_t attempts);

  /// Holds a sample to the end.
  void keep(Taken taken);

  // A sample that goes from one thread to another.
  void hand_over(Taken taken);
  Taken receive(std::size_t attempts);

  /// When the threads have ended: everybody reads to the end, and the numbers agree.
  void finish();

  /// What a word of the arena is.
  std::string name_of(std::size_t word) const;

 private:
  enum Port : std::uint64_t { no_port, awaited, connected };

  struct alignas(64) Slot {
    ring::SharedWord stamp;
    Message message;
  };
  struct alignas(64) Words {
    ring::SharedWord epoch;
    std::array<ring::SharedWord, most_readers> ports;
    ring::SharedWord handed_over;
  };
  struct End {
    std::optional<ring::Reader> reader;
    ring::ReaderRecord* record = nullptr;
    bool older = false;
    bool joined = false;
    bool left = false;
    ring::Sequence start = 0;
    std::vector<ring::Sequence> received;
  };

  static void destroy(void* message) noexcept;
  bool rescan(std::vector<ring::ReaderView>& readers);
  void account(End& end);

  Shape shape_;
  Words* words_;
  ring::RingHeader* header_;
  Slot* slots_;
  std::array<End, most_readers> ends_;
  ring::Writer* writer_;
  std::array<bool, most_sequences> published_{};
  ring::Sequence begun_ = 0;  // the last sequence that a message was made for
  Taken handed_over_;
  Taken kept_;
};

/// Fails the execution if the condition does not hold.
void require(bool condition, const char* check, const char* what);

}  // namespace carry::explorer
