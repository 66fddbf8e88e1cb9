// A heap and a port table that grow, as others see them. Stands for Participant::commit_heap(), PortTable::add(), Peer::at(), mapped_heap_around().
// The owner publishes MESSAGES messages, each with its text in a part of the heap that is committed for it; in between it commits a hole below again,
// and at the end it adds a port: its record lies on a new page of the port table, its ring in a new part of the heap. A reader takes the messages,
// looks at the port table, and may be led to any part of the heap by a number that is not sound. It touches nothing that is not there, and
// refuses nothing that is sound. That a part is there is taken for one relaxed store of the kernel's, which the others see when they see it:
// less than the system gives. BUG chooses a mutation; see README.md.

#ifndef MESSAGES
#define MESSAGES 2
#endif
#ifndef BUG
#define BUG 0
#endif

#define FIRST 1                    // the part of the heap that is there from the start; the ring lies in it
#define PART(s) (FIRST + (s))      // where the text of message s lies
#define LAST (FIRST + MESSAGES + 1)  // where the ring of the new port lies
#define ready(s) (4 * (s) + 1)

// Addresses.
#define COMMITTED 0
#define VERSION 1
#define HIGH_WATER 2
#define PAGE 3    // 1: the port table's second page is there
#define STATE 4   // of the record on it
#define BODY 5
#define STAMP(s) (5 + (s))
#define MESSAGE(s) (5 + MESSAGES + (s))
#define THERE(part) (5 + 2 * MESSAGES + (part))
#define TEXT(part) (5 + 2 * MESSAGES + LAST + (part))
#define WORDS (6 + 2 * MESSAGES + 2 * LAST)
#define PROCESSES 2
#define OWNER 0
#define READER 1

#include "memory.pml"

bit finished;

// Participant::commit_heap(): segment_.commit(), then heap_committed. `end`: the part's end.
inline commit_heap(part) {
#if BUG == 2
  store_release(OWNER, COMMITTED, part);
#endif
  store_relaxed(OWNER, THERE(part), 1);
  load(OWNER, COMMITTED, c);
  if
  :: part > c || BUG == 5 ->
#if BUG == 1
     store_relaxed(OWNER, COMMITTED, part)
#elif BUG != 2
     store_release(OWNER, COMMITTED, part)
#endif
  :: else
  fi;
  c = 0
}

// Memory from the heap, and what is written there.
inline write_text(part, text) {
#if BUG != 3
  commit_heap(part);
#endif
  store_relaxed(OWNER, TEXT(part), text)
}

inline publish(s) {
  write_text(PART(s), s);
  store_relaxed(OWNER, MESSAGE(s), PART(s));
  // Writer::commit().
#if BUG == 4
  store_relaxed(OWNER, STAMP(s), ready(s));
#else
  store_release(OWNER, STAMP(s), ready(s));
#endif
#if BUG == 3
  commit_heap(PART(s));
#endif
}

// PortTable::add(), for the first record of a page: commit_(), the record, its state, the high-water mark, the version.
inline add_port() {
#if BUG == 6
  store_release(OWNER, HIGH_WATER, 1);
#endif
  store_relaxed(OWNER, PAGE, 1);
  store_relaxed(OWNER, BODY, LAST);
  store_release(OWNER, STATE, 1);
#if BUG == 12
  store_release(OWNER, VERSION, 2);
#endif
#if BUG == 7
  store_relaxed(OWNER, HIGH_WATER, 1);
#elif BUG != 6
  store_release(OWNER, HIGH_WATER, 1);
#endif
#if BUG != 12
  store_release(OWNER, VERSION, 2)
#endif
}

proctype owner() {
  byte s = 1, c;
  do
  :: s <= MESSAGES -> publish(s); s++
  :: s == 2 -> commit_heap(FIRST); s++; s--; break  // HeapPages::make_committed() of pages that were given back
  :: else -> break
  od;
  do
  :: s <= MESSAGES -> publish(s); s++
  :: else -> break
  od;
#if BUG == 8
  add_port();
  write_text(LAST, LAST);
#else
  write_text(LAST, LAST);
  add_port();
#endif
  drained(OWNER) -> finished = 1
}

// Touches the part behind a check, if it passes. `c`: whether it passed.
inline touch(part) {
#if BUG == 10
  load(READER, THERE(part), there);
#endif
  // Peer::at(), mapped_heap_around(): heap_committed, acquire.
#if BUG == 9
  c = known;
#elif BUG == 11
  c = LAST;
#else
  load(READER, COMMITTED, c);
#endif
  c = ((part) <= c);
  if
  :: c ->
#if BUG != 10
     load(READER, THERE(part), there);
#endif
     assert(there)
  :: else
  fi;
  there = 0
}

inline take() {
  load(READER, STAMP(next), c);
  if
  :: c == ready(next) ->
     load(READER, MESSAGE(next), part);
     touch(part);
     assert(c);  // what is sound is not refused
     load(READER, TEXT(part), c);
     assert(c == next);
     atomic { next++; part = 0; c = 0 }
  :: else -> c = 0
  fi
}

// Peer::refresh_locked() and read(), then validate().
inline look_at_ports() {
#if BUG == 13
  load(READER, HIGH_WATER, high_water);
#endif
  load(READER, VERSION, c);
  if
  :: c != seen_version ->
     seen_version = c;
#if BUG != 13
     load(READER, HIGH_WATER, high_water);
#endif
     if
     :: high_water == 1 ->
        load(READER, PAGE, there);
        assert(there);
        there = 0;
        load(READER, STATE, c);
        if
        :: c == 1 ->
           load(READER, BODY, part);
           touch(part);
           assert(c);
           load(READER, TEXT(part), c);
           assert(c == LAST);
           atomic { part = 0; connected = 1 }
        :: else
        fi
     :: else
     fi
  :: else
  fi;
  atomic { c = 0; high_water = 0 }
}

proctype reader() {
  byte next = 1, part, c, known, seen_version, high_water;
  bit there, connected, at_end;
  do
  :: !at_end ->
     at_end = finished;
#if BUG == 9
     load(READER, COMMITTED, known);  // read once, when the reader looks, not for each number
#endif
     do
     :: next <= MESSAGES -> take(); break
     :: !connected -> look_at_ports(); break
     :: part < LAST -> part++  // a number that is not sound
     :: part != 0 -> touch(part); atomic { part = 0; c = 0 }; break
     od;
     part = 0
  :: at_end -> break
  od;
  if
  :: !connected -> look_at_ports()
  :: else
  fi;
  assert(connected)
}

init {
  atomic {
    memory[COMMITTED] = FIRST;
    memory[VERSION] = 1;  // of the port whose messages these are
    memory[THERE(FIRST)] = 1;
    run flusher(OWNER);
    run owner();
    run reader()
  }
}
