#include <carry/platform/bell.h>

#include "platform/immortal.h"
#include "platform/linux/system.h"

#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>

namespace carry::platform {

using namespace linux_system;

namespace {

/// `<id>.<number>.bell`, made without memory.
class BellName {
 public:
  BellName(ParticipantId owner, std::uint64_t number) noexcept {
    const auto digits = owner.digits();
    char* end = std::ranges::copy(digits, text_.data()).out;
    *end++ = '.';
    end = std::to_chars(end, text_.data() + text_.size(), number).ptr;
    std::ranges::copy(std::string_view(".bell"), end);
  }
  const char* c_str() const noexcept { return text_.data(); }

 private:
  std::array<char, 64> text_{};
};

/// Opened for both directions: who rings is a reader too, so a write never meets a pipe without one, which would be SIGPIPE.
Result<Descriptor> open_fifo(const DomainDirectory::State& directory, const BellName& name) {
  Descriptor fifo = open_at(directory.descriptor, name.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (!fifo) return Failure{errno == ELOOP ? make_error_code(Errc::not_secure) : last_error()};
  struct stat status{};
  if (::fstat(fifo.get(), &status) != 0) return Failure{last_error()};
  if (!S_ISFIFO(status.st_mode) || !directory.access.owns(status)) return failure(Errc::not_secure);
  return fifo;
}

constexpr std::size_t fifo_bytes = 65536;  // that one holds, as the system makes them

/// A full FIFO has been rung often enough.
void write_token(int fifo) noexcept {
  constexpr char token = 1;
  while (::write(fifo, &token, 1) < 0 && errno == EINTR) continue;
}

}  // namespace

struct Bell::State {
  DomainDirectory directory;
  std::string name;
  Descriptor fifo;
  bool has_name = false;

  ~State() {
    if (has_name && !forked()) ::unlinkat(directory.state()->descriptor, name.c_str(), 0);
  }
};

Bell::Bell(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Bell::Bell(Bell&&) noexcept = default;
Bell& Bell::operator=(Bell&&) noexcept = default;
Bell::~Bell() = default;

Result<Bell> Bell::make(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number) {
  if (forked()) return failure(Errc::forked);
  const DomainDirectory::State& parent = *directory.state();
  const BellName name(owner, number);
  const mode_t mode = parent.access.shared_mode();
  std::unique_ptr<State> state(new State{.directory = directory, .name = name.c_str(), .fifo = {}});
  if (::mkfifoat(parent.descriptor, name.c_str(), mode) != 0) return Failure{last_error()};
  state->has_name = true;
  if (auto error = set_mode(parent.descriptor, name.c_str(), mode)) return Failure{error};
  auto fifo = open_fifo(parent, name);
  if (!fifo) return Failure{fifo.error()};
  state->fifo = std::move(*fifo);
  return Bell(std::move(state));
}

bool Bell::wait(std::chrono::steady_clock::time_point deadline) { return wait_until_readable(state_->fifo.get(), deadline); }

void Bell::drain() noexcept {
  if (forked()) return;  // The parent shares the FIFO.
  const CancellationDeferred deferred;
  // As often as a full FIFO takes and no oftener: who writes faster than this reads would keep it here for ever. What is left rings again.
  std::array<char, 4096> tokens;
  for (std::size_t reads = 0; reads != fifo_bytes / tokens.size(); ++reads) {
    const ssize_t taken = ::read(state_->fifo.get(), tokens.data(), tokens.size());
    if (taken != std::ssize(tokens) && !(taken < 0 && errno == EINTR)) return;
  }
}

void Bell::ring() noexcept {
  const CancellationDeferred deferred;
  write_token(state_->fifo.get());
}

NativeHandle Bell::native_handle() const noexcept { return state_->fifo.get(); }

struct PeerBell::State {
  Descriptor fifo;
};

PeerBell::PeerBell(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
PeerBell::PeerBell(PeerBell&&) noexcept = default;
PeerBell& PeerBell::operator=(PeerBell&&) noexcept = default;
PeerBell::~PeerBell() = default;

Result<PeerBell> PeerBell::open(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number) {
  auto fifo = open_fifo(*directory.state(), BellName(owner, number));
  if (!fifo) return Failure{fifo.error()};
  return PeerBell(std::make_unique<State>(std::move(*fifo)));
}

void PeerBell::ring() const noexcept { write_token(state_->fifo.get()); }

namespace {

/// A descriptor that is given up for a moment when there is no other.
struct Spare {
  std::mutex mutex;
  Descriptor descriptor;

  void renew(int directory) noexcept {
    if (!descriptor) descriptor = Descriptor(::fcntl(directory, F_DUPFD_CLOEXEC, 0));
  }
};
Spare& spare() noexcept {
  static Immortal<Spare> one;
  return one.get();
}

}  // namespace

void PeerBell::prepare_for_shortage(const DomainDirectory& directory) noexcept {
  const std::scoped_lock lock(spare().mutex);
  spare().renew(directory.state()->descriptor);
}

bool PeerBell::ring_in_shortage(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number) noexcept {
  const CancellationDeferred deferred;
  const std::scoped_lock lock(spare().mutex);
  spare().descriptor = Descriptor();
  bool rung = false;
  if (const auto fifo = open_fifo(*directory.state(), BellName(owner, number))) {
    write_token(fifo->get());
    rung = true;
  }
  spare().renew(directory.state()->descriptor);
  return rung;
}

}  // namespace carry::platform
