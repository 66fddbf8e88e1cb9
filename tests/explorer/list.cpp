#include "gate.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace carry::explorer {

// Entries are parted by empty lines, and have a line each for the function, the line of source, and what is weakened. The rest is the reason.
std::vector<Listed> read_list() {
  std::ifstream file(CARRY_SOURCE_DIR "/tests/explorer/unobservable.txt");
  if (!file) {
    std::puts("unobservable.txt is missing");
    std::exit(1);
  }
  std::vector<Listed> entries;
  bool inside = false;
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      inside = false;
      continue;
    }
    if (!inside) {
      entries.emplace_back();
      inside = true;
      lines = 0;
    }
    Listed& entry = entries.back();
    switch (lines++) {
      case 0: entry.function = line; break;
      case 1: entry.text = line; break;
      case 2: entry.change = line; break;
      default: entry.reason += line; break;
    }
  }
  return entries;
}

}  // namespace carry::explorer
