// The main function of the test programs. Also the only file that compiles Catch2 2's implementation.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

int main(int count, char* arguments[]) { return Catch::Session().run(count, arguments); }
