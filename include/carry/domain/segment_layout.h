#pragma once

// What a participant's segment looks like to the others.
//
//   0        SegmentHeader (one page): who, how large, where things lie, statistics
//   4 KiB    port table: fixed records of 128 bytes, committed as it fills
//   ~8 MiB   heap: rings, reader records, descriptors, and whatever carry::allocator hands out
//
// Constant once the segment is visible, except for the atomic words. Written by its owner only; everybody else maps it read-only.
// A change here is a new layout_version.

#include <carry/memory/heap_statistics.h>
#include <carry/platform/participant_id.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace carry::domain {

using SharedWord = std::atomic<std::uint64_t>;

inline constexpr std::uint64_t segment_magic = 0x7972'7261'6373'6567;  // "gescarry" read backwards
inline constexpr std::uint32_t layout_version = 3;
inline constexpr std::size_t port_capacity = 65536;
inline constexpr std::size_t ports_offset = 4096;
inline constexpr std::size_t heap_offset = 8u * 1024 * 1024 + 65536;
inline constexpr std::size_t minimum_reserved_bytes = heap_offset + std::size_t{16} * 65536;

/// What both sides must agree on to read each other's memory: pointer size and byte order, as they lie in memory.
inline constexpr std::uint32_t abi_tag = 0x0102'0300 + sizeof(void*);

/// The birth of a publisher's port from when it is visible until its number is drawn: whoever sees this was there first.
inline constexpr std::uint64_t not_born_yet = ~std::uint64_t{0};

enum class PortKind : std::uint64_t { none = 0, publisher = 1, subscriber = 2, reader = 3, notifier = 4, observer = 5 };
constexpr bool is_known(PortKind kind) noexcept { return kind >= PortKind::publisher && kind <= PortKind::observer; }

/// One port. The state word says whether the rest may be believed: it is stored last when the port comes and first when it goes.
struct PortRecord {
  SharedWord state;              // generation << 8 | PortKind; the generation grows with every use of the record
  SharedWord port_id;            // unique within the participant, never used again
  SharedWord birth;              // domain-wide order in which ports came to be
  SharedWord topic_hash;         // of the topic's name
  SharedWord descriptor_offset;  // of the TopicDescriptor, from the start of the segment
  SharedWord body_offset;        // publisher: RingHeader; reader: ReaderRecord; subscriber: SubscriberRecord, 0 while it only polls
  SharedWord target_high;        // reader: the publisher's participant
  SharedWord target_low;
  SharedWord target_port;  // reader: the publisher's port_id
  SharedWord owner_port;   // reader: port_id of the subscriber it belongs to
  SharedWord claim_count;  // reader
  std::array<SharedWord, 5> unused;
};

/// A topic's name and a message's type. The words behind this head are text: the topic's name, the type's, and the type's structure.
struct TopicDescriptor {
  SharedWord message_bytes;
  SharedWord message_alignment;
  SharedWord type_version;
  SharedWord structure_hash;   // of the whole structure
  SharedWord structure_bytes;  // its length; what is written down may be shorter
  SharedWord text_bytes;       // topic | type's name << 16 | written structure << 32
};

/// A bell: what its owner and those who ring it know of it. In its owner's port memory.
struct BellRecord {
  /// The bell's number, which is in its name, << 32 | generation, which moves whenever its owner has heard it: who rang it for this one need not ring
  /// again. One word, so that who reads it while the record becomes another bell's has the one or the other.
  SharedWord state;

  static constexpr std::uint64_t first_state(std::uint64_t number) noexcept { return number << 32; }
  static constexpr std::uint64_t next_state(std::uint64_t state) noexcept { return number_of(state) << 32 | ((state + 1) & 0xffff'ffff); }
  static constexpr std::uint64_t number_of(std::uint64_t state) noexcept { return state >> 32; }
};

/// A subscriber that may park. In its port memory.
struct SubscriberRecord {
  SharedWord armed;  // offset of the BellRecord to be rung by the next message, or 0
};

inline constexpr std::size_t maximum_name_bytes = 1024;

/// What is written down of a structure, for messages to people: the hash is of all of it.
inline constexpr std::size_t maximum_structure_bytes = 4096;

struct SegmentHeader {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t abi;
  platform::ParticipantId id;
  std::uint64_t pid;                 // for messages only; liveness is the kernel's word
  std::uint64_t process_start_time;  // likewise
  std::uint64_t reserved_bytes;
  std::uint64_t unused_constant;
  alignas(64) SharedWord ports_version;  // grows with every change of the port table
  SharedWord port_high_water;            // records below have been used at least once
  SharedWord heap_committed;             // bytes of the heap, from heap_offset, that may be touched
  std::array<SharedWord, 5> unused;
  alignas(64) memory::SharedHeapStatistics heap;
};

static_assert(sizeof(PortRecord) == 128);
static_assert(sizeof(TopicDescriptor) == 48);
static_assert(sizeof(SegmentHeader) <= ports_offset && offsetof(SegmentHeader, ports_version) == 64);
static_assert(heap_offset >= ports_offset + port_capacity * sizeof(PortRecord) && heap_offset % 65536 == 0);
static_assert(SharedWord::is_always_lock_free);

}  // namespace carry::domain
