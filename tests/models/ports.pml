// Ports that come and go: who was there first, connecting, and the end of a publisher. Stands for src/publish_subscribe/*_core.cpp.
// A publisher opens, publishes one message, and ends. A subscriber subscribes when it likes, and looks again and again.
// A message that was published after subscribe() had returned is received, and no ring is read after it was freed.
// BUG chooses a mutation; see README.md.

#ifndef BUG
#define BUG 0
#endif

#define NOT_BORN_YET 200
#define VISIBLE 1
#define GONE 2
#define CONNECTING 1
#define STARTED 2

// Addresses.
#define EPOCH 0
#define BIRTHS 1
#define PUBLISHER_PORT 2
#define PUBLISHER_BIRTH 3
#define HEAD 4
#define SUBSCRIBER_PORT 5
#define SUBSCRIBER_BIRTH 6
#define READER_PORT 7
#define CURSOR 8
#define WORDS 9
#define PROCESSES 2
#define PUBLISHER 0
#define SUBSCRIBER 1

#include "memory.pml"

bit subscribed;     // subscribe() has returned
bit has_a_right;    // it had when the message was published
bit publisher_done; // closed, and its ring freed or left to a reader
bit freed;

inline draw(p, where) {
  d_step { drained(p) -> memory[BIRTHS] = memory[BIRTHS] + 1; where = memory[BIRTHS] }
}

// Who reads, as PublisherCore::collect() and Writer::awaits() see it.
inline look_for_readers() {
  load(PUBLISHER, EPOCH, c);
  if
  :: c != seen ->
     seen = c;
     load(PUBLISHER, SUBSCRIBER_PORT, c);
     older = (c == VISIBLE);
     load(PUBLISHER, SUBSCRIBER_BIRTH, c);
     older = older && c < birth;
     load(PUBLISHER, READER_PORT, c);
     connected = (c == VISIBLE)
  :: else
  fi;
  load(PUBLISHER, CURSOR, c);
#if BUG == 1
  awaits = older && !connected;
#else
  awaits = (older && !connected) || (connected && c == CONNECTING);
#endif
  c = 0
}

proctype publisher() {
  byte c, seen, birth;
  bit older, connected, awaits;
#if BUG == 2
  draw(PUBLISHER, birth);
  store_relaxed(PUBLISHER, PUBLISHER_BIRTH, birth);
#else
  store_relaxed(PUBLISHER, PUBLISHER_BIRTH, NOT_BORN_YET);
#endif
  store_release(PUBLISHER, PUBLISHER_PORT, VISIBLE);
  increment(PUBLISHER, EPOCH);
#if BUG != 2
  draw(PUBLISHER, birth);
  store_release(PUBLISHER, PUBLISHER_BIRTH, birth);
#endif
  atomic { has_a_right = subscribed }
  store_release(PUBLISHER, HEAD, 1);
  do
  :: look_for_readers();
     if
     :: !awaits -> break
     :: else
     fi
  od;
#if BUG == 4
  if
  :: !connected -> freed = 1
  :: else
  fi;
#endif
  store_release(PUBLISHER, PUBLISHER_PORT, GONE);
#if BUG != 6
  increment(PUBLISHER, EPOCH);
#endif
  look_for_readers();
  if
  :: !connected -> freed = 1
  :: else
  fi;
  drained(PUBLISHER) -> publisher_done = 1
}

// SubscriberCore::refresh(): connects to a publisher that is there.
inline refresh() {
  load(SUBSCRIBER, EPOCH, c);
  if
  :: c != seen ->
     seen = c;
     load(SUBSCRIBER, PUBLISHER_PORT, c);
     if
     :: c == VISIBLE && !connected ->
        store_release(SUBSCRIBER, CURSOR, CONNECTING);
        store_release(SUBSCRIBER, READER_PORT, VISIBLE);
#if BUG != 5
        increment(SUBSCRIBER, EPOCH);
#endif
        load(SUBSCRIBER, PUBLISHER_PORT, c);
        if
        :: c == VISIBLE || BUG == 3 ->
           store_release(SUBSCRIBER, CURSOR, STARTED);
           connected = 1
        :: else ->
           store_release(SUBSCRIBER, READER_PORT, GONE);
           increment(SUBSCRIBER, EPOCH)
        fi
     :: else
     fi
  :: else
  fi;
  c = 0;
  if
  :: connected && !received ->
     assert(!freed);
     load(SUBSCRIBER, HEAD, c);
     received = (c == 1);
     c = 0
  :: else
  fi
}

proctype subscriber() {
  byte c, seen, birth;
  bit connected, received, at_end;
#if BUG != 7
  draw(SUBSCRIBER, birth);
  store_relaxed(SUBSCRIBER, SUBSCRIBER_BIRTH, birth);
#else
  store_relaxed(SUBSCRIBER, SUBSCRIBER_BIRTH, NOT_BORN_YET);
#endif
  store_release(SUBSCRIBER, SUBSCRIBER_PORT, VISIBLE);
#if BUG != 8
  increment(SUBSCRIBER, EPOCH);
#endif
  refresh();
#if BUG == 7
  draw(SUBSCRIBER, birth);
  store_release(SUBSCRIBER, SUBSCRIBER_BIRTH, birth);
#endif
  atomic { subscribed = 1 }
  do
  :: !at_end ->
     at_end = publisher_done;
     refresh()
  :: at_end -> break
  od;
  assert(received || !has_a_right)
}

init {
  atomic {
    memory[EPOCH] = 1;
    run flusher(PUBLISHER);
    run flusher(SUBSCRIBER);
    run publisher();
    run subscriber()
  }
}
