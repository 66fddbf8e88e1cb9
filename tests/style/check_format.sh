#!/usr/bin/env bash
# Fails if a file is not as clang-format 19 writes it: check_format.sh CLANG_FORMAT [--fix]
set -euo pipefail
clang_format=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
files() {
  find include src tests bench examples tools adapters -type f \( -name '*.h' -o -name '*.cpp' \) -print0 2>/dev/null || true
}
if [[ ${2:-} == --fix ]]; then
  files | xargs -0 "$clang_format" -i
  exit
fi
found=$(files | xargs -0 "$clang_format" --dry-run 2>&1 | grep -oE '^[^ :]+:[0-9]+' | sort -u -t: -k1,1 -k2,2n || true)
if [[ -n $found ]]; then
  sed 's/$/: not as clang-format 19 writes it (check_format.sh --fix)/' <<<"$found"
  exit 1
fi
