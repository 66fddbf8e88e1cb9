#include <carry/async/detail/loop.h>
#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/stop.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace carry::async::detail {

/// A spawned task: a coroutine that nobody awaits, and that its loop can destroy.
struct Loop::Root {
  struct promise_type : Context {
    Scope whole;
    bool ended = false;
    Root get_return_object() noexcept { return Root(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() noexcept {
      ended = true;
      loop->has_ended_ = true;
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept {
      if (loop->exception_ == nullptr) loop->exception_ = std::current_exception();
    }
  };

  explicit Root(std::coroutine_handle<promise_type> c) noexcept : coroutine(c) {}
  Root(Root&& other) noexcept : coroutine(std::exchange(other.coroutine, nullptr)) {}
  Root& operator=(Root&&) = delete;
  ~Root() {
    if (coroutine != nullptr) coroutine.destroy();
  }

  std::coroutine_handle<promise_type> coroutine;
};

Loop::Root Loop::start(Loop&, task<void> work) { co_await work; }

Loop::Loop(std::unique_ptr<domain::Bell> bell, std::unique_ptr<Driver> driver) : bell_(std::move(bell)), driver_(std::move(driver)) {}

Loop::~Loop() {
  // Destructors of what the tasks hold may spawn; the list is empty in the end.
  while (!roots_.empty()) roots_.pop_front();
}

void Loop::spawn(task<void> work) {
  roots_.push_back(start(*this, std::move(work)));
  auto& promise = roots_.back().coroutine.promise();
  promise.loop = this;
  promise.scope = &promise.whole;
  try {
    unstarted_.push_back(std::prev(roots_.end()));
  } catch (...) {
    roots_.pop_back();
    throw;
  }
  if (!in_turn_) bell_->ring();  // A host has to be told.
}

std::error_code Loop::run() {
  if (platform::forked()) return Errc::forked;
  const platform::CancellationDeferred deferred;  // Until it sleeps.
  struct Leaving {
    Driver& driver;
    ~Leaving() { driver.leave(); }
  } const leaving{*driver_};
  while (!stopping_.exchange(false, std::memory_order_acquire)) {  // Acquire: pairs with the release in stop().
    if (auto error = turn(true)) return error;
    rethrow();
    if (roots_.empty() && !has_work_at_hand()) {
      stopping_.store(false, std::memory_order_relaxed);  // Relaxed: it is over anyway.
      break;
    }
  }
  return {};
}

Result<bool> Loop::process_ready() {
  if (platform::forked()) return failure(Errc::forked);
  const platform::CancellationDeferred deferred;
  struct Leaving {
    Loop& own;
    ~Leaving() {
      if (own.has_work_at_hand()) own.bell_->ring();  // The host is to come again.
      own.driver_->announce(own.next_deadline());
    }
  } const leaving{*this};
  // What becomes ready meanwhile is done, too, but not for ever: the host has work of its own.
  for (int turns = 0; turns != most_turns; ++turns) {
    if (auto error = turn(false)) return Failure{error};
    rethrow();
    if (!has_work_at_hand()) break;
  }
  return !roots_.empty();
}

void Loop::rethrow() {
  if (exception_ != nullptr) std::rethrow_exception(std::exchange(exception_, nullptr));
}

std::error_code Loop::turn(bool may_wait) {
  struct InTurn {
    bool& flag;
    ~InTurn() { flag = false; }
  } const in_turn{in_turn_};
  in_turn_ = true;
  run_tasks();
  if (exception_ != nullptr) return {};
  const bool sleeps = may_wait && !has_work_at_hand() && !roots_.empty() && !stopping_.load(std::memory_order_acquire);  // Acquire: see run().
  if (sleeps) platform::heed_cancellation();  // io_uring's sleep is no cancellation point.
  bool rung = false;
  if (auto error = driver_->wait(sleeps ? next_deadline() : Clock::time_point::min(), rung)) return error;
  hear(rung);
  wake_due();
  for (StopWatch* watch : watches_) {
    if (watch->token_.stop_requested()) watch->scope_.cancel(Errc::cancelled);
  }
  return {};
}

void Loop::run_tasks() {
  const platform::CancellationRefused refused;  // Also if they block: the body of a coroutine is no place for a thread to end.
  run_posted();
  resume_ready();
  wake_due();
  // The tasks that have ended; what they held may wake or spawn others.
  if (std::exchange(has_ended_, false)) std::erase_if(roots_, [](const Root& root) { return root.coroutine.promise().ended; });
}

bool Loop::has_work_at_hand() const noexcept {
  if (ready_.first != nullptr || !unstarted_.empty() || unanswered_ || in_burst_) return true;
  const std::scoped_lock lock(posted_mutex_);
  return !posted_.empty();
}

void Loop::run_posted() {
  std::vector<std::function<void()>> posted;
  {
    const std::scoped_lock lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (auto work = posted.begin(); work != posted.end(); ++work) {
    try {
      (*work)();
    } catch (...) {
      const std::scoped_lock lock(posted_mutex_);  // What comes after it is done in the next turn.
      posted_.insert(posted_.begin(), std::make_move_iterator(work + 1), std::make_move_iterator(posted.end()));
      throw;
    }
  }
}

void Loop::resume_ready() {
  in_a_row_ = 0;
  for (const auto& root : std::exchange(unstarted_, {})) root->coroutine.resume();
  // As many as were ready at the beginning of the turn: who becomes ready again waits for the next one.
  for (std::size_t left = ready_.count; left != 0 && ready_.first != nullptr; --left) {
    Operation* const operation = ready_.first;
    operation->forget();
    operation->coroutine_.resume();
  }
}

void Loop::wake_due() {
  if (timers_.empty()) return;
  const auto now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    timers_.begin()->second->due();  // takes it out
  }
}

void Loop::hear(bool rung) {
  unanswered_ = unanswered_ || rung;
  if (!unanswered_ && !in_burst_) return;
  // While many messages come, nobody has to ring for the next ones: what was rung is answered when a look finds few.
  const bool answers = !in_burst_;
  if (answers) bell_->begin_generation();
  in_burst_ = look() > burst;
  if (answers) unanswered_ = false;  // After the look, which may throw: then the next turn looks again.
}

std::size_t Loop::look() {
  std::size_t found = 0;
  for (Operation* operation = listening_.first; operation != nullptr;) {
    Operation* const next = operation->next_;
    if (operation->look()) {
      operation->wake({});
      ++found;
    }
    operation = next;
  }
  return found;
}

Clock::time_point Loop::next_deadline() const noexcept {
  Clock::time_point next = timers_.empty() ? Clock::time_point::max() : timers_.begin()->first;
  for (const StopWatch* watch : watches_) next = std::min(next, watch->next_look());
  return next;
}

void Loop::stop() noexcept {
  stopping_.store(true, std::memory_order_release);  // Release: pairs with run().
  bell_->ring();
}

void Loop::post(std::function<void()> work) {
  {
    const std::scoped_lock lock(posted_mutex_);
    posted_.push_back(std::move(work));
    if (posted_.size() != 1) return;  // Rung already.
  }
  bell_->ring();
}

void Loop::append(OperationList& list, Operation& operation) noexcept {
  operation.previous_ = list.last;
  operation.next_ = nullptr;
  (list.last == nullptr ? list.first : list.last->next_) = &operation;
  list.last = &operation;
  ++list.count;
}

void Loop::remove(OperationList& list, Operation& operation) noexcept {
  (operation.previous_ == nullptr ? list.first : operation.previous_->next_) = operation.next_;
  (operation.next_ == nullptr ? list.last : operation.next_->previous_) = operation.previous_;
  --list.count;
}

}  // namespace carry::async::detail
