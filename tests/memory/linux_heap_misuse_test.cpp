// Errors of the programmer end the process; each is made in a child of its own.

#include "memory/heap_fixture.h"
#include "support/linux/forked_child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>

using namespace carry::test;

namespace {

/// True if `mistake` made the child abort.
bool aborts(const std::function<void()>& mistake) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    std::fclose(stderr);
    mistake();
    ::_exit(0);
  }
  if (child < 0) return false;
  const int status = carry::test::wait_for(child);
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
