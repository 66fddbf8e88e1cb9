// The overwriting publisher: stamps, windows, claims, joining by epoch, skipping, reclaim. Stands for src/ring/writer.cpp, src/ring/reader.cpp.
// The bounds: CAPACITY, WINDOW, SEQUENCES (skipped ones count), READERS, CLAIMS per reader, RECLAIMS, LEAVING (a reader
// may leave at any time), YOUNGER (readers start a message before
// the head), SKIPS (the publisher skips what it likes, as if others held it). BUG chooses a mutation; see README.md.

#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef WINDOW
#define WINDOW 1
#endif
#ifndef SEQUENCES
#define SEQUENCES 4
#endif
#ifndef READERS
#define READERS 1
#endif
#ifndef CLAIMS
#define CLAIMS 1
#endif
#ifndef RECLAIMS
#define RECLAIMS 0
#endif
#ifndef LEAVING
#define LEAVING 0
#endif
#ifndef YOUNGER
#define YOUNGER 0
#endif
#ifndef SKIPS
#define SKIPS 0
#endif
#ifndef BUG
#define BUG 0
#endif

#define SLOTS (CAPACITY + WINDOW)
#define POISON 99
#define reserved(s) (4 * (s))
#define ready(s) (4 * (s) + 1)
#define skipped(s) (4 * (s) + 2)
#define given_up(s) (4 * (s) + 3)

// Addresses.
#define STAMP(s) ((s) % SLOTS)
#define MESSAGE(s) (SLOTS + (s) % SLOTS)
#define OLDEST (2 * SLOTS)
#define EPOCH (2 * SLOTS + 1)
#define GAPS_BELOW(i) (2 * SLOTS + 2 + (i))
#define HEAD (2 * SLOTS + 4)
#define GAPS (2 * SLOTS + 5)
#define PORT(r) (2 * SLOTS + 6 + (r))
#define CLAIM(r, k) (2 * SLOTS + 6 + READERS + (r) * CLAIMS + (k))
#define WORDS (2 * SLOTS + 6 + READERS + READERS * CLAIMS)
#define PROCESSES (1 + READERS)
#define PUBLISHER 0

// `oldest` and the place of its count of gaps are one word.
#define oldest_word(oldest, index) (2 * (oldest) + (index))

#include "memory.pml"

bit gone[SEQUENCES + SLOTS + 1];  // ghost: the publisher gave this sequence up, or skipped it
bit gap[SEQUENCES + SLOTS + 1];   // ghost: it skipped it
bit finished;

inline look_at_ports() {
  r = 0;
  do
  :: r < READERS -> load(PUBLISHER, PORT(r), known[r]); r++
  :: else -> break
  od
}

inline look_at_epoch() {
  load(PUBLISHER, EPOCH, epoch);
  if
  :: epoch != seen -> look_at_ports();
#if BUG == 16
     load(PUBLISHER, EPOCH, epoch);
#endif
     atomic { seen = epoch; r = 0 }
  :: else
  fi;
  epoch = 0
}

// Marks, per slot, what claims keep.
inline look_at_claims() {
  atomic { r = 0; k = 0; do :: k < SLOTS -> held[k] = 0; k++ :: else -> break od; k = 0 }
  do
  :: r == READERS -> break
  :: r < READERS && (known[r] != 1 || k == CLAIMS) -> d_step { r++; k = 0 }
  :: r < READERS && known[r] == 1 && k < CLAIMS ->
     load(PUBLISHER, CLAIM(r, k), c);
     d_step {
       if
       :: c != 0 && occupant[c % SLOTS] == c -> held[c % SLOTS] = 1
       :: else
       fi;
       c = 0;
       k++
     }
  od;
  atomic { r = 0; k = 0 }
}

inline fence() {
  drained(PUBLISHER)
}

// Counts the gaps below the new `oldest`, and stores the count, then `oldest`. What the stamps say, which are its own, `gap` says too.
inline raise_oldest(new) {
  if
  :: (new) > oldest ->
     d_step {
       do
       :: oldest < (new) -> gone[oldest] = 1; gaps_below = gaps_below + gap[oldest]; oldest++
       :: else -> break
       od;
#if BUG != 25
       index = 1 - index
#endif
     }
#if BUG == 15
     store_release(PUBLISHER, OLDEST, oldest_word(oldest + 1, index));
#elif BUG == 24
     store_release(PUBLISHER, OLDEST, oldest_word(oldest, index));
#endif
     store_release(PUBLISHER, GAPS_BELOW(index), gaps_below);
#if BUG != 15 && BUG != 24
     store_release(PUBLISHER, OLDEST, oldest_word(oldest, index))
#endif
  :: else
  fi
}

inline raise_oldest_for_window() {
  if
  :: next + WINDOW > SLOTS -> raise_oldest(next + WINDOW - SLOTS)
  :: else
  fi
}

inline open_window() {
#if BUG == 6
  look_at_epoch();
#endif
#if BUG == 8
  look_at_claims();
#endif
#if BUG != 22
  raise_oldest_for_window();
#endif
  s = next;
  do
  :: s < next + WINDOW ->
#if BUG == 23
     store_relaxed(PUBLISHER, STAMP(s), reserved(s));
#else
     store_release(PUBLISHER, STAMP(s), reserved(s));
#endif
     s++
  :: else -> break
  od;
#if BUG == 22
  raise_oldest_for_window();
#endif
#if BUG != 1
  fence();
#endif
#if BUG != 6 && BUG != 9
  look_at_epoch();
#endif
#if BUG != 8
  look_at_claims();
#endif
#if BUG == 9
  look_at_epoch();
#endif
}

// Destroys what nobody claims in [first, end).
inline destroy(first, end) {
  s = first;
  do
  :: s < end ->
     if
     :: occupant[s % SLOTS] != 0 && !held[s % SLOTS] -> store_relaxed(PUBLISHER, MESSAGE(s), POISON); occupant[s % SLOTS] = 0
     :: else
     fi;
     s++
  :: else -> break
  od;
  s = 0
}

// Every slot lies outside of the window: this is called between two of them.
inline reclaim() {
  raise_oldest(next);
  s = 0;
  do
  :: s < SLOTS ->
     load(PUBLISHER, STAMP(s), c);
     if
     :: occupant[s] != 0 && c == ready(occupant[s]) ->
        gone[occupant[s]] = 1;
#if BUG != 18
        store_release(PUBLISHER, STAMP(s), given_up(occupant[s]))
#endif
     :: else
     fi;
     c = 0;
     s++
  :: else -> break
  od;
  s = 0;
#if BUG != 12
  fence();
#endif
#if BUG != 19
  look_at_epoch();
#endif
#if BUG != 13
  look_at_claims();
#endif
  destroy(0, SLOTS)
}

proctype publisher() {
  byte next = 1, s, r, k, c, epoch, seen, oldest = 1, gaps, gaps_below, end, reclaims;
  bit held[SLOTS], index;
  byte known[READERS], occupant[SLOTS];
  do
  :: next > SEQUENCES -> break
  :: next <= SEQUENCES && reclaims < RECLAIMS -> reclaims++; reclaim()
  :: next <= SEQUENCES ->
     open_window();
     end = next + WINDOW;
     destroy(next, end);
     do
     :: next < end && next <= SEQUENCES ->
        if
        :: held[next % SLOTS] -> look_at_claims(); destroy(next, end)
        :: else
        fi;
#if SKIPS
        if
        :: held[next % SLOTS] = 1
        :: skip
        fi;
#endif
        if
        :: held[next % SLOTS] ->
           d_step { gone[next] = 1; gap[next] = 1; gaps++ }
#if YOUNGER
           store_release(PUBLISHER, GAPS, gaps);
#endif
#if BUG == 14
           occupant[next % SLOTS] = 0;
#endif
#if BUG != 17
           store_release(PUBLISHER, STAMP(next), skipped(next))
#endif
        :: else ->
           store_relaxed(PUBLISHER, MESSAGE(next), next);
#if BUG == 4
           store_relaxed(PUBLISHER, STAMP(next), ready(next));
#else
           store_release(PUBLISHER, STAMP(next), ready(next));
#endif
           occupant[next % SLOTS] = next;
#if YOUNGER
           store_release(PUBLISHER, HEAD, next + 1)
#endif
        fi;
        next++
     :: else -> break
     od
  od;
  drained(PUBLISHER) -> finished = 1
}

#define ME (me + 1)

// Reads `oldest` and the count of gaps that belongs to it.
inline read_oldest() {
  load(ME, OLDEST, found);
  do
  :: load(ME, GAPS_BELOW(found % 2), gaps);
#if BUG == 26
     break
#endif
     load(ME, OLDEST, stamp);
     if
     :: stamp == found -> break
     :: else -> found = stamp
     fi
  od;
  skip
}

// Settles where a younger reader starts, and how many gaps lie before.
inline start_younger() {
  do
  :: read_oldest();
     gaps_passed = gaps;
     s = found / 2;
     if
     :: s < next ->
        load(ME, GAPS, stamp);
        do
        :: s < next && stamp != gaps ->
           load(ME, STAMP(s), content);
           d_step { gaps_passed = gaps_passed + (content == skipped(s)); s++ }
        :: else -> break
        od
     :: else -> next = s
     fi;
#if BUG == 27
     break
#endif
     load(ME, OLDEST, stamp);
     if
     :: stamp == found -> break
     :: else
     fi
  od;
  skip;
  d_step { found = 0; gaps = 0; stamp = 0; content = 0; s = 0 }
}

// Goes on at `first`, or at `oldest` if that is later. What lies before must really be gone, and be counted as missed unless it is a gap.
inline lose(first) {
  read_oldest();
  d_step {
    found = (found / 2 > (first) -> found / 2 : (first));
    missed = found - next - (gaps > gaps_passed -> gaps - gaps_passed : 0);
    gaps_passed = (gaps > gaps_passed -> gaps : gaps_passed);
    do
    :: next < found ->
       assert(gone[next]);
       missed = missed - (1 - gap[next]);
       next++
    :: else -> break
    od;
    assert(missed == 0);
    missed = 0;
    found = 0;
    gaps = 0;
    stamp = 0;
    content = 0
  }
}

inline end_sample(k) {
#if BUG == 11
  store_release(ME, CLAIM(me, k), 0);
#endif
  load(ME, MESSAGE(sample[k]), content);
  assert(content == sample[k]);
#if BUG != 11
  store_release(ME, CLAIM(me, k), 0);
#endif
  d_step { sample[k] = 0; content = 0 }
}

inline take(k) {
#if BUG == 10
  load(ME, MESSAGE(next), content);
#endif
  load(ME, STAMP(next), stamp);
  if
  :: stamp == ready(next) ->
#if BUG == 2
     store_release(ME, CLAIM(me, k), next);
#elif BUG == 20
     skip;
#else
     store_release(ME, CLAIM(me, k), next);
     drained(ME);
#endif
#if BUG != 3
     load(ME, STAMP(next), stamp);
#endif
#if BUG == 20
     store_release(ME, CLAIM(me, k), next);
     drained(ME);
#endif
     if
     :: stamp == ready(next) ->
#if BUG != 10
        load(ME, MESSAGE(next), content);
#endif
        d_step { assert(content == next); sample[k] = next; next++; content = 0; stamp = 0 }
     :: else ->
        store_release(ME, CLAIM(me, k), 0);
        lose(next + 1)
     fi
  :: stamp == skipped(next) -> d_step { next++; gaps_passed++; stamp = 0; content = 0 }
  :: stamp > skipped(next) ->
#if BUG == 21
     assert(!finished);  // takes it for "not yet", and waits for ever
     stamp = 0
#else
     lose(next + 1)
#endif
  :: stamp < ready(next) && finished ->
     load(ME, STAMP(next), stamp);  // what came in between
     assert(stamp >= ready(next) || next == SEQUENCES + 1);
     if
     :: stamp < ready(next) -> break
     :: else -> d_step { stamp = 0; content = 0 }
     fi
  :: stamp < ready(next) && !finished -> d_step { stamp = 0; content = 0 }
  fi
}

proctype reader(byte me) {
  byte next = 1, stamp, content, found, gaps, gaps_passed, s, sample[CLAIMS];
  short missed;
#if YOUNGER
  load(ME, HEAD, next);
  if
  :: next > 1 -> next = next - 1
  :: else -> next = 1
  fi;
#endif
#if BUG == 7
  increment(ME, EPOCH);
#endif
  store_release(ME, PORT(me), 1);
#if BUG != 5 && BUG != 7
  increment(ME, EPOCH);
#endif
  drained(ME);
#if YOUNGER
  start_younger();
#else
  lose(next);
#endif
  do
  :: sample[0] == 0 -> take(0)
  :: sample[0] != 0 -> end_sample(0)
#if CLAIMS > 1
  :: sample[1] == 0 -> take(1)
  :: sample[1] != 0 -> end_sample(1)
#endif
#if LEAVING
  :: sample[0] == 0 && sample[CLAIMS - 1] == 0 -> break
#endif
  od;
  if
  :: sample[0] != 0 -> end_sample(0)
  :: else
  fi;
#if CLAIMS > 1
  if
  :: sample[1] != 0 -> end_sample(1)
  :: else
  fi;
#endif
  store_release(ME, PORT(me), 2);
  increment(ME, EPOCH);
  // The record's memory is used for something else: a publisher that has not looked at the epoch yet reads anything.
  if
  :: store_relaxed(ME, CLAIM(me, 0), 1)
  :: store_relaxed(ME, CLAIM(me, 0), SEQUENCES)
  fi
}

init {
  byte p;
  atomic {
    memory[OLDEST] = oldest_word(1, 0);
    memory[EPOCH] = 1;  // the publisher's own port moved it
    do
    :: p < PROCESSES -> run flusher(p); p++
    :: else -> break
    od;
    run publisher();
    p = 0;
    do
    :: p < READERS -> run reader(p); p++
    :: else -> break
    od
  }
}
