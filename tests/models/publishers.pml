// Several publishers of one topic, each in a process of its own, one of which may be killed; and a subscriber that was there first. Stands for
// Participant::try_make(), ::add_port() (src/domain/participant.cpp), src/domain/participant_peers.cpp, SubscriberCore::refresh() and
// ::take_from_any(). Process 0 may be killed at any point if KILL=1. With RESTART=1 process 1 is its successor: it starts when the kernel says that
// process 0 is dead, as a new participant. A ring keeps everything here: what becomes of slots is overwriting.pml's and gated.pml's.
// With SAMPLES=1 the subscriber may hold a sample for as long as it likes. BUG chooses a mutation; see README.md.

#ifndef MESSAGES
#define MESSAGES 1
#endif
#ifndef KILL
#define KILL 0
#endif
#ifndef RESTART
#define RESTART 0
#endif
#ifndef SAMPLES
#define SAMPLES 0
#endif
#ifndef BUG
#define BUG 0
#endif

#define PUBLISHERS 2
#define SUBSCRIBER PUBLISHERS
#define PROCESSES (PUBLISHERS + 1)

// Addresses. A port table has one record; its other fields are table.pml's.
#define EPOCH 0
#define MEMBERS 1
#define STATE(i) (2 + (i))
#define VERSION(i) (2 + PUBLISHERS + (i))
#define HEAD(i) (2 + 2 * PUBLISHERS + (i))
#define WORDS (2 + 3 * PUBLISHERS)

#include "memory.pml"

// The kernel's: the domain's directory, and the locks by which it says who lives.
bit named[PUBLISHERS], locked[PUBLISHERS];

bit killed, finished[PUBLISHERS];

// DomainDirectory::liveness().
#define is_dead(i) (named[i] && !locked[i])

// Participant::remove(), ::bury_if_dead(): the name goes, then the others are told. Two may do it at once.
inline remove_dead(p, i, had_port) {
  named[i] = 0;
  increment(p, MEMBERS);
  if :: had_port -> increment(p, EPOCH) :: else fi
}

// Participant::try_make(): make_visible(), bump(members_index), peers().
inline join() {
  if
  :: BUG == 1 -> named[me] = 1; locked[me] = 1
  :: else -> atomic { locked[me] = 1; named[me] = 1 }
  fi;
#if BUG != 2 && BUG != 3
  increment(me, MEMBERS);
#endif
  if
  :: is_dead(1 - me) -> load(me, STATE(1 - me), c); remove_dead(me, 1 - me, c == 1)  // look_at_directory(), meet()
  :: else
  fi
}

// Participant::add_port().
inline add_port() {
  store_release(me, STATE(me), 1);
  store_release(me, VERSION(me), 1);
#if BUG != 4
  increment(me, EPOCH);
#endif
#if BUG == 2
  increment(me, MEMBERS);
#endif
}

proctype publisher(byte me) {
  byte c, s;
  if :: me == 1 && RESTART -> killed && !locked[0] :: else fi;
  {
    join();
    add_port();
    do
    :: s < MESSAGES -> s++; store_release(me, HEAD(me), s)
    :: else -> break
    od;
    finished[me] = 1
  } unless {
    me == 0 && killed
  }
}

// SIGKILL. What it had stored is there when the kernel gives the lock back.
proctype killer() {
  if
  :: killed = 1;
#if BUG != 5
     drained(0);
#endif
     locked[0] = 0
#if !RESTART
  :: skip
#endif
  fi
}

#define version_of(i) seen_version[(BUG == 6 -> 0 : (i))]

// Peer::ports_of().
inline look_at_ports(i) {
  load(SUBSCRIBER, VERSION(i), c);
  if
  :: c != version_of(i) -> version_of(i) = c; load(SUBSCRIBER, STATE(i), c); has_port[i] = (c == 1)
  :: else
  fi;
  c = 0
}

// Where a segment is mapped; a place that is free again is the next one's.
inline map(i) {
  d_step { place[i] = (at_place[0] == 0 -> 0 : 1); at_place[place[i]] = i + 1 }
}

// The last of those that refer to a Peer has gone: the list of peers, a connection, a sample.
inline unmap(i) {
  if
  :: at_place[place[i]] == i + 1 && !is_peer[i] && (!connected[i] || BUG == 7) && (held != i + 1 || BUG == 8) -> at_place[place[i]] = 0
  :: else
  fi
}

inline bury(i) {
  look_at_ports(i);
  if :: !buried[i] -> buried[i] = 1; remove_dead(SUBSCRIBER, i, has_port[i]) :: else fi
}

inline drop_dead(i) {
  if :: is_peer[i] && !listed[i] -> look_at_ports(i) :: else fi;
  if
  :: is_peer[i] && !listed[i] && !has_port[i] -> is_peer[i] = 0; unmap(i)  // it left
  :: is_peer[i] && !locked[i] -> bury(i); is_peer[i] = 0; ignored[i] = 1; unmap(i)
  :: else
  fi
}

inline open_peer(i) {
  map(i);
  is_peer[i] = 1;
  if
  :: c ->
     look_at_ports(i);
     is_corpse[i] = has_port[i];  // for one look, because it has messages
     if :: !has_port[i] -> atomic { is_peer[i] = 0; ignored[i] = 1 } unmap(i); remove_dead(SUBSCRIBER, i, 0) :: else fi
  :: else
  fi
}

// Asks first whether it is dead, then opens the segment, if it has its name still.
inline meet(i) {
  if
  :: atomic { !is_peer[i] && listed[i] && !ignored[i] && named[i] -> c = is_dead(i) }
     if :: named[i] -> open_peer(i) :: else fi;
     c = 0
  :: else
  fi
}

// Participant::peers(), ::look_at_directory().
inline peers() {
  load(SUBSCRIBER, MEMBERS, members);
  if
  :: members != seen_members ->
#if BUG == 9
     drop_dead(0); drop_dead(1);
#endif
     listed[0] = named[0];
     listed[1] = named[1];
#if BUG != 9
     drop_dead(0); drop_dead(1);
#endif
     meet(0); meet(1);
#if BUG == 10
     load(SUBSCRIBER, MEMBERS, members);
#endif
     atomic { seen_members = members; listed[0] = 0; listed[1] = 0 }
  :: else
  fi;
  members = 0
}

inline connect(i) {
  if :: is_peer[i] -> look_at_ports(i) :: else fi;
  if
  :: is_peer[i] && has_port[i] && !connected[i] ->
     increment(SUBSCRIBER, EPOCH);           // its own port
     load(SUBSCRIBER, STATE(i), c);          // Peer::look_up()
     assert(c == 1 && taken[i] == 0);        // nobody takes a port away here; none is connected to twice
     d_step { connected[i] = 1; was_connected[i] = 1; c = 0 }
  :: else
  fi
}

inline refresh() {
  load(SUBSCRIBER, EPOCH, epoch);
  if
  :: epoch != seen_epoch ->
     peers();
     connect(0);
     connect(1);
     d_step { gone[0] = connected[0] && !is_peer[0]; gone[1] = connected[1] && !is_peer[1] }  // note_gone()
#if BUG == 11
     load(SUBSCRIBER, EPOCH, epoch);
#endif
     seen_epoch = epoch
  :: else
  fi;
  epoch = 0
}

inline take(i) {
  assert(at_place[place[i]] == i + 1);
  load(SUBSCRIBER, HEAD(i), c);
  if
  :: c > taken[i] ->
     d_step { taken[i]++; found = 1 }
     assert(!RESTART || i == 0 || !connected[0] || taken[0] == memory[HEAD(0)]);  // what the predecessor left comes first
     if :: SAMPLES && held == 0 -> held = i + 1 :: skip fi
  :: else
  fi;
  c = 0
}

// What is left of those that are gone, or were dead when they were met, comes first; then the others come in turn, and any may be the next.
#if BUG == 13
#define comes_first(i) gone[i]
#else
#define comes_first(i) (gone[i] || (connected[i] && is_corpse[i]))
#endif

inline try(i) {
  if :: !found && connected[i] && !comes_first(i) -> take(i) :: else fi
}

inline take_from_any() {
  refresh();
  found = 0;
  if
  :: comes_first(0) && BUG != 12 -> take(0)
  :: else
  fi;
  if
  :: gone[0] && !found -> connected[0] = 0; gone[0] = 0; unmap(0)  // drop_drained()
  :: else
  fi;
  if
  :: skip; try(0); try(1)
  :: skip; try(1); try(0)
  fi
}

proctype subscriber() {
  byte epoch, seen_epoch, members, seen_members, c, i, held, place[PUBLISHERS], at_place[PUBLISHERS], taken[PUBLISHERS], seen_version[PUBLISHERS];
  bit is_peer[PUBLISHERS], is_corpse[PUBLISHERS], buried[PUBLISHERS], ignored[PUBLISHERS], listed[PUBLISHERS], has_port[PUBLISHERS];
  bit connected[PUBLISHERS], was_connected[PUBLISHERS], gone[PUBLISHERS], found, at_end;
  do
  :: at_end = (finished[0] || (killed && !locked[0])) && finished[1] && drained(0) && drained(1);
     take_from_any();
     if :: at_end && !found -> break :: else fi
#if SAMPLES
  :: held != 0 -> assert(at_place[place[held - 1]] == held); i = held - 1; held = 0; unmap(i); i = 0  // its end
#endif
  od;
  assert(was_connected[0] || killed);
  assert(was_connected[1]);
  assert(!was_connected[0] || taken[0] == memory[HEAD(0)]);
  assert(taken[1] == memory[HEAD(1)])
}

init {
  atomic {
    memory[EPOCH] = 1;
    memory[MEMBERS] = 1;
    run flusher(0);
    run flusher(1);
    run publisher(0);
    run publisher(1);
    run subscriber();
#if KILL
    run killer()
#endif
  }
}
