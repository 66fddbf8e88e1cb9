#include <carry/async/detail/loop.h>
#include <carry/async/event_loop.h>
#include <carry/domain/participant.h>
#include <carry/platform/own_segment.h>

namespace carry::async {

Result<event_loop> event_loop::make(async::driver wanted) {
  auto participant = domain::Participant::current();
  if (!participant) return Failure{participant.error()};
  auto bell = domain::Bell::make(**participant);
  if (!bell) return Failure{bell.error()};
  auto driver = detail::Driver::make(wanted, **bell);
  if (!driver) return Failure{driver.error()};
  return event_loop(std::make_unique<detail::Loop>(std::move(*bell), std::move(*driver)));
}

event_loop::event_loop(std::unique_ptr<detail::Loop> loop) noexcept : loop_(std::move(loop)) {}
event_loop::event_loop(event_loop&&) noexcept = default;
event_loop& event_loop::operator=(event_loop&&) noexcept = default;
event_loop::~event_loop() = default;

void event_loop::spawn(task<void> work) { loop_->spawn(std::move(work)); }
std::error_code event_loop::run() { return loop_->run(); }
void event_loop::stop() noexcept { loop_->stop(); }
void event_loop::post(std::function<void()> work) { loop_->post(std::move(work)); }
platform::NativeHandle event_loop::native_handle() const noexcept { return loop_->driver().native_handle(); }
std::chrono::steady_clock::time_point event_loop::next_deadline() const noexcept { return loop_->next_deadline(); }
Result<bool> event_loop::process_ready() { return loop_->process_ready(); }
driver event_loop::chosen() const noexcept { return loop_->driver().kind(); }

std::string_view to_string(driver which) noexcept {
  switch (which) {
    case driver::automatic: return "automatic";
    case driver::io_uring: return "io_uring";
    case driver::epoll: return "epoll";
    case driver::event: return "event";
  }
  return "unknown";
}

}  // namespace carry::async
