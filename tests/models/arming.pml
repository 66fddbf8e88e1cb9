// The handshake before a subscriber sleeps: no wake-up is lost. Belongs to the parked wait; bell.c is the same protocol for GenMC.
// The waiter stores an odd generation in `armed`, looks once more, and sleeps until its bell rings. A publisher stores its head and then looks
// at `armed`; it rings once per generation. The bell is a kernel object: its calls are in one order.
// The bounds: PUBLISHERS, MESSAGES of each. BUG chooses a mutation; see README.md.

#ifndef PUBLISHERS
#define PUBLISHERS 1
#endif
#ifndef MESSAGES
#define MESSAGES 2
#endif
#ifndef BUG
#define BUG 0
#endif

#define HEAD(p) (p)
#define MESSAGE(p, s) (PUBLISHERS + (p) * MESSAGES + (s) - 1)
#define ARMED (PUBLISHERS + PUBLISHERS * MESSAGES)
#define WORDS (ARMED + 1)
#define PROCESSES (1 + PUBLISHERS)
#define WAITER PUBLISHERS

#include "memory.pml"

byte bell, finished;

proctype publisher(byte me) {
  byte s = 1, generation, rung;
  do
  :: s <= MESSAGES ->
#if BUG == 7
     load(me, ARMED, generation);
#endif
     store_relaxed(me, MESSAGE(me, s), s);
#if BUG == 8
     store_relaxed(me, HEAD(me), s);
#else
     store_release(me, HEAD(me), s);
#endif
#if BUG != 1
     drained(me);
#endif
#if BUG != 7
     load(me, ARMED, generation);
#endif
     if
     :: generation % 2 == 1 && generation != rung ->
        rung = generation;
        d_step { drained(me) -> bell++ }
     :: else
     fi;
     generation = 0;
     s++
  :: else -> break
  od;
  drained(me) -> finished++
}

// `found` says whether there was a message.
inline look() {
  atomic { p = 0; found = 0 }
  do
  :: p < PUBLISHERS ->
     load(WAITER, HEAD(p), head);
     do
     :: seen[p] < head ->
        load(WAITER, MESSAGE(p, seen[p] + 1), content);
        assert(content == seen[p] + 1);
        atomic { seen[p]++; found = 1; content = 0 }
     :: else -> break
     od;
     p++
  :: else -> break
  od;
  atomic { p = 0; head = 0 }
}

inline set_armed(value) {
  store_release(WAITER, ARMED, value)
}

// Sleeps until the bell rings. Nobody is left to ring it: everything must have been seen.
inline sleep_on_bell() {
  if
  :: bell > 0
  :: bell == 0 && finished == PUBLISHERS ->
     p = 0;
     do
     :: p < PUBLISHERS -> assert(seen[p] == MESSAGES); p++
     :: else -> break
     od;
     goto end_of_waiter
  fi
}

proctype waiter() {
  byte seen[PUBLISHERS], generation, p, head, content;
  bit found;
  do
  :: look();
     if
     :: found
     :: else ->
#if BUG == 5
        generation = 1;
#else
        generation++;
#endif
        set_armed(generation);
#if BUG != 2
        drained(WAITER);
#endif
#if BUG != 3
        look();
#endif
        if
        :: found -> generation++; set_armed(generation)
        :: else ->
#if BUG == 4
           bell = 0;
#endif
           sleep_on_bell();
#if BUG != 4
           bell = 0;
#endif
#if BUG == 6
           do
           :: look();
              if
              :: found -> break
              :: else -> sleep_on_bell(); bell = 0
              fi
           od;
#endif
           generation++;
           set_armed(generation)
        fi
     fi
  od;
end_of_waiter:
  skip
}

init {
  byte p;
  atomic {
    do
    :: p < PROCESSES -> run flusher(p); p++
    :: else -> break
    od;
    p = 0;
    do
    :: p < PUBLISHERS -> run publisher(p); p++
    :: else -> break
    od;
    run waiter()
  }
}
