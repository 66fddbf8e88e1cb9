#!/usr/bin/env bash
# Compiles the programs of this folder, which are wrong, and looks for what the first lines of each expect the compiler to say.
# Usage: run.sh    CXX names the compiler, c++ unless told.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compiler=${CXX:-c++}
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failures=0

fail() {
  failures=$((failures + 1))
  printf '%s: %s\n' "$1" "$2"
  grep -E 'error' "$output" | head -5 || true
}

check() {
  local compiles=no said expected
  mapfile -t said < <(sed -n '/^\/\/ expect: /!q; s///p' "$1")
  "$compiler" -std=c++23 -fsyntax-only -I "$here/../../include" "$1" >"$output" 2>&1 && compiles=yes
  case ${said[0]-} in
    '') fail "$1" 'its first line must say what to expect' ;;
    nothing*) [[ $compiles == yes ]] || fail "$1" 'does not compile' ;;
    *)
      [[ $compiles == no ]] || fail "$1" 'compiles'
      for expected in "${said[@]}"; do
        grep -qE -- "$expected" "$output" || fail "$1" "the compiler does not say: $expected"
      done
      ;;
  esac
}

programs=("$here"/*.cpp)
for program in "${programs[@]}"; do check "$program"; done
echo "${#programs[@]} programs, $failures failures"
((failures == 0))
