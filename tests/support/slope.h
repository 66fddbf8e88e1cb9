#pragma once

#include <string>

namespace carry::test {

/// How something grows, after what is had once has been had: between a quarter of the way and its end.
class Slope {
 public:
  /// `done` of `all`.
  void look(double bytes, double done, double all) {
    if (first_.done == 0 || done <= all / 4) first_ = {bytes, done};
    last_ = {bytes, done};
  }
  double kib_per_thousand() const { return last_.done == first_.done ? 0 : (last_.bytes - first_.bytes) / 1024 / (last_.done - first_.done) * 1000; }

 private:
  struct Point {
    double bytes = 0;
    double done = 0;
  };
  Point first_;
  Point last_;
};

}  // namespace carry::test
