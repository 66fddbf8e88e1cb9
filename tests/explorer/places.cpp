#include "places.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>

namespace carry::explorer {

namespace {

std::vector<std::string> output_of(const std::string& command) {
  std::vector<std::string> lines;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
  std::array<char, 4096> buffer;
  while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    lines.emplace_back(buffer.data());
    while (!lines.back().empty() && lines.back().back() == '\n') lines.back().pop_back();
  }
  return lines;
}

/// carry::ring::Writer::commit() -> Writer::commit. Compilers call lambdas what they like.
std::string short_name(std::string function) {
  if (function.find("operator()") != std::string::npos) return "a lambda";
  function = function.substr(0, function.find('('));
  for (const std::string prefix : {"carry::", "ring::", "explorer::"}) {
    if (function.starts_with(prefix)) function.erase(0, prefix.size());
  }
  return function;
}

std::string inside_of_root(const std::string& path) {
  for (const std::string folder : {"/include/carry/", "/src/ring/", "/tests/explorer/ring_"}) {
    const std::size_t found = path.rfind(folder);
    if (found != std::string::npos) return path.substr(found + 1);
  }
  return {};
}

/// `path:line`, perhaps with more behind it.
void fill_in(Place& place, const std::string& position) {
  const std::size_t colon = position.rfind(':');
  if (colon == std::string::npos) return;
  place.file = inside_of_root(position.substr(0, colon));
  std::from_chars(position.data() + colon + 1, position.data() + position.size(), place.line);
  if (place.file.empty() || place.line == 0) return;
  const auto lines = lines_of(place.file);
  if (place.line <= lines.size()) place.text = lines[place.line - 1];
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

}  // namespace

std::vector<std::string> lines_of(const std::string& file) {
  static std::map<std::string, std::vector<std::string>> known;
  const auto [found, is_new] = known.try_emplace(file);
  if (is_new) {
    std::ifstream stream(std::string(CARRY_SOURCE_DIR "/") + file);
    for (std::string line; std::getline(stream, line);) found->second.push_back(trimmed(line.substr(0, line.find("//"))));
  }
  return found->second;
}

std::vector<Place> places_of(const std::vector<std::uintptr_t>& return_addresses) {
  std::vector<Place> places(return_addresses.size());
  constexpr std::size_t at_once = 500;
  for (std::size_t begin = 0; begin < places.size(); begin += at_once) {
    std::string command = CARRY_ADDR2LINE " -a -f -i -C -e /proc/" + std::to_string(getpid()) + "/exe";
    for (std::size_t i = begin; i < places.size() && i < begin + at_once; ++i) {
      std::array<char, 20> hexadecimal;
      const auto end = std::to_chars(hexadecimal.begin(), hexadecimal.end(), return_addresses[i] - 1, 16).ptr;
      command += " " + std::string(hexadecimal.begin(), end);
    }
    // Per address a line with it, and then for each function, from the innermost inlined one outwards, its name and its position.
    std::size_t next = begin;
    std::string function;
    for (const std::string& line : output_of(command)) {
      if (line.starts_with("0x")) {
        ++next;
        function.clear();
      } else if (function.empty()) {
        function = line;
      } else {
        Place& place = places.at(next - 1);
        if (place.file.empty()) {
          fill_in(place, line);
          place.function = short_name(function);
        }
        function.clear();
      }
    }
  }
  return places;
}

}  // namespace carry::explorer
