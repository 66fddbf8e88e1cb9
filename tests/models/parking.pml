// Parking: no wake-up is lost. Stands for src/domain/{bell,ringer,peer_bell}.cpp, PublisherCore::wake(), SubscriberCore::make_wakeable() and ::arm_at().
// One thread or loop with SUBSCRIBERS subscribers of one topic parks at one bell; PUBLISHERS publish MESSAGES each, which every subscriber gets.
// Publishers do not fence until they know that somebody may park. A subscriber is armed by a flag of its own; the generation belongs to the bell,
// and a publisher rings once for each; with ONE_PROCESS=1 the publishers share what was rung. The bell is a kernel object: its calls are in one order.
// BUG chooses a mutation; see README.md.

#ifndef PUBLISHERS
#define PUBLISHERS 1
#endif
#ifndef SUBSCRIBERS
#define SUBSCRIBERS 1
#endif
#ifndef MESSAGES
#define MESSAGES 2
#endif
#ifndef ONE_PROCESS
#define ONE_PROCESS 0
#endif
#ifndef BUG
#define BUG 0
#endif

#define HEAD(p) (p)
#define GENERATION PUBLISHERS
#define EPOCH (PUBLISHERS + 1)
#define ARMED(s) (PUBLISHERS + 2 + (s))
#define WAKEABLE(s) (PUBLISHERS + 2 + SUBSCRIBERS + (s))
#define RUNG(p) (PUBLISHERS + 2 + 2 * SUBSCRIBERS + (ONE_PROCESS -> 0 : (p)))
#define WORDS (PUBLISHERS + 2 + 2 * SUBSCRIBERS + PUBLISHERS)
#define PROCESSES (1 + PUBLISHERS)
#define WAITER PUBLISHERS

#include "memory.pml"

byte bell, finished;

inline ring_if_armed() {
  load(me, ARMED(i), c);
  if
  :: c != 0 ->
     load(me, GENERATION, c);
     load(me, RUNG(me), rung);
     if
     :: c + 1 != rung ->
        d_step { drained(me) -> bell = 1 };
        store_release(me, RUNG(me), c + 1)
     :: else
     fi;
     rung = 0
  :: else
  fi;
  c = 0
}

// PublisherCore::commit() behind the message's stores. `seen`: the epoch at the last look; `any`: somebody may park.
inline wake() {
#if BUG != 1
  drained(me);
#endif
  load(me, EPOCH, c);
  if
  :: c != seen ->
     seen = c;
     i = 0;
     do
     :: i < SUBSCRIBERS -> load(me, WAKEABLE(i), c); known[i] = c; any = any || c; i++
     :: else -> break
     od
  :: else
  fi;
  i = 0;
  do
  :: i < SUBSCRIBERS && known[i] -> ring_if_armed(); i++
  :: i < SUBSCRIBERS && !known[i] -> i++
  :: else -> break
  od;
  atomic { i = 0; c = 0 }
}

proctype publisher(byte me) {
  byte s = 1, c, i, seen, rung;
  bit any, known[SUBSCRIBERS];
  do
  :: s <= MESSAGES ->
#if BUG == 7
     load(me, EPOCH, c);
#endif
     store_release(me, HEAD(me), s);
#if BUG != 7
     load(me, EPOCH, c);
#endif
     if
     :: any || c != seen -> wake()
     :: else -> c = 0
     fi;
     s++
  :: else -> break
  od;
  drained(me) -> finished++
}

// `found` says whether subscriber i found a message.
inline look() {
  atomic { p = 0; found = 0 }
  do
  :: p < PUBLISHERS ->
     load(WAITER, HEAD(p), head);
     if
     :: seen[i * PUBLISHERS + p] < head -> seen[i * PUBLISHERS + p] = head; found = 1
     :: else
     fi;
     p++
  :: else -> break
  od;
  atomic { p = 0; head = 0 }
}

inline arm() {
  store_release(WAITER, ARMED(i), 1);
#if BUG != 2
  drained(WAITER);
#endif
#if BUG != 3
  look()
#endif
}

inline make_wakeable() {
  store_release(WAITER, WAKEABLE(i), 1);
#if BUG != 8
  increment(WAITER, EPOCH);
#endif
#if BUG != 6
  p = 0;
  do
  :: p < PUBLISHERS -> drained(p); p++
  :: else -> break
  od;
  p = 0
#endif
}

// Sleeps until the bell rings. Nobody is left to ring it: everything must have been seen.
inline sleep_at_bell() {
  if
  :: bell > 0
  :: bell == 0 && finished == PUBLISHERS ->
     i = 0;
     do
     :: i < SUBSCRIBERS * PUBLISHERS -> assert(seen[i] == MESSAGES); i++
     :: else -> break
     od;
     goto end_of_waiter
  fi
}

inline begin_generation() {
  load(WAITER, GENERATION, head);
  store_release(WAITER, GENERATION, head + 1);
  head = 0;
#if BUG != 9
  drained(WAITER)
#endif
}

inline answer() {
#if BUG == 4
  begin_generation();
  bell = 0
#elif BUG == 5
  bell = 0
#else
  bell = 0;
  begin_generation()
#endif
}

proctype waiter() {
  byte seen[SUBSCRIBERS * PUBLISHERS], i, p, head;
  bit found;
  do
  :: i < SUBSCRIBERS -> look(); make_wakeable(); arm(); i++
  :: else -> break
  od;
  do
  :: sleep_at_bell();
     answer();
     i = 0;
     do
     :: i < SUBSCRIBERS ->
        look();
        if
        :: found -> store_relaxed(WAITER, ARMED(i), 0); look(); arm()  // resumed, and waits again
        :: else
        fi;
        i++
     :: else -> break
     od;
     i = 0
  od;
end_of_waiter:
  skip
}

init {
  byte p;
  atomic {
    memory[EPOCH] = 1;
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
