#include "no_memory/failing_new.h"

#include <cstdlib>
#include <new>

namespace {

struct Plan {
  int left = -1;  // negative: none fails
  bool and_all_after = false;
  bool has_failed = false;
};
constinit thread_local Plan plan;

bool is_to_fail() noexcept {
  if (plan.left < 0 || plan.left-- != 0) return false;
  if (plan.and_all_after) plan.left = 0;
  plan.has_failed = true;
  return true;
}

void* allocate_or_null(std::size_t bytes) noexcept { return is_to_fail() ? nullptr : std::malloc(bytes == 0 ? 1 : bytes); }

void* allocate(std::size_t bytes) {
  if (void* memory = allocate_or_null(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// All forms but those of a larger alignment, which are not asked for often enough to fail. Sanitizers bring each form on its own, so that none may be
// left to come to another.
void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return allocate_or_null(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return allocate_or_null(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace carry::test {

FailingNew::FailingNew(int n, bool and_all_after) noexcept { plan = {.left = n, .and_all_after = and_all_after}; }
FailingNew::~FailingNew() { plan = {}; }
bool FailingNew::has_failed() noexcept { return plan.has_failed; }

}  // namespace carry::test
