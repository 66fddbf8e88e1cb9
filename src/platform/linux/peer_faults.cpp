// The handler of SIGBUS. ADR 11 says why a library installs one.
//
// Everything here runs inside a signal handler, in any thread, at any place: system calls and lock-free atomics only.

#include <carry/platform/peer_faults.h>

#include "platform/linux/guarded_range.h"

#include <atomic>
#include <cerrno>

#include <pthread.h>
#include <signal.h>

namespace carry::platform {

namespace {

using namespace linux_system;

std::atomic<PeerFaultNotice> notice_of_fault = nullptr;
struct sigaction former;  // written before the handler is installed

/// The instruction is executed again when the handler returns, and faults again.
bool is_fault(const siginfo_t& info) noexcept {
  return info.si_code == BUS_ADRERR || info.si_code == BUS_ADRALN || info.si_code == BUS_OBJERR || info.si_code == BUS_MCEERR_AR;
}

void die_of(const siginfo_t& info) noexcept {
  (void)::signal(SIGBUS, SIG_DFL);
  // A fault comes again, and leaves a core file that shows the place. What somebody sent has to be sent again.
  if (!is_fault(info)) (void)::raise(SIGBUS);
}

/// As the kernel would have called it.
void call_former(int signal, siginfo_t* info, void* context) noexcept {
  if ((former.sa_flags & SA_SIGINFO) == 0) {
    if (former.sa_handler == SIG_DFL) return die_of(*info);
    if (former.sa_handler == SIG_IGN) return is_fault(*info) ? die_of(*info) : void();  // A fault cannot be ignored.
  }
  sigset_t blocked = former.sa_mask;
  if ((former.sa_flags & SA_NODEFER) == 0) ::sigaddset(&blocked, SIGBUS);
  (void)::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);  // The end of this handler restores it.
  if ((static_cast<unsigned>(former.sa_flags) & SA_RESETHAND) != 0) (void)::signal(SIGBUS, SIG_DFL);
  if ((former.sa_flags & SA_SIGINFO) != 0) former.sa_sigaction(signal, info, context);
  else former.sa_handler(signal);
}

/// Zeroes cure a file that is too short and a page that the hardware lost; not an address that is not aligned.
bool may_be_cured(const siginfo_t& info) noexcept { return info.si_code == BUS_ADRERR || info.si_code == BUS_MCEERR_AR; }

void on_sigbus(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  bool was_whole = false;
  if (may_be_cured(*info) && replace_guarded(reinterpret_cast<std::uintptr_t>(info->si_addr), was_whole)) {
    const PeerFaultNotice notice = notice_of_fault.load(std::memory_order_acquire);  // Acquire: pairs with contain_peer_faults().
    if (was_whole && notice != nullptr) notice();
  } else {
    call_former(signal, info, context);
  }
  errno = error;
}

bool install() noexcept {
  (void)::sigaction(SIGBUS, nullptr, &former);
  struct sigaction action{};
  action.sa_sigaction = on_sigbus;
  // SA_NODEFER: the notice counts in the epoch table, which may be what is missing next. SA_ONSTACK: programs with small stacks expect it.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  return ::sigaction(SIGBUS, &action, nullptr) == 0;
}

}  // namespace

void contain_peer_faults(PeerFaultNotice notice) noexcept {
  PeerFaultNotice none = nullptr;
  notice_of_fault.compare_exchange_strong(none, notice, std::memory_order_acq_rel);  // Release: pairs with on_sigbus().
  // Never installed again: a handler that came later is the program's, and may call this one.
  [[maybe_unused]] static const bool installed = install();
}

}  // namespace carry::platform
