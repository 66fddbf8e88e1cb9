#pragma once

#include <memory>
#include <mutex>

namespace carry::domain {

/// What outlives its user until others have let go of it: a connection while its samples are held, a publisher's ring while it is read.
class Kept {
 public:
  virtual ~Kept() = default;

  /// True: nobody needs it any more. Asked by any thread, by one at a time.
  virtual bool finished() noexcept = 0;

 private:
  friend class KeptList;
  std::unique_ptr<Kept> next_;
};

/// Thread safety: any thread. Allocates nothing, so that what is kept cannot get lost.
class KeptList {
 public:
  void add(std::unique_ptr<Kept> kept) noexcept;

  /// Ends everything that is finished.
  void finish() noexcept;

 private:
  std::mutex mutex_;
  std::unique_ptr<Kept> first_;
};

}  // namespace carry::domain
