// The hostile process: it keeps to no rule but that it writes only its own segment, the domain's counters, and files in the domain's directory.
// Another way of being hostile is one more function and one more line in the table `actions`.

#include "support/child_process.h"
#include "support/forged_participant.h"

#include <spdlog/spdlog.h>

#include <array>
#include <deque>
#include <filesystem>
#include <memory>
#include <random>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace carry::test {

namespace {

namespace fs = std::filesystem;
using domain::PortKind;
using domain::PortView;

/// As the messages of the others are made.
struct Message {
  std::uint64_t number;
  std::uint64_t secret;
  std::uint64_t sum;
};
constexpr std::size_t most_planted = 24;
constexpr std::size_t most_without_header = 16;
constexpr std::size_t ports = 8;

class Hostile {
 public:
  Hostile(std::string topic, std::uint64_t seed)
      : topic_(std::move(topic)),
        random_(seed),
        directory_(platform::DomainDirectory::open({}).value()),
        handle_(::open(directory_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    become_another();
  }

  void act() {
    static constexpr std::array actions = {&Hostile::write_anything, &Hostile::write_header, &Hostile::write_port, &Hostile::write_ring,
                                           &Hostile::write_stamps,   &Hostile::write_record, &Hostile::write_bell, &Hostile::tell,
                                           &Hostile::tell,           &Hostile::plant,        &Hostile::unplant,    &Hostile::molest,
                                           &Hostile::start_again,    &Hostile::shorten};
    (this->*actions[below(actions.size())])();
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  /// Any number, with a liking for those at which something wraps, and for sequences that the others are about to use.
  std::uint64_t number() {
    const std::uint64_t power = std::uint64_t{1} << below(64);
    switch (below(6)) {
      case 0: return below(8);
      case 1: return power;
      case 2: return ~power + 1 + below(3);
      case 3: return head_ + 8 - below(32);
      case 4: return 4 * (head_ + 8 - below(16)) + below(4);
      default: return random_();
    }
  }

  domain::SharedWord& word(std::uint64_t offset) { return other_->segment().word(offset); }

  /// A new participant, sound for now; the former one's segment goes.
  void become_another() {
    other_ = std::make_unique<ForgedParticipant>(directory_);
    start_again_soundly();
  }

  void start_again_soundly() {
    ForgedSegment& segment = other_->segment() = other_->forge();
    const auto type = domain::type_identity<Message>();
    descriptor_ = segment.add_descriptor(topic_, type);
    ring_ = segment.add_ring(8, type, below(2) == 0);
    records_ = segment.allocate(4 * 64);
    bell_ = segment.allocate(64);
    for (std::size_t i = 0; i != ports; ++i) write_sound_port(i);
    other_->bump_topic(topic_);
  }

  void write_sound_port(std::size_t index) {
    const auto hash = domain::topic_hash(topic_);
    const PortView base{
        .port_id = 1 + below(4), .birth = below(2) == 0 ? below(100) : number(), .topic_hash = hash, .descriptor_offset = descriptor_};
    PortView port = base;
    port.kind = std::array{PortKind::publisher, PortKind::subscriber, PortKind::reader, PortKind::reader}[index % 4];
    port.body_offset = port.kind == PortKind::publisher ? ring_.header : records_ + index % 4 * 64;
    if (port.kind == PortKind::reader) {
      const auto [participant, publisher, head] = somebodys_ring();
      port.target = participant;
      port.target_port = publisher;
      port.claim_count = 7;
      head_ = head;
    }
    other_->segment().set_port(index, port);
  }

  struct Victim {
    platform::ParticipantId participant;
    std::uint64_t port = 0;
    std::uint64_t head = 0;
  };
  Victim somebodys_ring() {
    for (const auto& id : directory_.participants().value_or(std::vector<platform::ParticipantId>())) {
      if (id == other_->id()) continue;
      const auto peer = domain::Peer::open(directory_, id);
      if (!peer) continue;
      std::vector<PortView> found;
      (*peer)->ports_of(domain::topic_hash(topic_), found);
      for (const PortView& port : found) {
        const auto* header = (*peer)->at(port.body_offset, sizeof(ring::RingHeader), 64);
        if (port.kind == PortKind::publisher && header != nullptr)
          return {id, port.port_id, reinterpret_cast<const ring::RingHeader*>(header)->head.load()};
      }
    }
    return {};
  }

  void write_anything() {
    for (std::uint64_t count = below(64); count != 0; --count) word(below(ForgedParticipant::segment_bytes / 8) * 8) = number();
  }
  void write_header() { word(below(32) * 8) = number(); }
  void write_port() {
    const std::size_t index = below(ports);
    write_sound_port(index);
    for (std::uint64_t count = below(3); count != 0; --count)
      reinterpret_cast<domain::SharedWord*>(&other_->segment().port(index))[below(16)] = number();
    ++other_->segment().header().ports_version;
  }
  void write_ring() { word(ring_.header + below(sizeof(ring::RingHeader) / 8) * 8) = number(); }
  void write_stamps() {
    for (std::uint64_t slot = 0; slot != ring_.slot_count; ++slot) word(ring_.slots + slot * ring_.slot_bytes) = number();
  }
  void write_record() {
    for (std::uint64_t count = below(16); count != 0; --count) word(records_ + below(32) * 8) = number();
  }
  void write_bell() {
    word(bell_) = below(16) << 32 | below(4);
    word(records_ + below(4) * 64) = below(4) == 0 ? number() : bell_;
  }
  void tell() {
    ++other_->segment().header().ports_version;
    other_->bump_topic(topic_);
    if (below(16) == 0) other_->bump(below(2));
  }
  void start_again() {
    if (below(64) == 0) become_another();
    else if (below(8) == 0) start_again_soundly();
  }

  /// Makes its own file shorter while others read it. Whoever did that cannot use it himself any more.
  void shorten() {
    if (below(64) != 0) return;
    const bool keeps_header = shortened_ == most_without_header || below(2) == 0;
    const int file = ::openat(handle_, (other_->id().to_string() + ".segment").c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    tell();
    (void)!::ftruncate(
        file, static_cast<off_t>(keeps_header ? domain::ports_offset + below(ForgedParticipant::segment_bytes) : below(domain::ports_offset)));
    ::close(file);
    if (!keeps_header) {  // It cannot even leave, and is there, and alive, as long as this process is.
      ++shortened_;
      (void)other_.release();
    }
    become_another();
  }

  /// A name that somebody may look for, or come to use.
  std::string name() {
    const auto participants = directory_.participants().value_or(std::vector<platform::ParticipantId>());
    const bool own = participants.empty() || below(2) == 0;
    const std::string owner = (own ? other_->id() : participants[below(participants.size())]).to_string();
    switch (below(5)) {
      case 0: return owner + "." + std::to_string(below(64)) + ".bell";
      case 1: return owner + "." + std::to_string(below(64)) + ".socket";
      case 2: return platform::ParticipantId::random().to_string() + ".segment";
      case 3: return platform::ParticipantId::random().to_string() + ".segment.unfinished";
      default: return "epoch-" + platform::ParticipantId::random().to_string();
    }
  }
  void plant() {
    if (planted_.size() == most_planted) unplant();
    const std::string made = name();
    int result = -1;
    switch (below(6)) {
      case 0: result = ::mkdirat(handle_, made.c_str(), 0700); break;
      case 1: result = ::mkfifoat(handle_, made.c_str(), 0600); break;
      case 2: result = ::symlinkat(below(2) == 0 ? "epoch" : made.c_str(), handle_, made.c_str()); break;
      case 3: result = ::linkat(handle_, (other_->id().to_string() + ".segment").c_str(), handle_, made.c_str(), 0); break;
      case 4: result = ::mknodat(handle_, made.c_str(), S_IFSOCK | 0600, 0); break;
      default:
        const int file = ::openat(handle_, made.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (file < 0) return;
        (void)!::pwrite(file, other_->segment().base(), below(8192), 0);
        (void)!::ftruncate(file, static_cast<off_t>(number() >> 1));
        ::close(file);
        result = 0;
    }
    if (result == 0) planted_.push_back(made);
  }
  void unplant() {
    if (planted_.empty()) return;
    std::error_code ignored;
    fs::remove_all(fs::path(directory_.path()) / planted_.front(), ignored);
    planted_.pop_front();
  }

  /// Rings others' bells, and sends to their sockets what is no notification.
  void molest() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(directory_.path(), ignored)) {
      const auto type = entry.symlink_status(ignored).type();
      if (type == fs::file_type::fifo) {
        const int fifo = ::open(entry.path().c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        const std::array<char, 512> tokens{};
        if (fifo >= 0) (void)!::write(fifo, tokens.data(), 1 + below(tokens.size()));
        if (fifo >= 0) ::close(fifo);
      } else if (type == fs::file_type::socket) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        const std::string path = entry.path();
        if (path.size() >= sizeof address.sun_path) continue;
        std::copy(path.begin(), path.end(), address.sun_path);
        const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const std::array<char, 64> garbage{};
        (void)::sendto(socket, garbage.data(), below(64), MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::close(socket);
      }
    }
  }

  std::string topic_;
  std::mt19937_64 random_;
  platform::DomainDirectory directory_;
  int handle_;
  std::unique_ptr<ForgedParticipant> other_;
  std::uint64_t descriptor_ = 0;
  ForgedSegment::Ring ring_{};
  std::uint64_t records_ = 0;
  std::uint64_t bell_ = 0;
  std::uint64_t head_ = 1;
  std::size_t shortened_ = 0;
  std::deque<std::string> planted_;
};

/// hostile TOPIC SEED: says "ready", and is hostile until it is killed.
int be_hostile(const Arguments& arguments) {
  spdlog::set_level(spdlog::level::off);
  Hostile hostile(arguments.at(0), std::stoull(arguments.at(1)));
  say("ready");
  for (;;) hostile.act();
}

const Role hostile_role{"hostile", be_hostile};

}  // namespace

}  // namespace carry::test
