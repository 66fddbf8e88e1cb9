#include <carry/async/detail/driver.h>

namespace carry::async::detail {

namespace {

/// Waits for the bell's event. A host that waits for it takes its signal, so once there is one, every look counts as rung.
class EventDriver final : public Driver {
 public:
  explicit EventDriver(domain::Bell& bell) noexcept : bell_(bell) {}

  std::error_code wait(Clock::time_point deadline, bool& rung) noexcept override {
    rung = bell_.wait(deadline) || hosted_;
    if (rung) bell_.kernel_object().drain();
    return {};
  }

  platform::NativeHandle native_handle() const noexcept override {
    hosted_ = true;
    return bell_.native_handle();
  }

  void announce(Clock::time_point) noexcept override {}  // The host asks for next_deadline().

  async::driver kind() const noexcept override { return async::driver::event; }

 private:
  domain::Bell& bell_;
  mutable bool hosted_ = false;
};

}  // namespace

Result<std::unique_ptr<Driver>> make_event_driver(domain::Bell& bell) { return std::make_unique<EventDriver>(bell); }

Result<std::unique_ptr<Driver>> Driver::make(async::driver wanted, domain::Bell& bell) {
  if (wanted == async::driver::automatic || wanted == async::driver::event) return make_event_driver(bell);
  return Failure{std::make_error_code(std::errc::not_supported)};
}

}  // namespace carry::async::detail
