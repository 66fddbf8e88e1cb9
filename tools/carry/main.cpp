// carry: looks at a domain from outside, and cleans up in it.
//
//   carry list     participants, their ports and their memory
//   carry clean    removes what dead participants left
//
// Both take --group GROUP for the domain that members of a group share.

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/domain/peer.h>
#include <carry/platform/peer_faults.h>
#include <carry/utils/printable.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

namespace {

using carry::domain::Peer;
using carry::domain::PortKind;
using carry::domain::PortView;
using carry::domain::SubscriberRecord;
using carry::utils::printable;

const char* name_of(PortKind kind) {
  switch (kind) {
    case PortKind::publisher: return "publisher";
    case PortKind::subscriber: return "subscriber";
    case PortKind::notifier: return "notifier";
    case PortKind::observer: return "observer";
    case PortKind::none:
    case PortKind::reader: break;
  }
  return "reader";
}

/// Whether it sleeps until the next message.
bool is_parked(const Peer& peer, const PortView& port) {
  if (port.kind != PortKind::subscriber || port.body_offset == 0) return false;
  const std::byte* record = peer.at(port.body_offset, sizeof(SubscriberRecord), alignof(SubscriberRecord));
  // Relaxed: for people.
  return record != nullptr && reinterpret_cast<const SubscriberRecord*>(record)->armed.load(std::memory_order_relaxed) != 0;
}

double kib(std::uint64_t bytes) { return static_cast<double>(bytes) / 1024; }

void list_peer(const Peer& peer, const std::string& owner) {
  const auto& heap = peer.header().heap;
  const auto relaxed = std::memory_order_relaxed;  // Relaxed: figures for people.
  std::printf("%s  pid %llu  %s  %s  heap: %.0f KiB committed, %.0f KiB used\n", peer.id().to_string().c_str(),
              static_cast<unsigned long long>(peer.pid()), owner.c_str(), peer.alive() ? "alive" : "dead", kib(heap.committed_bytes.load(relaxed)),
              kib(heap.used_bytes.load(relaxed)));
  for (const PortView& port : peer.ports()) {
    const auto description = peer.describe(port);
    if (!description) continue;  // Readers belong to a subscriber that is listed itself.
    std::printf("    %-10s  %s  %s%s\n", name_of(port.kind), printable(description->topic).c_str(),
                printable(description->type().to_string()).c_str(), is_parked(peer, port) ? "  parked" : "");
  }
}

int list(const carry::platform::DomainDirectory& directory) {
  const auto ids = directory.participants();
  if (!ids) {
    std::fprintf(stderr, "carry: cannot read %s: %s\n", directory.path().c_str(), ids.error().message().c_str());
    return 1;
  }
  std::printf("domain %s: %zu participants\n", directory.path().c_str(), ids->size());
  for (const auto id : *ids) {
    if (const auto peer = Peer::open(directory, id)) list_peer(**peer, directory.owner_of(id));
    else std::printf("%s  cannot be read: %s\n", id.to_string().c_str(), Peer::describe(peer.error(), directory, id).c_str());
  }
  return 0;
}

int clean(const carry::platform::DomainDirectory& directory) {
  const auto removed = carry::domain::clean(directory);
  if (!removed) {
    std::fprintf(stderr, "carry: cannot open the domain %s: %s\n", directory.path().c_str(), removed.error().message().c_str());
    return 1;
  }
  std::printf("domain %s: removed what %zu dead participants left\n", directory.path().c_str(), *removed);
  bool all = true;
  for (const auto id : directory.participants().value_or(std::vector<carry::platform::ParticipantId>())) {
    if (directory.liveness(id) != carry::platform::Liveness::dead) continue;
    all = false;
    std::printf("%s  is dead and stays: %s or an administrator may remove it\n", id.to_string().c_str(), directory.owner_of(id).c_str());
  }
  return all ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool names_group = words.size() == 3 && words[1] == "--group";
  const std::string command = words.size() == 1 || names_group ? words[0] : "";
  if (command != "list" && command != "clean") {
    std::printf(
        "usage: carry list | clean [--group GROUP]\n"
        "  list    participants of the domain, their ports and their memory\n"
        "  clean   removes what dead participants left; 1: some of it is another user's and stays\n"
        "The domain is CARRY_DOMAIN (default \"default\"), in CARRY_RUNTIME_DIR. It is that of the members of GROUP (default CARRY_GROUP), else the\n"
        "user's alone.\n");
    return command == "--help" || command == "help" ? 0 : 2;
  }
  carry::platform::contain_peer_faults(nullptr);
  const auto directory =
      carry::platform::DomainDirectory::open_existing({.runtime_directory = {}, .domain = {}, .group = names_group ? words[2] : ""});
  if (!directory && directory.error() == std::errc::no_such_file_or_directory) {
    std::printf("no such domain: 0 participants\n");
    return 0;
  }
  if (!directory) {
    std::fprintf(stderr, "carry: %s\n", directory.error().message().c_str());
    return 1;
  }
  return command == "list" ? list(*directory) : clean(*directory);
}
