#include <carry/async/detail/loop.h>
#include <carry/error.h>

namespace carry::async::detail {

void Scope::cancel(std::error_code reason) noexcept {
  if (!reason_) reason_ = reason;
  Scope* innermost = this;
  while (innermost->inner_ != nullptr) innermost = innermost->inner_;
  if (innermost->waiting_ != nullptr) innermost->waiting_->wake(reason);
}

std::error_code Scope::reason() const noexcept {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    if (scope->reason_) return scope->reason_;
  }
  return {};
}

void Operation::sleep(const Context& context, std::coroutine_handle<> coroutine, Clock::time_point deadline, std::error_code at_deadline) {
  if (deadline != Clock::time_point::max()) {
    timer_ = context.loop->timers_.emplace(deadline, static_cast<Timed*>(this));  // First: it may fail.
    has_timer_ = true;
  }
  loop_ = context.loop;
  scope_ = context.scope;
  coroutine_ = coroutine;
  at_deadline_ = at_deadline;
  scope_->waiting_ = this;
  if (listens_) loop_->append(loop_->listening_, *this);
}

void Operation::due() noexcept {
  if (look_every_ == Clock::duration::max() || look()) return wake(at_deadline_);
  auto timer = loop_->timers_.extract(timer_);
  timer.key() = Clock::now() + look_every_;
  timer_ = loop_->timers_.insert(std::move(timer));
}

void Operation::wake(std::error_code result) noexcept {
  if (loop_ == nullptr || is_ready_) return;
  Loop& loop = *loop_;
  forget();
  loop_ = &loop;
  is_ready_ = true;
  result_ = result;
  loop.append(loop.ready_, *this);
}

void Operation::forget() noexcept {
  if (loop_ == nullptr) return;
  if (is_ready_) loop_->remove(loop_->ready_, *this);
  else if (listens_) loop_->remove(loop_->listening_, *this);
  if (std::exchange(has_timer_, false)) loop_->timers_.erase(timer_);
  if (scope_ != nullptr) std::exchange(scope_, nullptr)->waiting_ = nullptr;
  is_ready_ = false;
  loop_ = nullptr;
}

void ScopeTimer::start(Loop& loop, Clock::time_point deadline) {
  if (deadline == Clock::time_point::max()) return;
  place_ = loop.timers_.emplace(deadline, static_cast<Timed*>(this));
  loop_ = &loop;
}

void ScopeTimer::due() noexcept {
  std::exchange(loop_, nullptr)->timers_.erase(place_);
  scope_.cancel(reason_);
}

ScopeTimer::~ScopeTimer() {
  if (loop_ != nullptr) loop_->timers_.erase(place_);
}

void StopWatch::start(Loop& loop) {
  loop.watches_.push_back(this);
  loop_ = &loop;
  ring_.emplace(token_, [&loop] { loop.bell().ring(); });
  if (token_.stop_requested()) scope_.cancel(Errc::cancelled);
}

StopWatch::~StopWatch() {
  if (loop_ != nullptr) std::erase(loop_->watches_, this);
}

Clock::time_point StopWatch::next_look() const noexcept {
  const auto longest = ring_->longest_wait();
  return longest == std::chrono::nanoseconds::max() ? Clock::time_point::max() : Clock::now() + longest;
}

}  // namespace carry::async::detail
