#pragma once

#include "support/expect.h"

#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace carry::test {

/// From its construction on this process gets only so many new file descriptors at a time, until end().
class FewDescriptors {
 public:
  explicit FewDescriptors(int count) {
    expect(::getrlimit(RLIMIT_NOFILE, &limit_) == 0, "getrlimit");
    std::vector<int> next;
    for (int i = 0; i <= count; ++i) next.push_back(::dup(STDIN_FILENO));
    for (const int descriptor : next) ::close(descriptor);
    const rlimit lower{.rlim_cur = static_cast<rlim_t>(next.back()), .rlim_max = limit_.rlim_max};
    expect(::setrlimit(RLIMIT_NOFILE, &lower) == 0, "setrlimit");
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { end(); }

  void end() const { expect(::setrlimit(RLIMIT_NOFILE, &limit_) == 0, "setrlimit back"); }

 private:
  rlimit limit_{};
};

}  // namespace carry::test
