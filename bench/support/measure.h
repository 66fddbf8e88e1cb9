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
  ~Child() { wait(); }

  void wait() {
    if (pid_ > 0) waitpid(std::exchange(pid_, -1), nullptr, 0);
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

/// What was measured, and the limit of the machine just before and after.
struct Run {
  Percentiles measured, raw;
  double ratio() const { return measured.p50 / raw.p50; }
};

/// The run whose ratio is the median, and the spread of the ratios.
struct Summary {
  Run median;
  double lowest_ratio = 0, highest_ratio = 0;
};

inline Summary summarize(std::vector<Run> runs) {
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.ratio() < b.ratio(); });
  return {runs[runs.size() / 2], runs.front().ratio(), runs.back().ratio()};
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
  void latency_head() {
    std::printf("  %-36s %8s %8s %8s %8s %10s %9s   %s\n", "nanoseconds", "p50", "p90", "p99", "p99.9", "max", "raw p50", "p50 / raw p50 (all runs)");
    std::fflush(stdout);
  }
  void latency(const std::string& name, const Summary& s) {
    const Percentiles& m = s.median.measured;
    std::printf("  %-36s %8.1f %8.1f %8.1f %8.1f %10.1f %9.1f   %.2f (%.2f .. %.2f)\n", name.c_str(), m.p50, m.p90, m.p99, m.p999, m.max,
                s.median.raw.p50, s.median.ratio(), s.lowest_ratio, s.highest_ratio);
    std::fflush(stdout);
    add(name, "p50_ns", m.p50);
    add(name, "p90_ns", m.p90);
    add(name, "p99_ns", m.p99);
    add(name, "p999_ns", m.p999);
    add(name, "max_ns", m.max);
    add(name, "raw_p50_ns", s.median.raw.p50);
    add(name, "raw_p99_ns", s.median.raw.p99);
    add(name, "p50_ratio", s.median.ratio());
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
