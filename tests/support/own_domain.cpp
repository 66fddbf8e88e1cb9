#include "support/own_domain.h"

#include "support/environment.h"

#include <carry/platform/epoch_table.h>
#include <carry/platform/process.h>

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace carry::test {

namespace {

/// Killed processes leave their files to the next one that comes, and the last one that goes takes all with it. This is both.
bool domain_goes() {
  const auto directory = platform::DomainDirectory::open({});
  if (!directory) return false;
  if (auto table = platform::EpochTable::open(*directory)) table->leave();
  const std::string& path = directory->path();
  return !std::filesystem::exists(std::u8string(path.begin(), path.end()));
}

void check_domain() {
  if (domain_goes()) return;
  std::cerr << "the tests are over, and their domain is still there: CARRY_DOMAIN=" << std::getenv("CARRY_DOMAIN") << std::endl;
  std::_Exit(1);
}

}  // namespace

void use_own_domain() {
  if (std::getenv("CARRY_DOMAIN") != nullptr) return;
  const auto pid = std::to_string(platform::current_process().pid);
  set_environment("CARRY_DOMAIN", "test-" + pid + "-" + platform::ParticipantId::random().to_string());
  // First in, last out: the log is still there then, and carry, not used yet, has left.
  (void)spdlog::default_logger();
  std::atexit(check_domain);
}

}  // namespace carry::test
