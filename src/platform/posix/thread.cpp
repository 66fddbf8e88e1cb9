#include <carry/platform/thread.h>

#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include <pthread.h>
#include <sched.h>
#include <time.h>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace carry::platform {

namespace {

/// Calls of one thread, the last one first.
struct ThreadEndCall {
  void (*call)(void*);
  void* argument;
  ThreadEndCall* next;
};

void run_calls(void* first) {
  for (auto* each = static_cast<ThreadEndCall*>(first); each != nullptr;) {
    const std::unique_ptr<ThreadEndCall> owned(each);
    each = each->next;
    owned->call(owned->argument);
  }
}

/// Errors: a key with `valid` false when the process has no more of them.
struct ThreadEndKey {
  pthread_key_t key{};
  bool valid = ::pthread_key_create(&key, run_calls) == 0;
};

}  // namespace

bool at_thread_end(void (*call)(void*), void* argument) noexcept {
  static const ThreadEndKey end;
  if (!end.valid) return false;
  auto* first = static_cast<ThreadEndCall*>(::pthread_getspecific(end.key));
  std::unique_ptr<ThreadEndCall> added(new (std::nothrow) ThreadEndCall{call, argument, first});
  if (added == nullptr || ::pthread_setspecific(end.key, added.get()) != 0) return false;
  (void)added.release();
  return true;
}

namespace {

constinit thread_local bool is_deferred = false;  // and would be heeded otherwise

}  // namespace

CancellationDeferred::CancellationDeferred() noexcept {
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &former_);
  if (former_ == PTHREAD_CANCEL_ENABLE) is_deferred = true;
}

CancellationDeferred::~CancellationDeferred() {
  if (former_ == PTHREAD_CANCEL_ENABLE) is_deferred = false;
  ::pthread_setcancelstate(former_, &former_);
}

CancellationHeeded::CancellationHeeded() noexcept {
  if (is_deferred) ::pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &former_);
}

CancellationHeeded::~CancellationHeeded() {
  if (is_deferred) ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &former_);
}

CancellationRefused::CancellationRefused() noexcept : was_deferred_(std::exchange(is_deferred, false)) {}

CancellationRefused::~CancellationRefused() { is_deferred = was_deferred_; }

void heed_cancellation() {
  const CancellationHeeded heeded;
  ::pthread_testcancel();
}

void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

void yield() noexcept { ::sched_yield(); }

void sleep_for(std::chrono::nanoseconds duration) noexcept {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  timespec left{.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
  const CancellationDeferred deferred;
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

}  // namespace carry::platform
