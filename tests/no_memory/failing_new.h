#pragma once

namespace carry::test {

/// While it lives, the n-th request of this thread to operator new (from 0) fails, and with `and_all_after` every later one, too.
class FailingNew {
 public:
  FailingNew(int n, bool and_all_after) noexcept;
  FailingNew(const FailingNew&) = delete;
  FailingNew& operator=(const FailingNew&) = delete;
  ~FailingNew();

  /// Whether one has failed.
  static bool has_failed() noexcept;
};

}  // namespace carry::test
