#include "fibers.h"

#include <cstdlib>

namespace carry::explorer {

namespace {
Fibers* running = nullptr;  // whose run() is on the way
}

void Fibers::enter() {
  Fibers& fibers = *running;
  fibers.bodies_[fibers.current_]();
  fibers.alive_.reset(fibers.current_);
  if (fibers.runnable().none()) fibers.abandon();
  fibers.go_on_with(fibers.choices_->thread(Choices::none, fibers.runnable()));
  std::abort();
}

bool Fibers::run(std::vector<Body> bodies, Choices& choices) {
  running = this;
  bodies_ = std::move(bodies);
  choices_ = &choices;
  alive_.reset();
  asleep_.reset();
  for (std::size_t i = 0; i != bodies_.size(); ++i) {
    alive_.set(i);
    stacks_[i].resize(stack_bytes);
    getcontext(&contexts_[i]);
    contexts_[i].uc_stack.ss_sp = stacks_[i].data();
    contexts_[i].uc_stack.ss_size = stack_bytes;
    contexts_[i].uc_link = nullptr;
    makecontext(&contexts_[i], &Fibers::enter, 0);
  }
  current_ = choices_->thread(Choices::none, runnable());
  swapcontext(&outside_, &contexts_[current_]);
  current_ = Choices::none;
  return (alive_ & asleep_).none();
}

void Fibers::go_on_with(std::size_t next) {
  if (next == current_) return;
  const std::size_t former = current_;
  current_ = next;
  swapcontext(&contexts_[former], &contexts_[next]);
}

void Fibers::pause() {
  Runnable others = runnable();
  others.reset(current_);
  if (others.any()) go_on_with(choices_->thread(Choices::none, others));
}

void Fibers::sleep() {
  asleep_.set(current_);
  if (runnable().none()) abandon();
  go_on_with(choices_->thread(Choices::none, runnable()));
}

void Fibers::abandon() {
  setcontext(&outside_);
  std::abort();
}

}  // namespace carry::explorer
