#pragma once

#include <carry/async/detail/driver.h>
#include <carry/async/detail/operation.h>
#include <carry/async/task.h>
#include <carry/domain/bell.h>
#include <carry/platform/stop.h>

#include <atomic>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace carry::async::detail {

/// Operations in a row. Each is in one list at most.
struct OperationList {
  Operation* first = nullptr;
  Operation* last = nullptr;
  std::size_t count = 0;
};

/// Cancels a scope at a deadline.
class ScopeTimer final : Timed {
 public:
  ScopeTimer(Scope& scope, std::error_code reason) noexcept : scope_(scope), reason_(reason) {}
  ScopeTimer(const ScopeTimer&) = delete;
  ScopeTimer& operator=(const ScopeTimer&) = delete;
  ~ScopeTimer();
  void start(Loop& loop, Clock::time_point deadline);

 private:
  void due() noexcept override;
  Scope& scope_;
  std::error_code reason_;
  Loop* loop_ = nullptr;  // while it runs
  Timers::iterator place_;
};

/// Cancels a scope when a stop token is triggered; looked at in every turn of the loop.
class StopWatch {
 public:
  StopWatch(Scope& scope, std::stop_token token) noexcept : scope_(scope), token_(std::move(token)) {}
  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;
  ~StopWatch();
  void start(Loop& loop);

 private:
  friend class Loop;
  Clock::time_point next_look() const noexcept;
  Scope& scope_;
  std::stop_token token_;
  Loop* loop_ = nullptr;
  std::optional<platform::StopRing> ring_;
};

/// What event_loop is.
class Loop {
 public:
  Loop(std::unique_ptr<domain::Bell> bell, std::unique_ptr<Driver> driver);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  void spawn(task<void> work);
  std::error_code run();
  void stop() noexcept;
  void post(std::function<void()> work);
  Result<bool> process_ready();
  Clock::time_point next_deadline() const noexcept;

  domain::Bell& bell() noexcept { return *bell_; }
  Driver& driver() const noexcept { return *driver_; }

  /// True if a coroutine may go on without going through the loop; false now and then, so that others get their turn.
  bool may_go_on() noexcept { return ++in_a_row_ % most_in_a_row != 0; }

 private:
  friend class Operation;
  friend class ScopeTimer;
  friend class StopWatch;
  struct Root;
  static constexpr unsigned most_in_a_row = 64;
  static constexpr int most_turns = 16;    // of one process_ready()
  static constexpr std::size_t burst = 8;  // messages found by one look

  static Root start(Loop& loop, task<void> work);
  std::error_code turn(bool may_wait);
  bool has_work_at_hand() const noexcept;
  void run_tasks();
  void run_posted();
  void resume_ready();
  void wake_due();
  void hear(bool rung);
  std::size_t look();
  void append(OperationList& list, Operation& operation) noexcept;
  void remove(OperationList& list, Operation& operation) noexcept;
  void rethrow();

  std::unique_ptr<domain::Bell> bell_;
  std::unique_ptr<Driver> driver_;
  OperationList ready_;
  OperationList listening_;
  Timers timers_;
  std::vector<StopWatch*> watches_;
  std::list<Root> roots_;
  std::vector<std::list<Root>::iterator> unstarted_;
  std::exception_ptr exception_;
  unsigned in_a_row_ = 0;
  bool in_turn_ = false;
  bool has_ended_ = false;   // a root
  bool unanswered_ = false;  // the bell was rung, and its generation has not begun
  bool in_burst_ = false;    // the last look found many

  std::atomic<bool> stopping_ = false;
  mutable std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace carry::async::detail
