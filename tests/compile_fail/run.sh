#!/usr/bin/env bash
# Compiles the programs of this folder, which are wrong, and looks for what the first lines of each expect the compiler to say.
# Usage: run.sh [PROGRAM...]    All of them unless told, as many at once as there are processors. CXX names the compiler, c++ unless told.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compiler=${CXX:-c++}
options=(-std=c++23 -D SPDLOG_COMPILED_LIB -I "$here/../../include")  # With spdlog's functions in a library, as it is used, its headers take a quarter of the time.
if [[ $# -eq 0 ]]; then
  programs=("$here"/*.cpp)
  # What most of them include is read once.
  PRECOMPILED=$(mktemp -d)
  trap 'rm -r "$PRECOMPILED"' EXIT
  export PRECOMPILED
  echo '#include <carry/publish_subscribe/publisher.h>' > "$PRECOMPILED/common.h"
  "$compiler" "${options[@]}" -x c++-header -o "$PRECOMPILED/common.h.gch" "$PRECOMPILED/common.h"
  printf '%s\0' "${programs[@]}" | xargs -0 -n 1 -P "$(nproc)" bash "$here/run.sh" || exit 1
  echo "${#programs[@]} programs, no failure"
  exit
fi

[[ -z ${PRECOMPILED-} ]] || options+=(-include "$PRECOMPILED/common.h")
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
  "$compiler" "${options[@]}" -fsyntax-only "$1" >"$output" 2>&1 && compiles=yes
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

for program in "$@"; do check "$program"; done
((failures == 0))
