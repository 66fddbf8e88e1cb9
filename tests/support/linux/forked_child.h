#pragma once

#include <cerrno>

#include <sys/types.h>
#include <sys/wait.h>

namespace carry::test {

/// Waits for a forked child's end; returns what waitpid() says about it, or -1. Signals in between do not matter.
inline int wait_for(pid_t child) {
  int status = 0;
  for (;;) {
    if (::waitpid(child, &status, 0) == child) return status;
    if (errno != EINTR) return -1;
  }
}

}  // namespace carry::test
