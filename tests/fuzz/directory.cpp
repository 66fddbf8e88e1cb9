// Files of all kinds under all names that carry may use, and under any other, in a domain's directory: looked at, mapped, and cleaned up.

#include "fuzz/target.h"
#include "support/forged_segment.h"
#include "support/linux/private_runtime.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <spdlog/spdlog.h>

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using carry::fuzz::require;
using carry::platform::Liveness;
using carry::platform::ParticipantId;

constexpr std::size_t precious_bytes = 8192;
constexpr std::uint64_t table_bytes = carry::platform::EpochTable::counter_count * sizeof(std::uint64_t);
constexpr ParticipantId live_id{.high = 7, .low = 7};

ParticipantId id_of(std::uint8_t number) { return {.high = 1, .low = number % 4u}; }

/// A domain with one live participant, and a file outside that nothing may happen to.
struct World {
  carry::test::PrivateRuntime runtime;
  carry::platform::DomainDirectory directory = runtime.open().value();
  fs::path precious = runtime.path() / "precious";
  carry::platform::OwnSegment live = carry::platform::OwnSegment::create(directory, live_id, carry::domain::minimum_reserved_bytes).value();
  int handle = ::open(runtime.domain_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  World() {
    spdlog::set_level(spdlog::level::off);
    const int file = ::open(precious.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    require(::ftruncate(file, precious_bytes) == 0 && ::pwrite(file, "x", 1, 100) == 1, "a file can be written");
    ::close(file);
    require(!live.commit(0, carry::domain::minimum_reserved_bytes), "a small segment has room");
    const carry::test::ForgedSegment sound({live.base(), carry::domain::minimum_reserved_bytes}, live_id);
    require(!live.make_visible(), "the directory is empty");
  }
};
World& world() {
  static World one;
  return one;
}

std::string name_of(carry::fuzz::Input& input) {
  const std::uint8_t form = input.byte();
  const std::string id = id_of(form / 16).to_string();
  switch (form % 8) {
    case 0:
    case 1: return id + ".segment";
    case 2: return id + ".segment.unfinished";
    case 3: return id + ".1.bell";
    case 4: return id + ".2.socket";
    case 5: return id.substr(0, 31) + ".segment";
    case 6: return live_id.to_string() + ".9.bell";
    default: break;
  }
  if (form >= 128) return form < 192 ? "epoch" : "epoch." + std::to_string(form / 8 % 8);
  std::string name;
  for (const std::uint8_t c : input.take(1 + form / 8)) name += c == 0 || c == '/' ? '_' : static_cast<char>(c);
  return name.empty() || name == "." || name == ".." ? "other" : name;
}

void plant(carry::fuzz::Input& input) {
  const int directory = world().handle;
  const std::uint8_t kind = input.byte();
  const std::string name = name_of(input);
  switch (kind % 8) {
    case 0: {  // a file with anything in it
      const int file = ::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kind >= 128 ? 0666 : 0600);
      if (file < 0) return;
      const auto content = input.take(kind);
      (void)!::write(file, content.data(), content.size());
      ::close(file);
      break;
    }
    case 1: {  // a file of any length, with memory at its start or none
      const int file = ::openat(directory, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (file < 0) return;
      if (kind >= 128) (void)!::pwrite(file, world().live.base(), 4096, 0);
      const std::uint64_t bytes = kind % 16 == 1 ? table_bytes : carry::fuzz::interesting_number(input) & 0x7fff'ffff'ffff'ffff;
      (void)!::ftruncate(file, static_cast<off_t>(bytes));
      ::close(file);
      break;
    }
    case 2: (void)::mkdirat(directory, name.c_str(), 0700); break;
    case 3: (void)::mkfifoat(directory, name.c_str(), 0600); break;
    case 4: (void)!::symlinkat(world().precious.c_str(), directory, name.c_str()); break;
    case 5: (void)!::symlinkat(name.c_str(), directory, name.c_str()); break;
    case 6: (void)!::linkat(AT_FDCWD, world().precious.c_str(), directory, name.c_str(), 0); break;
    default: (void)::mknodat(directory, name.c_str(), S_IFSOCK | 0600, 0); break;
  }
}

void look(ParticipantId id) {
  const auto& directory = world().directory;
  const auto peer = carry::domain::Peer::open(directory, id);
  if (peer) (void)(*peer)->ports();
  const auto before = directory.liveness(id);
  const bool removed = directory.remove_dead(id);
  require(removed == (before == Liveness::dead), "only what is dead is removed, and that always");
  require(!removed || directory.liveness(id) == Liveness::absent, "what was removed is gone");
}

/// Joins and leaves; the live participant keeps the domain.
void join() {
  auto table = carry::platform::EpochTable::open(world().directory);
  require(table || table.error() == carry::Errc::not_secure, "somebody can join, or is told what is in the way");
  if (table) {
    table->counter(0).fetch_add(1);
    require(table->is_current(), "the table that was joined has its name");
  }
}

void clear() {
  for (const auto& entry : fs::directory_iterator(world().runtime.domain_path())) {
    if (entry.path().filename() != live_id.to_string() + ".segment") fs::remove_all(entry.path());
  }
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  std::vector<std::string> seeds;
  for (unsigned kind = 0; kind != 8; ++kind) {
    Output output;
    for (unsigned form = 0; form != 7; ++form) output.byte(kind + (form % 2) * 128).byte(form + 16 * (form % 4)).byte(130).byte(form);
    seeds.push_back(output.text());
    seeds.push_back(Output().byte(kind).byte(135).byte(130).byte(kind).byte(1).byte(207).byte(kind + 16).byte(239).byte(130).text());
  }
  return seeds;
}

/// What is to be planted, one after the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  for (int files = 0; !input.is_empty() && files != 8; ++files) plant(input);

  const auto& directory = world().directory;
  require(directory.participants().has_value(), "a directory can be read, whatever is in it");
  for (std::uint8_t number = 0; number != 4; ++number) look(id_of(number));
  (void)directory.remove_unfinished();
  join();
  join();
  directory.remove_names_of_absent();
  for (std::uint8_t number = 0; number != 4; ++number) directory.remove_names(id_of(number));
  require(directory.liveness(live_id) == Liveness::alive, "who lives stays");
  require(carry::domain::Peer::open(directory, live_id).has_value(), "who lives can be met");
  struct stat status{};
  require(::stat(world().precious.c_str(), &status) == 0 && status.st_size == precious_bytes, "what is outside stays");
  clear();
  return 0;
}
