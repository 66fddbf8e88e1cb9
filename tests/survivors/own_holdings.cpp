#include "survivors/own_holdings.h"

#include "process/own_participant.h"
#include "support/holdings.h"

#include <filesystem>
#include <iterator>

namespace carry::test {

namespace {

std::size_t count_names() {
  namespace fs = std::filesystem;
  const std::string& path = own_participant().directory().path();
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(std::u8string(path.begin(), path.end())), fs::directory_iterator()));
}

}  // namespace

OwnHoldings OwnHoldings::now() {
  const auto& participant = own_participant();  // First of all: it may join now.
  return {.descriptors = count_descriptors(),
          .mappings = count_mappings(participant.directory().path()),
          .names = count_names(),
          .port_blocks = participant.port_memory().used_blocks()};
}

std::string OwnHoldings::to_string() const {
  return std::to_string(descriptors) + " descriptors, " + std::to_string(mappings) + " mappings, " + std::to_string(names) + " names, " +
         std::to_string(port_blocks) + " blocks of port memory";
}

}  // namespace carry::test
