#include "domain/header_validation.h"

#include <carry/domain/mapped_heap.h>
#include <carry/domain/peer.h>
#include <carry/error.h>

#include <algorithm>

namespace carry::domain {

Result<std::shared_ptr<Peer>> Peer::open(const platform::DomainDirectory& directory, platform::ParticipantId id, bool is_corpse) {
  auto segment = platform::PeerSegment::open(directory, id);
  if (!segment) return Failure{segment.error()};
  if (auto error = check_header({segment->base(), segment->mapped_bytes()}, id)) return Failure{error};
  if (segment->broken()) return failure(Errc::malformed_segment);
  const std::byte* base = segment->base();
  const std::size_t bytes = segment->mapped_bytes();
  std::shared_ptr<Peer> peer(new Peer(std::move(*segment), id, base, bytes));
  peer->is_corpse_ = is_corpse;
  return peer;
}

std::string Peer::describe(std::error_code error, const platform::DomainDirectory& directory, platform::ParticipantId id) {
  std::string text = error.message();
  if (error != Errc::incompatible_version) return text;
  const auto segment = platform::PeerSegment::open(directory, id);
  return segment ? text + " (" + describe_versions({segment->base(), segment->mapped_bytes()}) + ")" : text;
}

std::shared_ptr<Peer> Peer::own(platform::ParticipantId id, const std::byte* base, std::size_t bytes) {
  return std::shared_ptr<Peer>(new Peer(std::nullopt, id, base, bytes));
}

Peer::Peer(std::optional<platform::PeerSegment> segment, platform::ParticipantId id, const std::byte* base, std::size_t bytes)
    : segment_(std::move(segment)), id_(id), base_(base), bytes_(bytes) {
  pid_ = header().pid;
  add_mapped_peer(*this, base_);
}

Peer::~Peer() { remove_mapped_peer(base_); }

const std::byte* Peer::at(std::uint64_t offset, std::uint64_t bytes, std::uint64_t alignment) const noexcept {
  // Acquire: pairs with the release after a commit; memory beyond this word may not be touched.
  const std::uint64_t committed = header().heap_committed.load(std::memory_order_acquire);
  if (committed > bytes_ - heap_offset || offset < heap_offset || offset % alignment != 0 || !is_committed(committed)) return nullptr;
  const std::uint64_t place = offset - heap_offset;
  if (place > committed || bytes > committed - place) return nullptr;
  return base_ + offset;
}

/// Asked again only when the heap has grown.
bool Peer::is_committed(std::uint64_t heap_bytes) const noexcept {
  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: what was committed once stays so, whoever found it out.
  if (is_own() || heap_bytes <= known_committed_.load(relaxed)) return true;
  if (!segment_->is_committed(heap_offset, heap_bytes)) return false;
  known_committed_.store(heap_bytes, relaxed);
  return true;
}

bool Peer::has_memory(std::uint64_t bytes) const noexcept { return is_own() || bytes <= segment_->allocated_bytes(); }

std::shared_ptr<PeerBell> Peer::bell(const platform::DomainDirectory& directory, std::uint64_t number) const {
  const std::scoped_lock lock(bells_mutex_);
  for (const auto& weak : bells_) {
    const auto bell = weak.lock();
    if (bell != nullptr && bell->number() == number) return bell;
  }
  std::erase_if(bells_, [](const auto& weak) { return weak.expired(); });
  auto bell = std::make_shared<PeerBell>(directory, id_, number);
  bells_.push_back(bell);
  return bell;
}

std::optional<Peer::Description> Peer::describe(const PortView& port) const {
  const std::byte* memory = at(port.descriptor_offset, sizeof(TopicDescriptor), alignof(TopicDescriptor));
  if (memory == nullptr) return std::nullopt;
  const auto& head = *reinterpret_cast<const TopicDescriptor*>(memory);
  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: whoever saw the port sees them, unless it is gone: see look_up().
  const std::uint64_t text_bytes = head.text_bytes.load(relaxed);
  const std::uint64_t topic_bytes = text_bytes & 0xffff;
  const std::uint64_t name_bytes = text_bytes >> 16 & 0xffff;
  const std::uint64_t structure_bytes = text_bytes >> 32;
  if (topic_bytes > maximum_name_bytes || name_bytes > maximum_name_bytes || structure_bytes > maximum_structure_bytes) return std::nullopt;
  const std::uint64_t text_words = (topic_bytes + name_bytes + structure_bytes + sizeof(SharedWord) - 1) / sizeof(SharedWord);
  if (at(port.descriptor_offset, sizeof(TopicDescriptor) + text_words * sizeof(SharedWord), alignof(TopicDescriptor)) == nullptr) return std::nullopt;
  Description description{.topic = {},
                          .type_name = {},
                          .structure = {},
                          .type_without_text = {.name = {},
                                                .structure = {},
                                                .structure_hash = head.structure_hash.load(relaxed),
                                                .structure_bytes = head.structure_bytes.load(relaxed),
                                                .bytes = head.message_bytes.load(relaxed),
                                                .alignment = head.message_alignment.load(relaxed),
                                                .version = head.type_version.load(relaxed)}};
  const auto* words = reinterpret_cast<const SharedWord*>(memory + sizeof(TopicDescriptor));
  std::string text;
  text.reserve(text_words * sizeof(SharedWord));
  for (std::uint64_t i = 0; i != text_words; ++i) {
    const std::uint64_t word = words[i].load(relaxed);
    text.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  description.topic = text.substr(0, topic_bytes);
  description.type_name = text.substr(topic_bytes, name_bytes);
  description.structure = text.substr(topic_bytes + name_bytes, structure_bytes);
  return description;
}

std::optional<PortView> Peer::read(std::size_t index) const noexcept {
  const auto& record = reinterpret_cast<const PortRecord*>(base_ + ports_offset)[index];
  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: the state before and after says whether the fields belong together.
  const std::uint64_t state = record.state.load(std::memory_order_acquire);  // Acquire: pairs with the release in PortTable::add().
  PortView view{.kind = static_cast<PortKind>(state & 0xff),
                .index = index,
                .port_id = record.port_id.load(relaxed),
                .birth = record.birth.load(relaxed),
                .topic_hash = record.topic_hash.load(relaxed),
                .descriptor_offset = record.descriptor_offset.load(relaxed),
                .body_offset = record.body_offset.load(relaxed),
                .target = {.high = record.target_high.load(relaxed), .low = record.target_low.load(relaxed)},
                .target_port = record.target_port.load(relaxed),
                .owner_port = record.owner_port.load(relaxed),
                .claim_count = record.claim_count.load(relaxed)};
  std::atomic_thread_fence(std::memory_order_acquire);  // Acquire: pairs with the release fence in PortTable::add().
  if (record.state.load(relaxed) != state) return std::nullopt;
  return is_known(view.kind) ? std::optional(view) : std::nullopt;
}

void Peer::refresh_locked() const {
  // Acquire: pairs with the release in PortTable. Read before the records: a change during the scan is seen by the next call.
  const std::uint64_t version = header().ports_version.load(std::memory_order_acquire);
  if (is_broken()) ports_.clear();  // Read before, or with the fault in their midst.
  if (version == seen_version_ || is_broken()) return;
  ports_.clear();
  std::uint64_t used = std::min<std::uint64_t>(header().port_high_water.load(std::memory_order_acquire), port_capacity);  // Acquire: as above.
  if (!is_own() && !segment_->is_committed(ports_offset, used * sizeof(PortRecord))) used = 0;
  for (std::size_t index = 0; index != used; ++index) {
    if (auto view = read(index)) ports_.push_back(*view);
  }
  std::ranges::sort(ports_, {}, &PortView::topic_hash);
  seen_version_ = version;
}

void Peer::ports_of(std::uint64_t topic_hash, std::vector<PortView>& out) const {
  const std::scoped_lock lock(mutex_);
  refresh_locked();
  const auto range = std::ranges::equal_range(ports_, topic_hash, {}, &PortView::topic_hash);
  out.assign(range.begin(), range.end());
}

std::optional<PortView> Peer::look_up(const PortView& port) const noexcept {
  // Acquire: what was written where the port's memory had been comes after its end. Pairs with the release in PortTable::remove().
  std::atomic_thread_fence(std::memory_order_acquire);
  auto now = port.index < port_capacity ? read(port.index) : std::nullopt;
  return now && now->kind == port.kind && now->port_id == port.port_id && now->topic_hash == port.topic_hash ? now : std::nullopt;
}

std::vector<PortView> Peer::ports() const {
  const std::scoped_lock lock(mutex_);
  refresh_locked();
  return ports_;
}

}  // namespace carry::domain
