#include <carry/async/detail/driver.h>
#include <carry/platform/thread.h>

#include "platform/linux/system.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace carry::async::detail {

using platform::linux_system::Descriptor;
using platform::linux_system::last_error;

namespace {

timespec to_timespec(std::chrono::nanoseconds duration) noexcept {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = static_cast<time_t>(whole.count()), .tv_nsec = static_cast<long>((duration - whole).count())};
}

/// The bell, and a timer that tells a host of deadlines. A wait of one's own gives the deadline to the kernel as a timeout.
class EpollDriver final : public Driver {
 public:
  explicit EpollDriver(domain::Bell& bell) noexcept
      : bell_(bell), epoll_(::epoll_create1(EPOLL_CLOEXEC)), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {}

  std::error_code open() noexcept {
    if (epoll_.get() < 0 || timer_.get() < 0) return last_error();
    for (const int descriptor : {static_cast<int>(bell_.native_handle()), timer_.get()}) {
      epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
      if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) return last_error();
    }
    return {};
  }

  std::error_code wait(Clock::time_point deadline, bool& rung) override {
    std::array<epoll_event, 2> events{};
    const int count = wait_for(events, deadline);
    if (count < 0) return errno == EINTR ? std::error_code() : last_error();
    for (int i = 0; i != count; ++i) {
      if (events[static_cast<std::size_t>(i)].data.fd == timer_.get()) announce(Clock::time_point::max());
      else rung = true;
    }
    if (rung) bell_.kernel_object().drain();
    return {};
  }

  platform::NativeHandle native_handle() const noexcept override { return epoll_.get(); }

  void announce(Clock::time_point deadline) noexcept override {
    if (deadline == announced_) return;
    announced_ = deadline;
    itimerspec when{};
    if (deadline != Clock::time_point::max()) {
      when.it_value = to_timespec(std::max(std::chrono::nanoseconds(1), std::chrono::nanoseconds(deadline.time_since_epoch())));
    }
    (void)::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
  }

  async::driver kind() const noexcept override { return async::driver::epoll; }

 private:
  int wait_for(std::array<epoll_event, 2>& events, Clock::time_point deadline) {
    const int size = static_cast<int>(events.size());
    if (deadline == Clock::time_point::min()) return ::epoll_wait(epoll_.get(), events.data(), size, 0);
    const platform::CancellationHeeded heeded;
    if (deadline == Clock::time_point::max()) return ::epoll_wait(epoll_.get(), events.data(), size, -1);
    const timespec left = to_timespec(std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(deadline - Clock::now())));
    const int count = ::epoll_pwait2(epoll_.get(), events.data(), size, &left, nullptr);
    if (count >= 0 || errno != ENOSYS) return count;
    announce(deadline);  // A kernel before 5.11: the timer is as exact.
    return ::epoll_wait(epoll_.get(), events.data(), size, -1);
  }

  domain::Bell& bell_;
  Descriptor epoll_;
  Descriptor timer_;
  Clock::time_point announced_ = Clock::time_point::max();
};

}  // namespace

Result<std::unique_ptr<Driver>> make_epoll_driver(domain::Bell& bell) {
  auto driver = std::make_unique<EpollDriver>(bell);
  if (auto error = driver->open()) return Failure{error};
  return driver;
}

}  // namespace carry::async::detail
