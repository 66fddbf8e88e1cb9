// The main function of the test programs: a role that a test started as another process, or the tests.
// Also the only file that compiles the implementation of Catch2 2.

#include "support/child_process.h"
#include "support/own_domain.h"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

int main(int count, char* arguments[]) {
  if (carry::test::is_role(count, arguments)) return carry::test::run_role(count, arguments);
  carry::test::use_own_domain();
  return Catch::Session().run(count, arguments);
}
