#include <carry/platform/datagram.h>

#include "platform/linux/system.h"

#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <array>
#include <cstring>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

namespace carry::platform {

using namespace linux_system;

namespace {

constexpr int most_datagrams = 1024;  // in one look; a socket's queue is shorter

std::string socket_name(ParticipantId owner, std::uint64_t number) { return owner.to_string() + "." + std::to_string(number) + ".socket"; }

/// By way of the open directory: an address holds 107 characters, and paths can be longer.
sockaddr_un address_of(int directory, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(directory) + "/" + name;
  static_assert(sizeof(address.sun_path) >= 14 + 10 + 1 + 32 + 1 + 20 + 7 + 1);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

template <class Call>
int with_address(const Call& call, int socket, const sockaddr_un& address) noexcept {
  return call(socket, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(sizeof(address)));
}

Descriptor make_socket() noexcept { return Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

bool connected(int socket, const sockaddr_un& address) noexcept { return with_address(::connect, socket, address) == 0; }

}  // namespace

struct DatagramInbox::State {
  DomainDirectory directory;
  std::string name;
  Descriptor socket;
  Descriptor to_itself;
  bool has_name = false;

  ~State() {
    if (has_name && !forked()) ::unlinkat(directory.state()->descriptor, name.c_str(), 0);
  }
};

DatagramInbox::DatagramInbox(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
DatagramInbox::DatagramInbox(DatagramInbox&&) noexcept = default;
DatagramInbox& DatagramInbox::operator=(DatagramInbox&&) noexcept = default;
DatagramInbox::~DatagramInbox() = default;

Result<DatagramInbox> DatagramInbox::make(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number) {
  if (forked()) return failure(Errc::forked);
  const std::string name = socket_name(owner, number);
  const sockaddr_un address = address_of(directory.state()->descriptor, name);
  std::unique_ptr<State> state(new State{.directory = directory, .name = name, .socket = make_socket(), .to_itself = make_socket()});
  if (!state->socket || with_address(::bind, state->socket.get(), address) != 0) return Failure{last_error()};
  state->has_name = true;
  const DomainDirectory::State& parent = *directory.state();
  if (auto error = set_mode(parent.descriptor, name.c_str(), parent.access.shared_mode())) return Failure{error};
  if (!state->to_itself || !connected(state->to_itself.get(), address)) return Failure{last_error()};
  return DatagramInbox(std::move(state));
}

bool DatagramInbox::take(void* value, std::size_t bytes) noexcept {
  if (forked()) return false;  // The parent shares the socket.
  const CancellationDeferred deferred;
  // Who sends what is no notification, faster than this takes it, shall not keep this thread for ever.
  for (int datagrams = 0; datagrams != most_datagrams; ++datagrams) {
    // MSG_TRUNC: a longer datagram says its true length.
    const ssize_t taken = ::recv(state_->socket.get(), value, bytes, MSG_DONTWAIT | MSG_TRUNC);
    if (taken == static_cast<ssize_t>(bytes)) return true;
    if (taken < 0 && errno != EINTR) return false;
  }
  return false;
}

void DatagramInbox::wait(std::chrono::steady_clock::time_point deadline) { (void)wait_until_readable(state_->socket.get(), deadline); }

void DatagramInbox::ring() noexcept {
  const CancellationDeferred deferred;
  (void)::send(state_->to_itself.get(), nullptr, 0, MSG_DONTWAIT | MSG_NOSIGNAL);
}

NativeHandle DatagramInbox::native_handle() const noexcept { return state_->socket.get(); }

struct DatagramOutbox::State {
  Descriptor socket;
};

DatagramOutbox::DatagramOutbox(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
DatagramOutbox::DatagramOutbox(DatagramOutbox&&) noexcept = default;
DatagramOutbox& DatagramOutbox::operator=(DatagramOutbox&&) noexcept = default;
DatagramOutbox::~DatagramOutbox() = default;

Result<DatagramOutbox> DatagramOutbox::open(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number) {
  Descriptor socket = make_socket();
  if (!socket || !connected(socket.get(), address_of(directory.state()->descriptor, socket_name(owner, number)))) return Failure{last_error()};
  return DatagramOutbox(std::make_unique<State>(std::move(socket)));
}

bool DatagramOutbox::send(const void* value, std::size_t bytes) noexcept {
  const CancellationDeferred deferred;
  for (;;) {
    if (::send(state_->socket.get(), value, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return true;
    if (errno == EINTR) continue;
    return errno != ECONNREFUSED && errno != ENOTCONN && errno != ECONNRESET && errno != EPIPE;
  }
}

}  // namespace carry::platform
