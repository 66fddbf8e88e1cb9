// Errors of the programmer end the process; each is made in a child of its own.

#include "memory/heap_fixture.h"
#include "platform/poison.h"
#include "support/linux/forked_child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>

using namespace carry::test;

namespace {

/// What became of a child that made the mistake.
int status_after(const std::function<void()>& mistake) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    std::fclose(stderr);
    mistake();
    ::_exit(0);
  }
  REQUIRE(child > 0);
  return carry::test::wait_for(child);
}

/// True if `mistake` made the child abort.
bool aborts(const std::function<void()>& mistake) {
  const int status = status_after(mistake);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("a wrong free is noticed", "[memory][fork]") {
  HeapFixture f(mebibyte);
  auto& heap = *f.heap;
  auto* block = static_cast<std::byte*>(f.allocate(64));
  auto* large = static_cast<std::byte*>(f.allocate(3 * large_bytes));
  int other = 0;
  CHECK(aborts([&] { heap.deallocate(&other); }));
  CHECK(aborts([&] { heap.deallocate(const_cast<std::byte*>(f.region_start()) + mebibyte - 64); }));
  CHECK(aborts([&] { heap.deallocate(large + large_bytes); }));
  CHECK(aborts([&] { heap.deallocate(large + 16); }));
  CHECK(aborts([&] {
    heap.deallocate(block + 16);
    heap.flush_thread_cache();
  }));
  CHECK(aborts([&] {
    heap.deallocate(block);
    heap.deallocate(block);
    heap.flush_thread_cache();
  }));
  CHECK(aborts([&] {
    heap.deallocate(large);
    heap.deallocate(large);
  }));
  CHECK_FALSE(aborts([&] {
    heap.deallocate(block);
    heap.deallocate(large);
    heap.flush_thread_cache();
  }));
}

TEST_CASE("an alignment that no heap has is noticed", "[memory][fork]") {
  HeapFixture f(mebibyte);
  CHECK(aborts([&] { (void)f.allocate(64, 8192); }));
  CHECK(aborts([&] { (void)f.allocate(64, 48); }));
  CHECK(aborts([&] { (void)f.allocate(100000, 8192); }));
}

TEST_CASE("AddressSanitizer sees a use after free although the same size was allocated since", "[memory][fork]") {
  const std::size_t bytes = GENERATE(std::size_t{16}, std::size_t{1000}, std::size_t{32768}, std::size_t{100'000});
  HeapFixture f(16 * mebibyte);
  const int status = status_after([&] {
    auto* const freed = static_cast<volatile std::byte*>(f.allocate(bytes));
    f.heap->deallocate(const_cast<std::byte*>(freed));
    for (int i = 0; i != 10; ++i) (void)f.allocate(bytes);
    freed[bytes / 2] = std::byte{1};
  });
  CHECK((status != 0) == carry::platform::poisons);
}
