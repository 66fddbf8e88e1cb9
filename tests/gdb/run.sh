#!/usr/bin/env bash
# What gdb shows of the values in *.cpp, in the running program and in core files, beside what the comments there say.
# Usage: run.sh PROGRAM    GDB names the debugger, gdb unless told. Ends with 77 where there is no gdb that could run the program.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
printers=$here/../../tools/gdb/carry_printers.py
program=$1
gdb=${GDB:-gdb}
work=$(mktemp -d)
runtime=$(mktemp -d -p /dev/shm carry-gdb-XXXXXX)
trap 'rm -rf "$work" "$runtime"' EXIT
export CARRY_RUNTIME_DIR=$runtime CARRY_DOMAIN=gdb LC_ALL=C.UTF-8

skip() {
  echo "skipped: $1"
  exit 77
}

run_gdb() { timeout 60 "$gdb" -nx -batch -iex 'set auto-load off' -iex 'set debuginfod enabled off' "$@" </dev/null 2>&1; }

# The commands in the comments of *.cpp, for a gdb that has stopped in the last function.
commands() {
  awk '
    /^[a-z].*\(\) \{$/ { function_name = $2; sub(/\(.*/, "", function_name) }
    /^ *\/\/ \(gdb\) / {
      if (function_name != "") print "frame function " function_name
      function_name = ""
      sub(/^ *\/\/ \(gdb\) /, "")
      print "echo (gdb) " $0 "\\n\n" $0 "\necho (end)\\n"
    }
  ' "$here"/*.cpp
}

# The same lines with what the comments expect.
expected() {
  awk '
    !/^ *\/\/ / { inside = 0 }
    /^ *\/\/ \(gdb\) / { inside = 1 }
    inside { sub(/^ *\/\/ /, ""); print }
  ' "$here"/*.cpp
}

# What gdb said to the commands alone.
answers() {
  awk '/^\(gdb\) / { inside = 1 } /^\(end\)$/ { inside = 0 } inside' "$1" |
    sed -E 's/^\$[0-9]+ = //; s/0x[0-9a-f]{3,}/0x.../g'
}

fail() {  # fail REASON OUTPUT
  tail -n 5 "$2"
  echo "run.sh: $1"
  exit 1
}

compare() {  # compare WHERE OUTPUT
  answers "$2" >"$work/answers"
  diff -u --label "expected" --label "gdb, $1" <(expected) "$work/answers" || fail "$1: see above" "$2"
  echo "$1: $(grep -c '^(gdb)' "$work/answers") commands, no difference"
}

command -v "$gdb" >/dev/null || skip "there is no $gdb"
run_gdb -ex 'python print("has " + "Python")' | grep -q 'has Python' || skip "$gdb was built without Python"
# The core file has the segments, too, which Linux leaves out.
{
  printf '%s\n' "source $printers" 'break stop' run
  commands
  printf '%s\n' 'set dump-excluded-mappings on' 'set use-coredump-filter off' "gcore $work/core" continue
} >"$work/live.gdb"
run_gdb -iex 'set startup-with-shell off' -iex 'set disable-randomization off' -x "$work/live.gdb" "$program" >"$work/live" || true
if grep -qiE 'ptrace: |could not trace|PTRACE_[A-Z]+.*not permitted' "$work/live"; then
  skip "a process must not trace another one here: $(grep -m 1 -iE 'ptrace|could not trace' "$work/live")"
fi
compare 'in the program' "$work/live"
grep -q 'exited normally' "$work/live" || fail 'the program did not end well' "$work/live"

{
  echo "source $printers"
  commands
} >"$work/core.gdb"
run_gdb -x "$work/core.gdb" "$program" "$work/core" >"$work/dead" || true
compare 'in a core file' "$work/dead"

core=$work/core run_gdb -x "$here/without_segments.py"
looks=(-ex 'frame function vectors' -ex 'print numbers' -ex 'print moved_from' -ex 'frame function messages' -ex 'print *sample.message_')
run_gdb -ex "source $printers" "${looks[@]}" "$program" "$work/core" >"$work/dead" || true
while read -r line; do
  grep -qxF "$line" "$work/dead" || fail "without the segments it does not say: $line" "$work/dead"
done <<'END'
$1 = carry::vector <not in the core file>
$2 = carry::vector of length 0, capacity 0
$3 = {name = carry::basic_string <not in the core file>, points = carry::vector <not in the core file>, labels = carry::flat_map <not in the core file>}
END
echo 'in a core file without segments: says so'
