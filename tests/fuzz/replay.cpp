// Runs a target without libFuzzer: over a directory of inputs, and over changed copies of each.
//
//   fuzz_x CORPUS [COPIES [SEED]]      the seed is printed, so that a run can be had again
//   fuzz_x --write-seeds CORPUS

#include "fuzz/target.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace {

namespace fs = std::filesystem;
using Random = std::mt19937_64;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void run(const std::string& input) {
  // A copy of exactly that size, so that what is read behind it is found.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  (void)LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void change_once(std::string& input, Random& random) {
  constexpr std::uint64_t numbers[] = {0,          1,          0x7f,       0xff,       0x1000, 0xffff'ffff, 1ull << 32,
                                       1ull << 46, 1ull << 60, 1ull << 62, 1ull << 63, ~0ull,  ~0ull - 1};
  const std::size_t place = input.empty() ? 0 : random() % input.size();
  const std::size_t length = std::min<std::size_t>(input.size() - place, 1 + random() % 16);
  switch (random() % 6) {
    case 0:
      if (!input.empty()) input[place] = static_cast<char>(input[place] ^ (1 << random() % 8));
      break;
    case 1:
      if (!input.empty()) input[place] = static_cast<char>(random());
      break;
    case 2:  // a word
      if (input.size() >= 8) std::memcpy(&input[place % (input.size() - 7)], &numbers[random() % std::size(numbers)], 8);
      break;
    case 3: input.insert(place, input.substr(input.empty() ? 0 : random() % input.size(), 1 + random() % 16)); break;
    case 4: input.erase(place, length); break;
    default:
      if (random() % 8 == 0) input.resize(place);
      else input.insert(place, 1, static_cast<char>(random()));
  }
}

int write_seeds(const fs::path& corpus) {
  fs::create_directories(corpus);
  int number = 0;
  for (const std::string& seed : carry::fuzz::seeds()) std::ofstream(corpus / ("seed-" + std::to_string(number++)), std::ios::binary) << seed;
  return 0;
}

}  // namespace

int main(int count, char* arguments[]) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 2 && words[0] == "--write-seeds") return write_seeds(words[1]);
  if (words.empty()) {
    std::cerr << "usage: " << arguments[0] << " CORPUS [COPIES [SEED]] | --write-seeds CORPUS\n";
    return 64;
  }
  const int copies = words.size() > 1 ? std::stoi(words[1]) : 0;
  const std::uint64_t seed = words.size() > 2 ? std::stoull(words[2]) : std::random_device()();
  std::cout << "seed " << seed << std::endl;

  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(words[0])) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::uint64_t executions = 0;
  const auto begin = std::chrono::steady_clock::now();
  Random random(seed);
  for (const fs::path& path : paths) {
    const std::string original = read(path);
    run(original);
    for (int copy = 0; copy != copies; ++copy) {
      std::string changed = original;
      for (std::uint64_t changes = 1 + random() % 8; changes != 0; --changes) change_once(changed, random);
      run(changed);
    }
    executions += 1 + static_cast<std::uint64_t>(copies);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::cout << executions << " executions of " << paths.size() << " inputs in " << seconds.count() << " s\n";
  return paths.empty() ? 1 : 0;
}
