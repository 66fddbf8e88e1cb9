// System calls as points (Linux on x86-64). A seccomp filter lets through what leaves nothing behind; for all else the kernel raises SIGSYS, and the
// handler makes a point of the call and then makes the call itself, from the one place that the filter always lets through.

#include "crash/points.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <csignal>

extern "C" {
long carry_unwatched_call(long number, long a, long b, long c, long d, long e, long f);
extern const char carry_unwatched_call_made[];  // where the kernel comes back to
}
asm(R"(
  .text
  .globl carry_unwatched_call
  .globl carry_unwatched_call_made
carry_unwatched_call:
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsi
  mov %rcx, %rdx
  mov %r8, %r10
  mov %r9, %r8
  mov 8(%rsp), %r9
  syscall
carry_unwatched_call_made:
  ret
)");

namespace carry::test::points::detail {

namespace {

/// They change nothing that others see, or that outlives the process. All others have points.
constexpr std::array harmless{
    SYS_rt_sigreturn, SYS_rt_sigaction,    SYS_rt_sigprocmask,  SYS_sigaltstack, SYS_exit,         SYS_futex,    SYS_set_robust_list,
    SYS_rseq,         SYS_clock_gettime,   SYS_clock_nanosleep, SYS_nanosleep,   SYS_sched_yield,  SYS_getpid,   SYS_gettid,
    SYS_getuid,       SYS_geteuid,         SYS_getgid,          SYS_getegid,     SYS_brk,          SYS_mprotect, SYS_sched_getaffinity,
    SYS_tgkill,       SYS_restart_syscall, SYS_clone3,          SYS_clone,       SYS_gettimeofday, SYS_getcpu,   SYS_lseek,
};

/// They are done without a point, but they can fail.
constexpr std::array readers{
    SYS_read, SYS_pread64, SYS_fstat,      SYS_newfstatat,  SYS_statx,     SYS_fstatfs,   SYS_statfs,    SYS_getdents64, SYS_readlink, SYS_readlinkat,
    SYS_poll, SYS_ppoll,   SYS_epoll_wait, SYS_epoll_pwait, SYS_getrandom, SYS_prlimit64, SYS_getrlimit, SYS_madvise,    SYS_munmap,   SYS_uname,
};

struct Failure {
  long call;
  const char* name;
  int error;
};

/// How a call fails where the system is short of something, or does not know it. Calls that are not here cannot fail in a way that says something.
constexpr std::array failures{
    Failure{SYS_openat, "openat", EMFILE},
    Failure{SYS_mkdirat, "mkdirat", ENOSPC},
    Failure{SYS_mkdir, "mkdir", ENOSPC},
    Failure{SYS_mknodat, "mknodat", ENOSPC},
    Failure{SYS_mmap, "mmap", ENOMEM},
    Failure{SYS_madvise, "madvise", ENOMEM},
    Failure{SYS_ftruncate, "ftruncate", ENOSPC},
    Failure{SYS_fallocate, "fallocate", ENOSPC},
    Failure{SYS_linkat, "linkat", ENOSPC},
    Failure{SYS_renameat2, "renameat2", ENOSPC},
    Failure{SYS_fcntl, "fcntl", ENOLCK},
    Failure{SYS_fstat, "fstat", ENOMEM},
    Failure{SYS_newfstatat, "newfstatat", ENOMEM},
    Failure{SYS_fstatfs, "fstatfs", ENOMEM},
    Failure{SYS_getdents64, "getdents64", ENOMEM},
    Failure{SYS_readlink, "readlink", ENOMEM},
    Failure{SYS_getrandom, "getrandom", EINTR},
    Failure{SYS_read, "read", EINTR},
    Failure{SYS_write, "write", EINTR},
    Failure{SYS_poll, "poll", EINTR},
    Failure{SYS_ppoll, "ppoll", EINTR},
    Failure{SYS_epoll_wait, "epoll_wait", EINTR},
    Failure{SYS_epoll_create1, "epoll_create1", EMFILE},
    Failure{SYS_epoll_ctl, "epoll_ctl", ENOMEM},
    Failure{SYS_eventfd2, "eventfd2", EMFILE},
    Failure{SYS_timerfd_create, "timerfd_create", EMFILE},
    Failure{SYS_io_uring_setup, "io_uring_setup", ENOMEM},
    Failure{SYS_io_uring_enter, "io_uring_enter", EINTR},
    Failure{SYS_socket, "socket", EMFILE},
    Failure{SYS_bind, "bind", ENOMEM},
    Failure{SYS_connect, "connect", EAGAIN},
    Failure{SYS_sendto, "sendto", ENOBUFS},
    Failure{SYS_membarrier, "membarrier", EPERM},
    Failure{SYS_unlinkat, "unlinkat", EIO},
};

template <std::size_t n>
bool contains(const std::array<int, n>& calls, long call) noexcept {
  for (const int known : calls) {
    if (known == call) return true;
  }
  return false;
}

bool is_private_mapping(long call, long flags) noexcept { return call == SYS_mmap && (flags & MAP_SHARED) == 0; }

/// The error of a call that shall fail, negative as the kernel gives it; 0: it shall be done.
long failure_now(long call) noexcept {
  for (const Failure& failure : failures) {
    if (failure.call == call) return call_fails(failure.name) ? -failure.error : 0;
  }
  return 0;
}

void on_call(int, siginfo_t* information, void* context) {
  const int kept_errno = errno;
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const long call = information->si_syscall;
  const long d = registers[REG_R10];
  const bool is_watched = !is_private_mapping(call, d) && !(call == SYS_write && registers[REG_RDI] <= STDERR_FILENO);
  if (is_watched && !contains(readers, call)) call_at(information->si_call_addr);
  long result = is_watched ? failure_now(call) : 0;
  if (result == 0) {
    result = carry_unwatched_call(call, registers[REG_RDI], registers[REG_RSI], registers[REG_RDX], d, registers[REG_R8], registers[REG_R9]);
    const bool writable = (registers[REG_RDX] & PROT_WRITE) != 0;
    if (call == SYS_mmap && is_watched && writable && result > 0)
      shared_at(static_cast<std::uintptr_t>(result), static_cast<std::size_t>(registers[REG_RSI]));
  }
  registers[REG_RAX] = result;
  errno = kept_errno;
}

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter let_go() { return BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW); }
sock_filter skip_unless(std::uint32_t value, std::uint8_t instructions) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, instructions); }

}  // namespace

namespace {
void send_to_this_process(int signal) noexcept {
  carry_unwatched_call(SYS_kill, carry_unwatched_call(SYS_getpid, 0, 0, 0, 0, 0, 0), signal, 0, 0, 0, 0);
}
}  // namespace

void end_process() noexcept { send_to_this_process(SIGKILL); }
void stop_process() noexcept { send_to_this_process(SIGSTOP); }

void watch_system_calls() {
  struct sigaction action{};
  action.sa_sigaction = on_call;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (::sigaction(SIGSYS, &action, nullptr) != 0) throw std::system_error(errno, std::system_category(), "sigaction");

  const auto from = reinterpret_cast<std::uintptr_t>(carry_unwatched_call_made);
  std::array<sock_filter, 3 * harmless.size() + 16> program;
  std::size_t used = 0;
  const auto add = [&](sock_filter instruction) { program[used++] = instruction; };
  add(load(offsetof(seccomp_data, instruction_pointer)));
  add(skip_unless(static_cast<std::uint32_t>(from), 3));
  add(load(offsetof(seccomp_data, instruction_pointer) + 4));
  add(skip_unless(static_cast<std::uint32_t>(from >> 32), 1));
  add(let_go());
  add(load(offsetof(seccomp_data, nr)));
  for (const int call : harmless) {
    add(skip_unless(static_cast<std::uint32_t>(call), 1));
    add(let_go());
  }
  add(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
  const sock_fprog filter{.len = static_cast<unsigned short>(used), .filter = program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    throw std::system_error(errno, std::system_category(), "seccomp");
}

}  // namespace carry::test::points::detail
