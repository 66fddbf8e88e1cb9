#include <carry/async/detail/driver.h>

#include "platform/linux/system.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

#include <liburing.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace carry::async::detail {

using platform::linux_system::Descriptor;

namespace {

constexpr unsigned entries = 4;
/// Where the tokens of all bells go; nobody reads them. It outlives every ring, whose last read may end after the ring was closed.
std::array<char, 256> tokens;
constexpr std::uint64_t bell_tag = 1;

/// Unlike the system's own numbers, never given to another thread.
std::uint64_t number_of_this_thread() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  thread_local const std::uint64_t number = last.fetch_add(1, std::memory_order_relaxed) + 1;  // Relaxed: it guards nothing.
  return number;
}

std::error_code to_error(int negative) noexcept { return {-negative, std::system_category()}; }

__kernel_timespec to_kernel_timespec(std::chrono::nanoseconds duration) noexcept {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = whole.count(), .tv_nsec = (duration - whole).count()};
}

/// One read of the bell, always under way: its completion is the ring, and has emptied the bell. One system call per turn submits the next read
/// and waits.
class UringDriver final : public Driver {
 public:
  explicit UringDriver(domain::Bell& bell) noexcept : bell_(bell) {}
  ~UringDriver() override {
    if (opened_) ::io_uring_queue_exit(&ring_);
  }

  /// Errors: function_not_supported or operation_not_permitted where io_uring is refused.
  std::error_code open() noexcept {
    told_ = Descriptor(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!told_) return to_error(-errno);
    return open_ring();
  }

  std::error_code wait(Clock::time_point deadline, bool& rung) noexcept override {
    if (host_error_) return host_error_;
    if (auto error = come()) return error;
    if (!reading_) submit_read();
    rung = std::exchange(was_rung_, false);
    if (rung) deadline = Clock::time_point::min();
    if (is_hosted_) {  // Before the completions are taken: one that comes meanwhile tells again.
      std::uint64_t count = 0;
      (void)!::read(told_.get(), &count, sizeof count);
    }
    io_uring_cqe* completion = nullptr;
    int result = 0;
    if (deadline == Clock::time_point::min()) {
      result = ::io_uring_submit_and_get_events(&ring_);
    } else if (deadline == Clock::time_point::max()) {
      result = ::io_uring_submit_and_wait(&ring_, 1);
    } else {
      __kernel_timespec left = to_kernel_timespec(std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(deadline - Clock::now())));
      result = ::io_uring_submit_and_wait_timeout(&ring_, &completion, 1, &left, nullptr);
    }
    if (result < 0 && result != -ETIME && result != -EINTR && result != -EAGAIN && result != -EBUSY) return to_error(result);
    return reap(rung);
  }

  /// An eventfd, of which the ring knows once somebody asked.
  platform::NativeHandle native_handle() const noexcept override {
    if (!is_hosted_) {
      is_hosted_ = true;
      if (const int result = ::io_uring_register_eventfd(&ring_, told_.get()); result < 0) host_error_ = to_error(result);
    }
    return told_.get();
  }

  void announce(Clock::time_point deadline) noexcept override {
    if (!reading_) submit_read();
    const bool is_set = deadline == announced_ || set_timer(deadline);
    // The next read, too: the host sleeps now. What the kernel does not take is tried again when the host comes back at once.
    if (::io_uring_submit(&ring_) < 0 || !is_set) (void)::eventfd_write(told_.get(), 1);
  }

  /// Ends the read: nothing of this thread's is left in the kernel.
  void leave() noexcept override {
    while (reading_) {
      io_uring_sqe* entry = next_entry();
      if (entry == nullptr) return;
      ::io_uring_prep_cancel64(entry, bell_tag, 0);
      ::io_uring_sqe_set_data64(entry, 0);
      if (const int result = ::io_uring_submit_and_wait(&ring_, 1); result < 0 && result != -EINTR) return;
      if (reap(was_rung_)) return;
    }
  }

  async::driver kind() const noexcept override { return async::driver::io_uring; }

 private:
  std::error_code open_ring() noexcept {
    io_uring_params parameters{};
    // Work is done when the loop's thread waits, not by interrupting it; that thread is the first one that does. Kernels before 6.1 do not
    // know the flags.
    parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_R_DISABLED;
    int result = ::io_uring_queue_init_params(entries, &ring_, &parameters);
    if (result == -EINVAL) {
      parameters = {};
      result = ::io_uring_queue_init_params(entries, &ring_, &parameters);
    }
    if (result < 0) return to_error(result);
    opened_ = true;
    belongs_to_thread_ = (parameters.flags & IORING_SETUP_SINGLE_ISSUER) != 0;
    thread_ = 0;
    if ((parameters.features & IORING_FEAT_EXT_ARG) == 0) return std::make_error_code(std::errc::function_not_supported);
    return {};
  }

  /// Has the ring belong to this thread. One that the loop was run in before has left.
  std::error_code come() noexcept {
    const std::uint64_t thread = number_of_this_thread();
    if (thread_ == thread || !belongs_to_thread_) return {};
    if (thread_ != 0) {
      if (reading_) return std::make_error_code(std::errc::operation_not_permitted);  // A hosted loop stays with its thread.
      ::io_uring_queue_exit(&ring_);
      opened_ = false;
      announced_ = Clock::time_point::max();
      if (auto error = open_ring()) return error;
      if (const int result = is_hosted_ ? ::io_uring_register_eventfd(&ring_, told_.get()) : 0; result < 0) return to_error(result);
    }
    // Not io_uring_enable_rings(): liburing 2.3 declares it and does not export it.
    if (belongs_to_thread_ && ::syscall(SYS_io_uring_register, ring_.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0) != 0) return to_error(-errno);
    thread_ = thread;
    return {};
  }

  /// Room for one more submission; null if the kernel takes none.
  io_uring_sqe* next_entry() noexcept {
    if (io_uring_sqe* entry = ::io_uring_get_sqe(&ring_)) return entry;
    (void)::io_uring_submit(&ring_);
    return ::io_uring_get_sqe(&ring_);
  }

  /// One timer at most is under way, and its tag is its own: the completion of one that was removed says nothing about the next.
  bool set_timer(Clock::time_point deadline) noexcept {
    if (announced_ != Clock::time_point::max()) {
      io_uring_sqe* entry = next_entry();
      if (entry == nullptr) return false;
      ::io_uring_prep_timeout_remove(entry, timer_tag_, 0);
      ::io_uring_sqe_set_data64(entry, 0);
      announced_ = Clock::time_point::max();
    }
    if (deadline == Clock::time_point::max()) return true;
    io_uring_sqe* entry = next_entry();
    if (entry == nullptr) return false;
    timer_ = to_kernel_timespec(std::max(std::chrono::nanoseconds(1), std::chrono::nanoseconds(deadline.time_since_epoch())));
    ::io_uring_prep_timeout(entry, &timer_, 0, IORING_TIMEOUT_ABS);
    ::io_uring_sqe_set_data64(entry, ++timer_tag_);
    announced_ = deadline;
    return true;
  }

  void submit_read() noexcept {
    io_uring_sqe* entry = next_entry();
    if (entry == nullptr) return;
    ::io_uring_prep_read(entry, static_cast<int>(bell_.native_handle()), tokens.data(), static_cast<unsigned>(tokens.size()), 0);
    ::io_uring_sqe_set_data64(entry, bell_tag);
    reading_ = true;
  }

  std::error_code reap(bool& rung) noexcept {
    io_uring_cqe* completion = nullptr;
    std::error_code error;
    while (::io_uring_peek_cqe(&ring_, &completion) == 0) {
      if (completion->user_data == bell_tag) {
        reading_ = false;
        if (completion->res > 0) rung = true;
        else if (completion->res != -EAGAIN && completion->res != -EINTR && completion->res != -ECANCELED) error = to_error(completion->res);
      } else if (completion->user_data == timer_tag_) {
        announced_ = Clock::time_point::max();
      }
      ::io_uring_cqe_seen(&ring_, completion);
    }
    return error;
  }

  domain::Bell& bell_;
  mutable io_uring ring_{};
  Descriptor told_;
  mutable bool is_hosted_ = false;
  mutable std::error_code host_error_;  // why the host is not told
  bool opened_ = false;
  bool belongs_to_thread_ = false;
  std::uint64_t thread_ = 0;  // to which it belongs, once there was a first wait
  bool reading_ = false;
  bool was_rung_ = false;               // when it left a thread
  std::uint64_t timer_tag_ = bell_tag;  // of the last timer
  Clock::time_point announced_ = Clock::time_point::max();
  __kernel_timespec timer_{};
};

}  // namespace

Result<std::unique_ptr<Driver>> make_io_uring_driver(domain::Bell& bell) {
  auto driver = std::make_unique<UringDriver>(bell);
  if (auto error = driver->open()) return Failure{error};
  return driver;
}

}  // namespace carry::async::detail
