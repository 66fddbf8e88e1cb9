#include "crash/windows/stubs.h"

extern "C" {
extern const unsigned char carry_stubs[];
const void* carry_on_import(std::size_t number, const void* place) noexcept { return carry::test::points::detail::on_import(number, place); }
}

// The first four arguments are in rcx, rdx, r8 and r9, the others above the return address. (Or in xmm0 to xmm3, but no function of the system that
// has a point takes floating-point numbers.) eax is nobody's at a call. 40 bytes: the room for four arguments that a function may want, and the stack
// aligned to 16 at the call.
asm(R"(
  .text
  .p2align 4
carry_stub_body:
  push %rcx
  push %rdx
  push %r8
  push %r9
  mov %eax, %ecx
  mov 32(%rsp), %rdx
  sub $40, %rsp
  call carry_on_import
  add $40, %rsp
  pop %r9
  pop %r8
  pop %rdx
  pop %rcx
  jmp *%rax

  .globl carry_stubs
  .p2align 4
carry_stubs:
  .set carry_stub_number, 0
  .rept 1024
  .p2align 4
  mov $carry_stub_number, %eax
  jmp carry_stub_body
  .set carry_stub_number, carry_stub_number + 1
  .endr
)");

namespace carry::test::points::detail {

const void* stub(std::size_t number) noexcept {
  constexpr std::size_t stub_bytes = 16;
  return carry_stubs + number * stub_bytes;
}

}  // namespace carry::test::points::detail
