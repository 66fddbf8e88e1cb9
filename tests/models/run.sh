#!/usr/bin/env bash
# Checks the protocol models. usage: run.sh [spin|genmc|threads]; without an argument: all for which the tools are there.
#   spin     every model of *.pml, exhaustively: the right one has no error, every mutation fails an assertion
#   genmc    the same for *.c under RC11, if genmc is in PATH
#   threads  compiles the models of *.c and runs the right ones as a short stress
set -u
models=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-gcc}
fast_cc=$(command -v tcc || echo "$cc")  # for searches that end soon
started=0

report() {  # model flags wanted states seconds verdict
  printf '%-12s %-62s %-8s %10s %7s  %s\n' "$@"
  echo "$6" >> "$work/verdicts"
}

# check_spin WANTED MODEL FLAG...: WANTED is clean or caught. As many at once as there are processors.
check_spin() {
  while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n; done
  started=$((started + 1))
  search_with_spin "$work/spin$started" "$@" &
}

search_with_spin() {
  local here=$1 wanted=$2 model=$3 compile=("$cc" -w -O1) verdict=ok begin=$EPOCHREALTIME states
  shift 3
  [[ $wanted == caught ]] && compile=("$fast_cc" -w)
  mkdir "$here"
  if ! (cd "$here" && spin -a "$@" "$models/$model.pml" && "${compile[@]}" -DSAFETY -DCOLLAPSE -DMEMLIM=2000 -o pan pan.c && ./pan -m100000 -w22) > "$here/log" 2>&1; then
    verdict="FAILED: did not run"
  elif grep -qiE 'max search depth too small|out of memory|memory limit|memory exceeded|resizing failed' "$here/log"; then
    verdict="FAILED: search was cut short"
  elif [[ $wanted == clean ]]; then
    grep -q 'errors: 0$' "$here/log" && ! grep -q 'Search not completed' "$here/log" || verdict="FAILED: $(grep -m1 '^pan:' "$here/log")"
  else
    grep -q 'errors: [1-9]' "$here/log" && grep -q 'assertion violated' "$here/log" || verdict="FAILED: not caught"
  fi
  states=$(awk '/states, stored/ {print $1; exit}' "$here/log")
  report "$model" "$*" "$wanted" "${states:--}" "$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}')" "$verdict"
  [[ $verdict == ok ]] || tail -5 "$here/log"
  rm -rf "$here"
}

spin_models() {
  local bug
  check_spin clean overwriting -DSEQUENCES=5 -DCLAIMS=2 -DRECLAIMS=1
  check_spin clean overwriting -DSEQUENCES=4 -DCAPACITY=2 -DRECLAIMS=1
  check_spin clean overwriting -DSEQUENCES=6 -DCAPACITY=2 -DWINDOW=2
  check_spin clean overwriting -DSEQUENCES=5 -DRECLAIMS=1 -DLEAVING=1
  check_spin clean overwriting -DSEQUENCES=5 -DRECLAIMS=1 -DSKIPS=1
  check_spin clean overwriting -DSEQUENCES=6 -DSKIPS=1 -DYOUNGER=1
  check_spin clean overwriting -DSEQUENCES=6 -DCAPACITY=2 -DWINDOW=2 -DSKIPS=1 -DYOUNGER=1
  check_spin clean overwriting -DSEQUENCES=3 -DREADERS=2
  check_spin clean overwriting -DSEQUENCES=5 -DCLAIMS=2 -DPSO=0
  for bug in {1..11} {14..17} 20 21; do check_spin caught overwriting -DSEQUENCES=5 -DBUG="$bug"; done
  for bug in {22..26}; do check_spin caught overwriting -DSEQUENCES=5 -DSKIPS=1 -DBUG="$bug"; done
  check_spin caught overwriting -DSEQUENCES=6 -DSKIPS=1 -DYOUNGER=1 -DBUG=27
  for bug in 12 13 18 19; do check_spin caught overwriting -DSEQUENCES=5 -DRECLAIMS=1 -DBUG="$bug"; done

  check_spin clean gated -DSEQUENCES=5 -DCLAIMS=2 -DRECLAIMS=1
  check_spin clean gated -DSEQUENCES=5 -DCLAIMS=2 -DCAPACITY=2 -DWINDOW=2
  check_spin clean gated -DSEQUENCES=3 -DREADERS=2 -DOLDER=1 -DLEAVING=1
  check_spin clean gated -DSEQUENCES=2 -DREADERS=2
  check_spin clean gated -DSEQUENCES=5 -DCLAIMS=2 -DRECLAIMS=1 -DLEAVING=1 -DPSO=0
  for bug in {1..4} 7 8 10 11 15 16; do check_spin caught gated -DSEQUENCES=4 -DBUG="$bug"; done
  for bug in 5 9 14; do check_spin caught gated -DSEQUENCES=5 -DCLAIMS=2 -DBUG="$bug"; done
  for bug in 6 13; do check_spin caught gated -DSEQUENCES=4 -DRECLAIMS=1 -DBUG="$bug"; done
  check_spin caught gated -DSEQUENCES=4 -DOLDER=1 -DBUG=12

  check_spin clean ports
  check_spin clean ports -DPSO=0
  for bug in {1..8}; do check_spin caught ports -DBUG="$bug"; done

  check_spin clean table
  check_spin clean table -DOTHER_TYPE=1
  check_spin clean table -DOVERLAP=1
  check_spin clean table -DOVERLAP=1 -DOTHER_TYPE=1
  check_spin clean table -DPSO=0
  for bug in {3..9} 11 15 16 18 19; do check_spin caught table -DBUG="$bug"; done
  for bug in 1 2 10 12 14; do check_spin caught table -DOVERLAP=1 -DBUG="$bug"; done
  for bug in 13 17; do check_spin caught table -DOTHER_TYPE=1 -DBUG="$bug"; done

  check_spin clean publishers -DMESSAGES=2
  check_spin clean publishers -DKILL=1
  check_spin clean publishers -DKILL=1 -DRESTART=1
  check_spin clean publishers -DKILL=1 -DRESTART=1 -DSAMPLES=1
  check_spin clean publishers -DKILL=1 -DRESTART=1 -DPSO=0
  for bug in {1..7} {9..13}; do check_spin caught publishers -DKILL=1 -DRESTART=1 -DBUG="$bug"; done
  check_spin caught publishers -DKILL=1 -DRESTART=1 -DSAMPLES=1 -DBUG=8

  check_spin clean growth
  check_spin clean growth -DPSO=0
  for bug in {1..13}; do check_spin caught growth -DBUG="$bug"; done

  check_spin clean membership -DROUNDS=1 -DDEATHS=0 -DFILES=3
  check_spin clean membership -DPROCESSES=2
  for bug in {1..8}; do check_spin caught membership -DPROCESSES=2 -DBUG="$bug"; done

  check_spin clean parking -DMESSAGES=3
  check_spin clean parking -DPUBLISHERS=2 -DMESSAGES=2
  check_spin clean parking -DPUBLISHERS=2 -DMESSAGES=2 -DONE_PROCESS=1
  check_spin clean parking -DSUBSCRIBERS=2 -DMESSAGES=2
  check_spin clean parking -DMESSAGES=3 -DPSO=0
  for bug in {1..9}; do check_spin caught parking -DMESSAGES=3 -DBUG="$bug"; done
  wait
}

# check_genmc WANTED MODEL FLAG...
check_genmc() {
  local wanted=$1 model=$2 verdict=ok begin=$EPOCHREALTIME code executions
  shift 2
  timeout 600 genmc --rc11 -- "$@" "$models/$model.c" > "$work/log" 2>&1
  code=$?
  if [[ $wanted == clean ]]; then
    [[ $code == 0 ]] && grep -q 'No errors were detected' "$work/log" || verdict="FAILED: $(grep -m1 -i error "$work/log")"
  else
    [[ $code != 0 && $code != 124 ]] && grep -qiE 'Error detected|violation|race' "$work/log" || verdict="FAILED: not caught"
  fi
  executions=$(awk '/complete executions/ {print $NF; exit}' "$work/log")
  report "$model" "$*" "$wanted" "${executions:--}" "$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}')" "$verdict"
}

genmc_models() {
  local bug
  check_genmc clean ring
  check_genmc clean ring -DCAPACITY=2 -DB=2
  check_genmc clean ring -DR=2 -DM=3
  check_genmc clean ring -DHANDOVER -DTRIES=3
  for bug in {1..12}; do check_genmc caught ring -DBUG="$bug"; done
  check_genmc caught ring -DHANDOVER -DTRIES=3 -DBUG=13
  check_genmc clean gated
  check_genmc clean gated -DRECLAIM
  for bug in {1..12} {15..18}; do check_genmc caught gated -DBUG="$bug"; done
  for bug in 13 14; do check_genmc caught gated -DRECLAIM -DBUG="$bug"; done
  check_genmc clean wake
  for bug in 1 2 3; do check_genmc caught wake -DBUG="$bug"; done
  check_genmc clean bell -DNPUB=1
  for bug in NO_FENCE_P NO_FENCE_W BUG_SAME_GENERATION BUG_DRAIN_AFTER_CHECK BUG_NO_RECHECK KEEP_GENERATION; do check_genmc caught bell -DNPUB=1 -D"$bug"; done
  check_genmc clean hub
  for bug in BUG_BUMP_BEFORE_DRAIN BUG_NO_BUMP; do check_genmc caught hub -D"$bug"; done
}

# check_threads MODEL FLAG...
check_threads() {
  local model=$1 verdict=ok begin=$EPOCHREALTIME run
  shift
  if ! "$cc" -Wall -Wextra -Werror -O1 -pthread "$@" -o "$work/$model" "$models/$model.c" > "$work/log" 2>&1; then
    verdict="FAILED: does not compile"
    head -5 "$work/log"
  else
    for ((run = 0; run != 200; ++run)); do "$work/$model" > "$work/log" 2>&1 || { verdict="FAILED: run $run"; break; }; done
  fi
  report "$model" "$*" clean 200 "$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}')" "$verdict"
}

thread_models() {
  check_threads ring -DR=2 -DM=4000 -DTRIES=4000
  check_threads ring -DCAPACITY=6 -DB=2 -DM=4000 -DTRIES=4000
  check_threads ring -DHANDOVER -DTRIES=50
  check_threads gated -DM=400 -DTRIES=4000 -DATTEMPTS=4000 -DRECLAIM
  check_threads wake
  check_threads bell
  check_threads hub -DNSUB=2
}

have() { command -v "$1" > /dev/null; }

printf '%-12s %-62s %-8s %10s %7s  %s\n' model flags expected states seconds verdict
case ${1:-all} in
  spin) spin_models ;;
  genmc) genmc_models ;;
  threads) thread_models ;;
  all)
    if have spin; then spin_models; else echo "spin is not installed: its models were not checked"; fi
    if have genmc; then genmc_models; else echo "genmc is not installed: its models were not checked"; fi
    thread_models
    ;;
  *)
    echo "usage: run.sh [spin|genmc|threads]" >&2
    exit 2
    ;;
esac
passed=$(grep -cx ok "$work/verdicts")
failed=$(($(wc -l < "$work/verdicts") - passed))
echo "$passed passed, $failed failed"
[[ $failed == 0 && $passed != 0 ]]
