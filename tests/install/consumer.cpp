// The smallest user of the installed package: it links the library and says which version it was compiled with.

#include <carry/error.h>
#include <carry/version.h>

#include <cstdio>

int main() {
  const std::error_code error = carry::Errc::timeout;
  if (error != std::errc::timed_out) return 1;
  std::printf("carry %d.%d.%d\n", carry::version_major, carry::version_minor, carry::version_patch);
}
