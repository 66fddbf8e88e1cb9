// What lands in an observer's socket.

#include "fuzz/target.h"
#include "support/linux/private_runtime.h"

#include <carry/platform/datagram.h>

#include <algorithm>
#include <array>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

namespace {

constexpr carry::platform::ParticipantId id{.high = 1, .low = 2};
constexpr std::size_t payload_bytes = 16;

struct World {
  carry::test::PrivateRuntime runtime;
  carry::platform::DomainDirectory directory = runtime.open().value();
  carry::platform::DatagramInbox inbox = carry::platform::DatagramInbox::make(directory, id, 1).value();
  int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  World() {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = runtime.domain_path() / (id.to_string() + ".1.socket");
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    carry::fuzz::require(path.size() < sizeof address.sun_path, "the path of a socket is short");
    carry::fuzz::require(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "the socket is there");
  }
};
World& world() {
  static World one;
  return one;
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  Output output;
  for (const unsigned length : {16u, 0u, 17u, 1u, 16u, 200u, 15u, 16u}) output.byte(length).bytes(std::string(length, 'x').data(), length);
  return {output.text(), Output().byte(16).text()};
}

/// A byte: how long; that many bytes; and again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  std::size_t sound = 0;
  for (int count = 0; !input.is_empty() && count != 8; ++count) {
    const auto bytes = input.take(input.byte());
    if (::send(world().socket, bytes.data(), bytes.size(), MSG_DONTWAIT) == static_cast<ssize_t>(payload_bytes)) ++sound;
  }
  std::size_t taken = 0;
  alignas(8) std::array<std::byte, payload_bytes> value;  // exactly, so that what is longer is outside
  while (world().inbox.take(value.data(), value.size())) ++taken;
  carry::fuzz::require(taken == sound, "notifications are what has their length");
  return 0;
}
