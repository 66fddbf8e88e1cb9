#include <carry/domain/participant.h>
#include <carry/error.h>
#include <carry/platform/bell.h>
#include <carry/platform/peer_faults.h>
#include <carry/platform/process.h>

#include "domain/counters.h"
#include "platform/log.h"

#include <atomic>
#include <filesystem>
#include <new>

namespace carry::domain {

namespace {

constexpr int join_attempts = 100;
constexpr std::size_t first_ports_bytes = 4096;
constexpr std::size_t reservation_unit = 65536;

std::mutex join_mutex;
platform::Backing backing_of(const DynamicBufferOptions& options) {
  return {.prefault = options.prefault, .lock_memory = options.lock_memory, .huge_pages = options.huge_pages, .numa_node = options.numa_node};
}

std::atomic<Participant*> instance = nullptr;  // never destroyed: containers may outlive every other object

}  // namespace

Participant* Participant::existing() noexcept {
  if (platform::forked()) return nullptr;
  return instance.load(std::memory_order_acquire);  // Acquire: pairs with the release in join().
}

Result<Participant*> Participant::current() {
  if (platform::forked()) return failure(Errc::forked);
  if (Participant* participant = existing()) return participant;
  return join({});
}

Result<Participant*> Participant::join(const DynamicBufferOptions& options) {
  if (platform::forked()) return failure(Errc::forked);
  leave_at_exit_after_caller();
  const std::scoped_lock lock(join_mutex);
  if (Participant* participant = existing()) {
    if (!participant->agrees_with(options)) return failure(Errc::already_initialized);
    if (auto error = participant->prepare(options)) return Failure{error};
    return participant;
  }
  auto participant = make(options);
  if (!participant) {
    platform::log_error("carry: cannot take part in the domain: {}", participant.error().message());
    return Failure{participant.error()};
  }
  Participant* made = participant->release();
  instance.store(made, std::memory_order_release);  // Release: pairs with the acquire in existing().
  platform::log_debug("carry: participant {} joined {}", made->id_.to_string(), made->directory_.path());
  return made;
}

Result<std::unique_ptr<Participant>> Participant::make(const DynamicBufferOptions& options) {
  for (int attempt = 0; attempt != join_attempts; ++attempt) {
    auto participant = try_make(options);
    // Somebody who was the last one out may have removed the directory between our steps, or an id may exist: start again.
    const bool again = !participant && (participant.error() == std::errc::no_such_file_or_directory || participant.error() == std::errc::file_exists);
    if (!again) return participant;
  }
  return failure(Errc::interrupted_join);
}

Result<std::unique_ptr<Participant>> Participant::try_make(const DynamicBufferOptions& options) try {
  auto directory =
      platform::DomainDirectory::open({.runtime_directory = options.runtime_directory, .domain = options.domain, .group = options.group});
  if (!directory) return Failure{directory.error()};
  if (options.guard_peers) platform::contain_peer_faults(note_peer_fault);
  auto epochs = platform::EpochTable::open(*directory);
  if (!epochs) return Failure{epochs.error()};
  const std::size_t reserved_bytes = options.reserved_bytes == 0 ? platform::default_reserved_bytes() : options.reserved_bytes;
  if (reserved_bytes < minimum_reserved_bytes || options.initial_bytes > reserved_bytes - heap_offset) {
    platform::log_error("carry: reserved_bytes = {} is too small for initial_bytes = {}; at least {} more are needed", reserved_bytes,
                        options.initial_bytes, heap_offset);
    return failure(Errc::invalid_option);
  }
  const auto id = platform::ParticipantId::random();
  auto segment = platform::OwnSegment::create(*directory, id, reserved_bytes, backing_of(options));
  if (!segment) return Failure{segment.error()};
  std::unique_ptr<Participant> participant(new Participant(*directory, std::move(*epochs), std::move(*segment), id));
  if (auto error = participant->prepare(options)) return Failure{error};
  // Invariant D1: only now, complete and locked, does the segment get its name.
  if (auto error = participant->segment_.make_visible()) return Failure{error};
  participant->bump(members_index);
  platform::PeerBell::prepare_for_shortage(participant->directory_);
  (void)participant->peers();  // meets everybody, and buries the dead
  return participant;
} catch (const std::system_error& error) {
  return Failure{error.code()};  // The system has no random numbers.
}

Participant::Participant(platform::DomainDirectory directory, platform::EpochTable epochs, platform::OwnSegment segment, platform::ParticipantId id)
    : directory_(std::move(directory)), epochs_(std::move(epochs)), segment_(std::move(segment)), id_(id), peers_(std::make_shared<Peers>()) {}

namespace {

/// Whichever way it is written: with a slash at its end, with links, relative.
bool is_same_directory(const std::filesystem::path& one, const std::filesystem::path& other) {
  std::error_code error;  // of a directory that is gone
  const auto plain = [&error](const std::filesystem::path& path) {
    const auto normal = std::filesystem::absolute(path, error).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
  };
  // The former: g++ 12's library for Windows does not compare directories.
  return plain(one) == plain(other) || std::filesystem::equivalent(one, other, error);
}

}  // namespace

/// What the options leave open agrees with everything.
bool Participant::agrees_with(const DynamicBufferOptions& options) const {
  const std::filesystem::path path(directory_.path());  // runtime / of the user / of the domain
  const std::size_t reserved_bytes = segment_.reserved_bytes();
  if (!options.domain.empty() && path.filename() != options.domain) return false;
  if (!options.runtime_directory.empty() && !is_same_directory(path.parent_path().parent_path(), options.runtime_directory)) return false;
  if (!options.group.empty() && !directory_.is_shared_with(options.group)) return false;
  if (options.maximum_bytes != 0 && options.maximum_bytes != maximum_bytes_) return false;
  const platform::Backing wanted = backing_of(options);
  if (wanted != platform::Backing{} && wanted != backing_) return false;
  if (!options.guard_peers && guards_peers_) return false;
  // A reservation is rounded up.
  return options.reserved_bytes == 0 || (options.reserved_bytes <= reserved_bytes && reserved_bytes - options.reserved_bytes < reservation_unit);
}

std::error_code Participant::prepare(const DynamicBufferOptions& options) {
  if (heap_ == nullptr) {
    if (auto error = segment_.commit(0, ports_offset + first_ports_bytes)) return error;
    const auto process = platform::current_process();
    auto* h = new (base()) SegmentHeader{};
    h->magic = segment_magic;
    h->version = layout_version;
    h->abi = abi_tag;
    h->id = id_;
    h->pid = process.pid;
    h->process_start_time = process.start_time;
    h->reserved_bytes = segment_.reserved_bytes();
    const memory::Committer committer{
        .commit = [](void* self, std::size_t offset, std::size_t bytes) { return static_cast<Participant*>(self)->commit_heap(offset, bytes); },
        .context = this,
        .give_back = [](void* self, std::size_t offset,
                        std::size_t bytes) { return static_cast<Participant*>(self)->segment_.give_back(heap_offset + offset, bytes); }};
    auto heap = memory::Heap::create({base() + heap_offset, segment_.reserved_bytes() - heap_offset}, committer,
                                     {.maximum_bytes = options.maximum_bytes}, &h->heap);
    if (!heap) return heap.error();
    heap_ = std::move(*heap);
    maximum_bytes_ = options.maximum_bytes;
    backing_ = backing_of(options);
    guards_peers_ = options.guard_peers;
    port_memory_ = std::make_unique<PortMemory>(*heap_);
    heap_->set_reclaimer({[](void* self) {
                            try {
                              return static_cast<Participant*>(self)->reclaim();
                            } catch (const std::bad_alloc&) {
                              return false;  // Of the process's own memory. What is left to reclaim stays so.
                            }
                          },
                          this});
    ports_ = std::make_unique<PortTable>(base(), [this](std::size_t offset, std::size_t bytes) {
      const std::scoped_lock lock(segment_mutex_);
      return segment_.commit(offset, bytes);
    });
    own_ = Peer::own(id_, base(), segment_.reserved_bytes());
  }
  if (options.initial_bytes != 0) {
    if (auto error = heap_->commit_at_least(options.initial_bytes)) {
      platform::log_error("carry: cannot commit {} bytes of the dynamic buffer in {}: {}; ask for less, or make room", options.initial_bytes,
                          directory_.path(), error.message());
      return error;
    }
  }
  if (options.growth == Growth::forbidden) heap_->forbid_growth();
  return {};
}

std::error_code Participant::commit_heap(std::size_t offset, std::size_t bytes) {
  const std::scoped_lock lock(segment_mutex_);
  if (auto error = segment_.commit(heap_offset + offset, bytes)) return error;
  SharedWord& committed = header().heap_committed;
  // Relaxed: own word. Release: pairs with the acquire in Peer::at().
  if (offset + bytes > committed.load(std::memory_order_relaxed)) committed.store(offset + bytes, std::memory_order_release);
  return {};
}

std::size_t Participant::epoch_index(std::uint64_t topic_hash) noexcept {
  return first_topic_index + topic_hash % (platform::EpochTable::counter_count - first_topic_index);
}

void Participant::bump(std::size_t index) const noexcept {
  epochs_.counter(index).fetch_add(1, std::memory_order_seq_cst);  // Seq_cst: see docs/design/ring.md, "known in time".
}

/// In a signal handler. Everybody looks again, here and elsewhere: first at the participants, then at their ports.
void Participant::note_peer_fault() noexcept {
  const Participant* participant = instance.load(std::memory_order_acquire);  // Acquire: pairs with the release in join().
  if (participant == nullptr) return;                                         // It is looking at everybody for the first time.
  // A table that is zeroes again may not come to where it was.
  const std::uint64_t step = participant->epochs_.broken() ? std::uint64_t{1} << 32 : 1;
  const auto move = [&](std::size_t index) {
    participant->epochs_.counter(index).fetch_add(step, std::memory_order_seq_cst);  // Seq_cst: as in bump().
  };
  move(members_index);
  for (std::size_t index = first_topic_index; index != platform::EpochTable::counter_count; ++index) move(index);
}

std::uint64_t Participant::next_birth() noexcept {
  return epochs_.counter(births_index).fetch_add(1, std::memory_order_seq_cst) + 1;  // Seq_cst: one order for the whole domain.
}

Result<Port> Participant::add_port(const PortView& port) {
  std::size_t index = 0;
  {
    const std::scoped_lock lock(ports_mutex_);
    auto added = ports_->add(port);
    if (!added) return Failure{added.error()};
    index = *added;
  }
  bump(epoch_index(port.topic_hash));
  Port made(this, index, port);
  // Nobody would be told of it: a publisher that does not know a reader overwrites what it reads.
  if (epochs_.broken()) return failure(Errc::epoch_table_lost);
  return made;
}

void Participant::remove_port(const Port& port) noexcept {
  {
    const std::scoped_lock lock(ports_mutex_);
    ports_->remove(port.index());
  }
  bump(epoch_index(port.topic_hash()));
}

void Participant::set_birth(const Port& port, std::uint64_t birth) noexcept {
  const std::scoped_lock lock(ports_mutex_);
  ports_->set_birth(port.index(), birth);
}

void Participant::set_body(const Port& port, std::uint64_t offset) noexcept {
  {
    const std::scoped_lock lock(ports_mutex_);
    ports_->set_body(port.index(), offset);
  }
  bump(epoch_index(port.topic_hash()));
}

void Participant::leave() noexcept {
  // Ports of objects that never were destroyed end here; after that the name goes, and the others look again.
  std::vector<PortView> left_over;
  try {
    left_over = own_->ports();
  } catch (const std::bad_alloc&) {
    note_peer_fault();  // Of all topics then.
  }
  {
    const std::scoped_lock lock(ports_mutex_);
    ports_->remove_all();
  }
  for (const PortView& port : left_over) bump(epoch_index(port.topic_hash));
  // Where a name cannot be removed the segment's stays, too: then it is a dead participant's, and somebody else removes both.
  if (directory_.remove_names(id_)) segment_.withdraw();
  bump(members_index);
  {
    const std::scoped_lock lock(peers_mutex_);
    loss_reported_ = true;  // What is removed from now on is no loss: the last one removes the domain.
  }
  epochs_.leave();
}

void Participant::leave_at_exit_after_caller() {
  struct Guard {
    ~Guard() {
      if (Participant* participant = existing()) participant->leave();
    }
  };
  platform::keep_log();  // It outlives the guard.
  static const Guard guard;
}

}  // namespace carry::domain
