// The overwriting publisher: stamps, windows, claims, joining by epoch, skipping, reclaim. Stands for src/ring/writer.cpp, src/ring/reader.cpp.
// The bounds: CAPACITY, WINDOW, SEQUENCES (skipped ones count), READERS, CLAIMS per reader, RECLAIMS, LEAVING (a reader
// may leave at any time). BUG chooses a mutation; see README.md.

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
#define PORT(r) (2 * SLOTS + 2 + (r))
#define CLAIM(r, k) (2 * SLOTS + 2 + READERS + (r) * CLAIMS + (k))
#define WORDS (2 * SLOTS + 2 + READERS + READERS * CLAIMS)
#define PROCESSES (1 + READERS)
#define PUBLISHER 0

#include "memory.pml"

bit gone[SEQUENCES + SLOTS + 1];  // ghost: the publisher gave this sequence up, or skipped it
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

inline open_window() {
#if BUG == 6
  look_at_epoch();
#endif
#if BUG == 8
  look_at_claims();
#endif
  s = next;
  do
  :: s < next + WINDOW ->
     if
     :: s > SLOTS -> gone[s - SLOTS] = 1
     :: else
     fi;
     store_relaxed(PUBLISHER, STAMP(s), reserved(s));
     s++
  :: else -> break
  od;
  if
  :: next + WINDOW > SLOTS && next + WINDOW - SLOTS > oldest ->
     oldest = next + WINDOW - SLOTS;
#if BUG == 15
     oldest = oldest + 1;
#endif
     store_relaxed(PUBLISHER, OLDEST, oldest)
  :: else
  fi;
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
  s = 0;
  do
  :: s < SLOTS ->
     load(PUBLISHER, STAMP(s), c);
     if
     :: occupant[s] != 0 && c == ready(occupant[s]) ->
        gone[occupant[s]] = 1;
#if BUG != 18
        store_relaxed(PUBLISHER, STAMP(s), given_up(occupant[s]))
#endif
     :: else
     fi;
     c = 0;
     s++
  :: else -> break
  od;
  s = 0;
  if
  :: oldest < next -> oldest = next; store_relaxed(PUBLISHER, OLDEST, oldest)
  :: else
  fi;
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
  byte next = 1, s, r, k, c, epoch, seen, oldest = 1, end, reclaims;
  bit held[SLOTS];
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
        if
        :: held[next % SLOTS] ->
           gone[next] = 1;
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
           occupant[next % SLOTS] = next
        fi;
        next++
     :: else -> break
     od
  od;
  drained(PUBLISHER) -> finished = 1
}

#define ME (me + 1)

// Goes on at `found`. What lies before it must really be gone.
inline lose() {
  d_step {
    do
    :: next < found -> assert(gone[next]); next++
    :: else -> break
    od;
    found = 0;
    stamp = 0;
    content = 0
  }
}

inline lose_next() {
  load(ME, OLDEST, found);
  if
  :: found <= next -> found = next + 1
  :: else
  fi;
  lose()
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
        lose_next()
     fi
  :: stamp == skipped(next) -> d_step { next++; stamp = 0; content = 0 }
  :: stamp > skipped(next) ->
#if BUG == 21
     assert(!finished);  // takes it for "not yet", and waits for ever
     stamp = 0
#else
     lose_next()
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
  byte next = 1, stamp, content, found, sample[CLAIMS];
#if BUG == 7
  increment(ME, EPOCH);
#endif
  store_release(ME, PORT(me), 1);
#if BUG != 5 && BUG != 7
  increment(ME, EPOCH);
#endif
  drained(ME);
  load(ME, OLDEST, found);
  lose();
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
    memory[OLDEST] = 1;
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
