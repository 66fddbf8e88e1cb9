#!/usr/bin/env bash
# Checks the rules of style: check_style.sh [ROOT]. Prints file:line: reason, and fails if there is any.
# check_style.sh --relaxed: prints every relaxed access of the library with its reason instead.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
list=0
if [[ ${1:-} == --relaxed ]]; then list=1; shift; fi
cd "${1:-$here/../..}"

files() {  # files EXTENSION...
  local names=() extension
  for extension in "$@"; do names+=(-o -name "*$extension"); done
  find . \( -path ./build -o -path ./.git -o -path ./.cache -o -path ./tests/style \) -prune -o -type f \( "${names[@]:1}" \) -print |
    sed 's|^\./||' | sort
}

long_functions() {
  local ctags
  ctags=$(command -v ctags-universal || command -v ctags || true)
  if [[ -z $ctags ]] || ! "$ctags" --version 2>/dev/null | grep -q Universal; then
    echo "check_style: no universal-ctags here, the length of functions is not checked" >&2
    return
  fi
  files .h .cpp | "$ctags" -L - -f - --language-force=C++ --kinds-C++=f --fields=nKe --sort=no |
    awk -F '\t' '{
      line = end = 0
      for (i = 4; i <= NF; ++i) { if ($i ~ /^line:/) line = substr($i, 6); if ($i ~ /^end:/) end = substr($i, 5) }
      if (end - line + 1 > 60) print $2 ":" line ": " $1 " has " end - line + 1 " lines, more than 60"
    }'
}

if [[ $list == 1 ]]; then
  files .h .cpp | grep -E '^(include|src)/' | xargs awk -v list=1 -f "$here/check_style.awk"
  exit
fi

found=$(
  { files .h .cpp; files .cmake .txt .sh .md .json .in .pml .c; find scripts .ci -type f 2>/dev/null || true; } |
    xargs awk -f "$here/check_style.awk"
  long_functions
)
if [[ -n $found ]]; then
  echo "$found"
  exit 1
fi
