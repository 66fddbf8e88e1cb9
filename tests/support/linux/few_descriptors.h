#pragma once

#include <cerrno>
#include <system_error>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace carry::test {

/// From its construction on this process gets only so many new file descriptors at a time, until end().
class FewDescriptors {
 public:
  explicit FewDescriptors(int count) {
    must(::getrlimit(RLIMIT_NOFILE, &limit_));
    std::vector<int> next;
    for (int i = 0; i <= count; ++i) next.push_back(must(::dup(STDIN_FILENO)));
    for (const int descriptor : next) ::close(descriptor);
    const rlimit lower{.rlim_cur = static_cast<rlim_t>(next.back()), .rlim_max = limit_.rlim_max};
    must(::setrlimit(RLIMIT_NOFILE, &lower));
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { (void)::setrlimit(RLIMIT_NOFILE, &limit_); }

  void end() const { must(::setrlimit(RLIMIT_NOFILE, &limit_)); }

 private:
  static int must(int result) {
    if (result < 0) throw std::system_error(errno, std::system_category(), "descriptors");
    return result;
  }

  rlimit limit_{};
};

}  // namespace carry::test
