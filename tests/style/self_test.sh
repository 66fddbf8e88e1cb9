#!/usr/bin/env bash
# Shows that check_style.sh finds what it should: a tree with one offence per rule, and one without any.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# offends REASON FILE TEXT: a tree with just this file is reported with this reason, and with no other.
offends() {
  local reason=$1 file=$2 found
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$file")"
  printf '%b' "$3" >"$tree/$file"
  found=$(bash "$here/check_style.sh" "$tree" 2>/dev/null || true)
  if [[ $found != "$file:"*": "*"$reason"* || $(wc -l <<<"$found") -ne 1 ]]; then
    echo "expected of $file: $reason"
    echo "found: ${found:-nothing}"
    failures=1
  fi
}

# passes FILE TEXT: a tree with just this file is not reported.
passes() {
  local found
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/$(dirname "$1")"
  printf '%b' "$2" >"$tree/$1"
  if ! found=$(bash "$here/check_style.sh" "$tree" 2>/dev/null); then
    echo "should pass: $found"
    failures=1
  fi
}

once='#pragma once\n'
many=$(printf '\\n%.0s' {1..301})
body=$(printf '  x();\\n%.0s' {1..60})

offends "longer than 300" src/ring/a.cpp "$many"
offends "has 62 lines" src/ring/a.cpp "void x();\nvoid f() {\n$body}\n"
offends "without #pragma once" include/carry/ring/a.h '\n'
offends "no known layer" src/helper/a.cpp '\n'
offends "layer memory may not include domain" include/carry/memory/a.h "$once#include <carry/domain/topic.h>\n"
offends "layer container may not include domain" src/container/a.cpp '#include "domain/topic.h"\n'
offends "layer utils may not include platform" include/carry/utils/a.h "$once#include <carry/platform/thread.h>\n"
offends "may not include carry" include/carry/ring/a.h "$once#include <carry/carry.h>\n"
offends "a condition on system" include/carry/ring/a.h "$once#ifdef _WIN32\n#endif\n"
offends "a condition on system" tests/ring/a_test.cpp '#  if defined(__clang__)\n#endif\n'
offends "header of the operating system" src/ring/a.cpp '#include <sys/mman.h>\n'
offends "only adapters/asio" src/event/a.cpp '#include <asio/awaitable.hpp>\n'
offends "a macro in a header" include/carry/ring/a.h "$once#define CARRY_X 1\n"
offends "not standard C++" src/ring/a.cpp 'unsigned __int128 x;\n'
offends "loses wake-ups" src/ring/a.cpp 'std::latch x(1);\n'
offends "atomic wait" src/ring/a.cpp 'std::atomic<int> x_;\nvoid f() { x_.wait(0); }\n'
offends "notify without" src/ring/a.cpp 'void f() { x.notify_one(); }\n'
offends "without a comment" src/ring/a.cpp 'int x = y.load(std::memory_order_relaxed);\n'
offends "without a comment" include/carry/event/a.h "$once""int x = y.load(std::memory_order_relaxed);\\n"
offends "unfinished" src/ring/a.cpp '// TO''DO: more\n'
offends "absolute path" docs/a.md 'see /ho''me/me/carry\n'

passes include/carry/ring/a.h "// A comment.\n$once#include <carry/domain/topic.h>\n#include <carry/error.h>\n#include <vector>\n"
passes src/platform/linux/a.cpp '#include <unistd.h>\n#if defined(__x86_64__)\n#endif\n'
passes src/ring/a.cpp '// Relaxed: only this thread writes it.\nint x = y.load(std::memory_order_relaxed);\n'
passes src/ring/a.cpp '#include <condition_variable>\nvoid f() { x.notify_one(); }\n'
passes src/ring/a.cpp "void f() {\n${body:0:464}}\n"

[[ $failures -eq 0 ]] && echo "check_style.sh finds all that was seeded"
exit $failures
