// H4: carry::vector beside std::vector. H5: carry::string beside std::string. Each on its own heap.

#include "containers/contest.h"

#include <carry/container/string.h>
#include <carry/container/vector.h>

#include <algorithm>
#include <random>

namespace carry::bench {

namespace {

constexpr std::size_t million = 1'000'000;

template <class Vector>
const Vector& random_numbers() {
  static const Vector all = [] {
    std::mt19937 random(1);
    Vector numbers;
    numbers.reserve(million);
    for (std::size_t i = 0; i != million; ++i) numbers.push_back(static_cast<int>(random()));
    return numbers;
  }();
  return all;
}

template <class Vector>
void push_back(bool reserves) {
  Vector numbers;
  if (reserves) numbers.reserve(million);
  for (std::size_t i = 0; i != million; ++i) numbers.push_back(static_cast<int>(i));
  keep(numbers.data());
}

template <class Vector>
void iterate() {
  std::int64_t sum = 0;
  for (const int number : random_numbers<Vector>()) sum += number;
  keep(sum);
}

template <class Vector>
void access_at_random() {
  const Vector& numbers = random_numbers<Vector>();
  std::int64_t sum = 0;
  for (std::size_t i = 0; i != 65536; ++i) sum += numbers[static_cast<std::uint32_t>(numbers[i]) % 4096];
  keep(sum);
}

template <class Vector>
void sort() {
  Vector sorted(random_numbers<Vector>().begin(), random_numbers<Vector>().begin() + 100'000);
  std::sort(sorted.begin(), sorted.end());
  keep(sorted.data());
}

template <class Vector>
void insert_in_front() {
  Vector numbers;
  for (int i = 0; i != 2000; ++i) numbers.insert(numbers.begin(), i);
  keep(numbers.data());
}

template <class String>
void make(std::size_t count) {
  static const std::string text(1000, 'x');
  for (int i = 0; i != 1000; ++i) {
    String copy(text.data(), count);
    keep(copy.data());
  }
}

template <class String>
void append_characters() {
  String text;
  for (int i = 0; i != 10'000; ++i) text.push_back(static_cast<char>('a' + i % 26));
  keep(text.data());
}

template <class String>
void append_words() {
  static const String word("carried ");
  String text;
  for (int i = 0; i != 1000; ++i) text.append(word);
  keep(text.data());
}

template <class String>
void compare() {
  static const auto words = [] {
    std::mt19937 random(1);
    std::vector<String> all(1000);
    for (String& word : all) word = String(std::to_string(random() % 100'000'000).c_str());
    return all;
  }();
  int less = 0;
  for (std::size_t i = 1; i != words.size(); ++i) less += words[i - 1] < words[i];
  keep(less);
}

template <class String>
void find() {
  static const String text = [] {
    String all;
    for (int i = 0; i != 1000; ++i) all.append("carries ");
    all.append("carried");
    return all;
  }();
  keep(text.find("carried"));
}

}  // namespace

void measure_vector(Report& report, const ContestEffort& effort) {
  using Mine = vector<int>;
  using Std = std::vector<int>;
  report.title("H4: vector<int>");
  contest(report, effort, "push_back, 10^6", million, {{"carry", [] { push_back<Mine>(false); }}, {"std", [] { push_back<Std>(false); }}});
  contest(report, effort, "reserve and push_back, 10^6", million, {{"carry", [] { push_back<Mine>(true); }}, {"std", [] { push_back<Std>(true); }}});
  contest(report, effort, "iterate, 10^6", million, {{"carry", iterate<Mine>}, {"std", iterate<Std>}});
  contest(report, effort, "random access", 65536, {{"carry", access_at_random<Mine>}, {"std", access_at_random<Std>}});
  contest(report, effort, "copy and sort, 10^5", 100'000, {{"carry", sort<Mine>}, {"std", sort<Std>}});
  contest(report, effort, "insert in front, 2000", 2000, {{"carry", insert_in_front<Mine>}, {"std", insert_in_front<Std>}});
}

void measure_string(Report& report, const ContestEffort& effort) {
  report.title("H5: string");
  for (const std::size_t count : {8U, 15U, 22U, 29U, 200U}) {
    contest(report, effort, "make and destroy, " + std::to_string(count) + " characters", 1000,
            {{"carry", [count] { make<string>(count); }}, {"std", [count] { make<std::string>(count); }}});
  }
  contest(report, effort, "append, character by character, 10^4", 10'000,
          {{"carry", append_characters<string>}, {"std", append_characters<std::string>}});
  contest(report, effort, "append, word by word, 10^3", 1000, {{"carry", append_words<string>}, {"std", append_words<std::string>}});
  contest(report, effort, "compare", 1000, {{"carry", compare<string>}, {"std", compare<std::string>}});
  contest(report, effort, "find in 8000 characters", 1, {{"carry", find<string>}, {"std", find<std::string>}});
}

}  // namespace carry::bench
