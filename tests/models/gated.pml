// The gating publisher: cursors, claims, joining through `oldest` and the epoch, reclaim. Stands for src/ring/writer.cpp, src/ring/reader.cpp.
// Reader 0 is older than the publisher if OLDER is 1: it has a right to every message. The others come when they like.
// The bounds: CAPACITY, WINDOW, SEQUENCES, READERS, CLAIMS per reader, RECLAIMS, OLDER,
// LEAVING (a reader that is not older may leave at any time). BUG chooses a mutation; see README.md.

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
#ifndef OLDER
#define OLDER 0
#endif
#ifndef BUG
#define BUG 0
#endif

#define SLOTS (CAPACITY + WINDOW)
#define POISON 99
#define NEEDS_NOTHING 250
#define ready(s) (4 * (s) + 1)
#define given_up(s) (4 * (s) + 3)

// What the publisher knows of a reader.
#define UNKNOWN 0
#define PENDING 1
#define KNOWN 2

// Addresses.
#define STAMP(s) ((s) % SLOTS)
#define MESSAGE(s) (SLOTS + (s) % SLOTS)
#define OLDEST (2 * SLOTS)
#define EPOCH (2 * SLOTS + 1)
#define PORT(r) (2 * SLOTS + 2 + (r))
#define CURSOR(r) (2 * SLOTS + 2 + READERS + (r))
#define CLAIM(r, k) (2 * SLOTS + 2 + 2 * READERS + (r) * CLAIMS + (k))
#define WORDS (2 * SLOTS + 2 + 2 * READERS + READERS * CLAIMS)
#define PROCESSES (1 + READERS)
#define PUBLISHER 0

#include "memory.pml"

bit finished;

// `moved` says whether the ports were read again.
inline look_at_epoch() {
  load(PUBLISHER, EPOCH, c);
  if
  :: c != seen ->
     seen = c;
     r = 0;
     do
     :: r < READERS ->
        load(PUBLISHER, PORT(r), c);
        if
        :: c == 1 -> known[r] = KNOWN
        :: c == 0 && OLDER && r == 0 && BUG != 12 -> known[r] = PENDING
        :: c == 2 -> known[r] = UNKNOWN
        :: else
        fi;
        r++
     :: else -> break
     od;
#if BUG == 16
     load(PUBLISHER, EPOCH, seen);
#endif
     moved = 1
  :: else -> moved = 0
  fi;
  atomic { r = 0; c = 0 }
}

inline lower_needed(value) {
  if
  :: value < needed -> needed = value
  :: else
  fi
}

inline read_cursor() {
  load(PUBLISHER, CURSOR(r), c);
  lower_needed(c)
}

inline read_claims() {
  k = 0;
  do
  :: k < CLAIMS ->
     load(PUBLISHER, CLAIM(r, k), c);
     d_step {
       if
       :: c != 0 && c < needed -> needed = c
       :: else
       fi;
       c = 0;
       k++
     }
  :: else -> break
  od;
  k = 0
}

inline lowest_needed() {
  atomic { needed = NEEDS_NOTHING; r = 0 }
  do
  :: r == READERS -> break
  :: r < READERS && known[r] == UNKNOWN -> r++
  :: r < READERS && known[r] == PENDING -> needed = 1; r++
  :: r < READERS && known[r] == KNOWN ->
#if BUG == 5
     read_claims();
     read_cursor();
#else
     read_cursor();
     read_claims();
#endif
     r++
  od;
  atomic { r = 0; c = 0 }
}

inline announce_oldest(value) {
#if BUG == 4
  look_at_epoch();
#endif
#if BUG == 1
  store_release(PUBLISHER, OLDEST, value);
#else
  store_release(PUBLISHER, OLDEST, value);
  drained(PUBLISHER);
#endif
#if BUG != 4
  look_at_epoch();
#endif
}

// Sets `limit`; the window is [next, limit), empty if the ring is full.
inline open_window() {
  do
  :: lowest_needed();
     atomic {
       limit = (needed == NEEDS_NOTHING -> next + WINDOW : needed + CAPACITY);
#if BUG == 10
       limit = (needed == NEEDS_NOTHING -> next + WINDOW : needed + SLOTS + 1);
#endif
       if
       :: limit > next + WINDOW -> limit = next + WINDOW
       :: else
       fi;
       needed = 0
     }
     if
     :: limit <= next ->
        look_at_epoch();
        if
        :: moved
        :: else -> limit = next; break
        fi
     :: else ->
        atomic {
          target = (limit > SLOTS -> limit - SLOTS : 1);
          if
          :: target < reclaimed -> target = reclaimed
          :: else
          fi
        }
        announce_oldest(target);
        if
        :: moved && BUG != 11
        :: else -> break
        fi
     fi
  od;
  atomic { moved = 0; target = 0 }
}

inline reclaim() {
  do
  :: lowest_needed();
     atomic {
       limit = (needed < next -> needed : next);
       needed = 0
     }
     if
     :: limit <= memory[OLDEST] -> limit = 0; break  // own word, and drained
     :: else ->
#if BUG == 13
        store_release(PUBLISHER, OLDEST, limit);
        break
#else
        announce_oldest(limit);
        if
        :: !moved -> break
        :: else
        fi
#endif
     fi
  od;
  if
  :: limit > reclaimed ->
     reclaimed = limit;
     s = 0;
     do
     :: s < SLOTS ->
        if
        :: occupant[s] != 0 && occupant[s] < limit ->
           store_relaxed(PUBLISHER, STAMP(s), given_up(occupant[s]));
           store_relaxed(PUBLISHER, MESSAGE(s), POISON);
           occupant[s] = 0
        :: else
        fi;
        s++
     :: else -> break
     od
  :: else
  fi;
  atomic { s = 0; limit = 0; moved = 0 }
}

proctype publisher() {
  byte next = 1, s, r, k, c, seen, needed, limit, target, reclaims, reclaimed;
  bit moved;
  byte known[READERS], occupant[SLOTS];
  look_at_epoch();
  do
  :: next > SEQUENCES -> break
  :: next <= SEQUENCES && reclaims < RECLAIMS -> reclaims++; drained(PUBLISHER); reclaim()
  :: next <= SEQUENCES ->
     open_window();
     s = next;
     do
     :: s < limit ->
        if
        :: occupant[s % SLOTS] != 0 -> store_relaxed(PUBLISHER, MESSAGE(s), POISON); occupant[s % SLOTS] = 0
        :: else
        fi;
        s++
     :: else -> break
     od;
     s = 0;
     do
     :: next < limit && next <= SEQUENCES ->
        store_relaxed(PUBLISHER, MESSAGE(next), next);
#if BUG == 8
        store_relaxed(PUBLISHER, STAMP(next), ready(next));
#else
        store_release(PUBLISHER, STAMP(next), ready(next));
#endif
        occupant[next % SLOTS] = next;
        next++
     :: else -> break
     od;
     limit = 0
  od;
  drained(PUBLISHER) -> finished = 1
}

#define ME (me + 1)

inline end_sample(k) {
#if BUG == 9
  store_release(ME, CLAIM(me, k), 0);
#endif
  load(ME, MESSAGE(sample[k]), content);
  assert(content == sample[k]);
#if BUG != 9
  store_release(ME, CLAIM(me, k), 0);
#endif
  atomic { sample[k] = 0; content = 0 }
}

inline take(k) {
#if BUG == 15
  load(ME, MESSAGE(next), content);
#endif
  load(ME, STAMP(next), stamp);
  if
  :: stamp == ready(next) ->
#if BUG == 6
     store_release(ME, CURSOR(me), next + 1);
#endif
     store_release(ME, CLAIM(me, k), next);
#if BUG == 14
     store_relaxed(ME, CURSOR(me), next + 1);
#elif BUG != 6
     store_release(ME, CURSOR(me), next + 1);
#endif
#if BUG != 15
     load(ME, MESSAGE(next), content);
#endif
     d_step { assert(content == next); sample[k] = next; next++; content = 0; stamp = 0 }
  :: stamp > ready(next) -> assert(false)  // overwritten or destroyed while it was needed
  :: stamp < ready(next) && finished ->
     load(ME, STAMP(next), stamp);  // what came in between
     assert(stamp >= ready(next) || next == SEQUENCES + 1);
     if
     :: stamp < ready(next) -> break
     :: else -> atomic { stamp = 0; content = 0 }
     fi
  :: stamp < ready(next) && !finished -> atomic { stamp = 0; content = 0 }
  fi
}

proctype reader(byte me) {
  byte next = 1, stamp, content, sample[CLAIMS];
#if BUG == 7
  store_release(ME, CURSOR(me), NEEDS_NOTHING);
#else
  store_release(ME, CURSOR(me), next);
#endif
  store_release(ME, PORT(me), 1);
#if BUG == 3
  load(ME, OLDEST, stamp);
#endif
#if BUG != 2
  increment(ME, EPOCH);
#endif
#if BUG != 3
  load(ME, OLDEST, stamp);
#endif
  if
  :: stamp > next -> assert(!OLDER || me != 0); next = stamp
  :: else
  fi;
  stamp = 0;
  store_release(ME, CURSOR(me), next);
  do
  :: sample[0] == 0 -> take(0)
  :: sample[0] != 0 -> end_sample(0)
#if CLAIMS > 1
  :: sample[1] == 0 -> take(1)
  :: sample[1] != 0 -> end_sample(1)
#endif
#if LEAVING
  :: me != 0 || !OLDER -> break
#endif
  od;
  // Leaving, as Reader::detach() and SubscriberCore::disconnect() do it: needs nothing; when no sample is held, the port goes.
  store_release(ME, CURSOR(me), NEEDS_NOTHING);
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
  :: store_relaxed(ME, CURSOR(me), 0)
  :: store_relaxed(ME, CURSOR(me), NEEDS_NOTHING - 2)
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
