#pragma once

// What the two-process benchmarks share: pinned processes, percentiles, medians of runs, a table and JSON. Linux only.

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace carry::bench {

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core % static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)), &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) std::perror("sched_setaffinity");
}

/// Memory that a process and the children it forks share.
template <class T>
T& shared() {
  void* memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  return *new (memory) T();
}

/// A child process that runs `body`, pinned, and ends. Fork before carry is used, so that the child is a participant of its own.
class Child {
 public:
  Child(int core, const std::function<void()>& body) : pid_(fork()) {
    if (pid_ != 0) return;
    pin_to(core);
    body();
    std::fflush(stdout);
    std::_Exit(0);
  }
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ~Child() {
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_;
};

struct Percentiles {
  double p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
};

inline Percentiles percentiles(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  };
  return {at(0.5), at(0.9), at(0.99), at(0.999), values.back()};
}

/// The run whose p50 is the median, and the spread of p50 over the runs.
struct Summary {
  Percentiles median;
  double lowest_p50 = 0, highest_p50 = 0;
};

inline Summary summarize(std::vector<Percentiles> runs) {
  std::sort(runs.begin(), runs.end(), [](const Percentiles& a, const Percentiles& b) { return a.p50 < b.p50; });
  return {runs[runs.size() / 2], runs.front().p50, runs.back().p50};
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Collects rows; prints them as they come, and all as JSON at the end.
class Report {
 public:
  void title(const std::string& text) {
    std::printf("\n%s\n", text.c_str());
    std::fflush(stdout);
  }
  void latency(const std::string& name, const Summary& s, double reference_p50) {
    std::printf("  %-44s p50 %7.1f  p90 %7.1f  p99 %7.1f  p99.9 %8.1f  max %10.1f ns   %.2f x raw   (p50 of runs: %.1f .. %.1f)\n", name.c_str(),
                s.median.p50, s.median.p90, s.median.p99, s.median.p999, s.median.max, s.median.p50 / reference_p50, s.lowest_p50, s.highest_p50);
    std::fflush(stdout);
    add(name, "p50_ns", s.median.p50);
    add(name, "p90_ns", s.median.p90);
    add(name, "p99_ns", s.median.p99);
    add(name, "p999_ns", s.median.p999);
    add(name, "max_ns", s.median.max);
    add(name, "ratio_to_raw_p50", s.median.p50 / reference_p50);
  }
  void value(const std::string& name, double value, const std::string& unit, const std::string& remark = {}) {
    std::printf("  %-44s %10.2f %-8s %s\n", name.c_str(), value, unit.c_str(), remark.c_str());
    std::fflush(stdout);
    add(name, unit, value);
  }
  void write_json(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) {
      std::perror(path.c_str());
      return;
    }
    std::fprintf(file, "[\n");
    for (std::size_t i = 0; i != rows_.size(); ++i) {
      std::fprintf(file, "  {\"name\": \"%s\", \"quantity\": \"%s\", \"value\": %.3f}%s\n", rows_[i].name.c_str(), rows_[i].quantity.c_str(),
                   rows_[i].value, i + 1 == rows_.size() ? "" : ",");
    }
    std::fprintf(file, "]\n");
    std::fclose(file);
  }

 private:
  struct Row {
    std::string name, quantity;
    double value;
  };
  void add(const std::string& name, const std::string& quantity, double value) { rows_.push_back({name, quantity, value}); }
  std::vector<Row> rows_;
};

}  // namespace carry::bench
