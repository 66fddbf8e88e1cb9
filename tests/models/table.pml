// A port table as others read it, when a record and the memory of a port are used again. Stands for src/domain/port_table.cpp, Peer::read(),
// ::refresh_locked(), ::look_up() in src/domain/peer.cpp, src/domain/port_memory.cpp, src/publish_subscribe/subscriber_connect.cpp.
// The owner has a publisher, port 1, which publishes and ends; then another, port 2, in the same record of the table. With OVERLAP=0 the one comes
// after the other has ended for good: its descriptor and its ring's head lie where those of port 1 lay, if nobody reads the ring. With OVERLAP=1
// another thread adds it as soon as the record is free: before the epoch moved, and in other memory. With OTHER_TYPE=1 its messages have another type.
// A subscriber looks again and again. BUG chooses a mutation; see README.md.

#ifndef OVERLAP
#define OVERLAP 0
#endif
#ifndef OTHER_TYPE
#define OTHER_TYPE 0
#endif
#ifndef BUG
#define BUG 0
#endif
// A state word: generation and kind. A port's memory is block 1 or 2; one word stands for its descriptor and its ring's head, and says whose they
// are: 0, while they are written, or a port, whose slots have its number.
#define state_word(generation, visible) (2 * (generation) + (visible))
#define is_visible(state) ((state) % 2)
#define OURS 1
#define ANOTHER 2
#define type_of(id) ((id) == 2 && OTHER_TYPE -> ANOTHER : OURS)

// Addresses.
#define EPOCH 0
#define VERSION 1
#define STATE 2
#define ID 3
#define BODY 4
#define BLOCK(block) (4 + (block))
#define STAMP(id) (6 + (id))
#define READER_PORT(id) (8 + (id))
#define WORDS 11
#define PROCESSES 2
#define OWNER 0
#define WATCHER 1

#include "memory.pml"

byte block_of_2 = 2;     // ghost: where port 2's memory lies; that of port 1 is block 1
bit freed[3];            // ghost: the slots of that port
bit finished;

inline next_version() {
  version++;
#if BUG == 6
  store_relaxed(OWNER, VERSION, version)
#else
  store_release(OWNER, VERSION, version)  // fetch_add, release: the table has one writer at a time
#endif
}

// Participant::add_port() without the epoch: PortTable::add().
inline add(id, block) {
#if BUG == 5
  next_version();
#endif
#if BUG != 2
  generation++;
#endif
  store_relaxed(OWNER, STATE, state_word(generation, 0));
#if BUG != 1
  release_fence(OWNER);
#endif
  store_relaxed(OWNER, ID, (BUG == 19 -> 1 : id));
  store_relaxed(OWNER, BODY, block);
#if BUG == 14
  next_version();
#endif
#if BUG == 3
  store_relaxed(OWNER, STATE, state_word(generation, 1));
#else
  store_release(OWNER, STATE, state_word(generation, 1));
#endif
#if BUG != 5 && BUG != 14
  next_version()
#endif
}

// PortTable::remove().
inline remove(id) {
#if BUG != 2
  generation++;
#endif
#if BUG == 4
  store_relaxed(OWNER, STATE, state_word(generation, 0));
#else
  store_release(OWNER, STATE, state_word(generation, 0));
#endif
  next_version()
}

// PortMemory::take(), make_descriptor(), PublisherCore::make_ring(): relaxed here, although make_ring() stores the head's words seq_cst.
inline write_block(block, id) {
  store_relaxed(OWNER, BLOCK(block), 0);
  store_relaxed(OWNER, BLOCK(block), id)
}

proctype owner() {
  byte generation = 1, version = 1, c;  // port 1 is visible
  next_version();                       // set_birth()
  store_release(OWNER, STAMP(1), 1);    // Writer::commit()
#if OVERLAP
  write_block(2, 2);
  remove(1);
  add(2, 2);
  increment(OWNER, EPOCH);
  increment(OWNER, EPOCH);
#else
#if BUG == 16
  atomic { block_of_2 = 1; freed[1] = 1 }
  write_block(1, 2);
#endif
  remove(1);  // ~PublisherCore(): port_.close(), then the slots and the head
  increment(OWNER, EPOCH);
  // Writer::may_have_readers().
  load(OWNER, READER_PORT(1), c);
  if
  :: BUG == 16
  :: BUG != 16 && c != 1 -> atomic { c = 0; block_of_2 = 1; freed[1] = 1 } write_block(1, 2)
  :: BUG != 16 && c == 1 -> c = 0; write_block(2, 2)
  fi;
  add(2, block_of_2);
#if BUG != 9
  increment(OWNER, EPOCH);
#endif
#endif
  store_release(OWNER, STAMP(2), 2);
  drained(OWNER) -> finished = 1
}

// Peer::read(): sets `state`, `id` and `body`; id = 0: nothing.
inline read_record() {
#if BUG != 11
  load(WATCHER, STATE, state);
#endif
#if BUG == 12
  load(WATCHER, STATE, again);
#endif
  load(WATCHER, ID, id);
  load(WATCHER, BODY, body);
#if BUG == 11
  load(WATCHER, STATE, state);
#endif
#if BUG == 10
  again = state;
#elif BUG != 12
  load(WATCHER, STATE, again);
#endif
  d_step {
    if
    :: again != state || !is_visible(state) -> id = 0; body = 0
    :: else
    fi;
    again = 0;
    state = 0
  }
}

// Peer::ports_of(): what is seen is kept until the version moves.
inline look_at_table() {
  load(WATCHER, VERSION, c);
  if
  :: c != seen_version ->
#if BUG != 7
     seen_version = c;
#endif
     atomic { seen_id = 0; seen_body = 0 }
     read_record();
     d_step {
       assert(id == 0 || (body == (id == 1 -> 1 : block_of_2)));  // the fields are one port's
       seen_id = id; seen_body = body; id = 0; body = 0
     }
#if BUG == 7
     load(WATCHER, VERSION, seen_version);
#endif
  :: else
  fi;
  c = 0
}

// Peer::look_up(): sets `there`.
inline look_up() {
  read_record();
  d_step { there = (id == seen_id || (BUG == 18 && id != 0)); id = 0; body = 0 }
}

// The watcher's own ports: Participant::add_port(), ::remove_port(). The increment waits for the store, so it needs no buffer.
inline tell(id, target) {
  memory[READER_PORT(id)] = target;
  increment(WATCHER, EPOCH)
}

// SubscriberCore::fits(), ::connect(). What the descriptor or the head says counts only if the port is still there.
inline connect() {
#if BUG == 13
  look_up();
#endif
  load(WATCHER, BLOCK(seen_body), c);     // describe()
  load(WATCHER, BLOCK(seen_body), area);  // validate()
  if
  :: c == 0 || type_of(c) != OURS || area == 0 ->
#if BUG == 17
     there = 1;
#elif BUG != 13
     look_up();
#endif
     d_step {
       assert(!there || type_of(seen_id) == ANOTHER);  // a complaint, which the port deserves
       there = 0
     }
  :: else ->
     tell(seen_id, seen_id);
#if BUG == 8
     there = 1;
#elif BUG != 13
     look_up();
#endif
     if
     :: there -> d_step { connected[seen_id] = 1; assert(area == seen_id); there = 0 }
     :: else ->
        tell(seen_id, 0);
        memory[VERSION] != seen_version  // a bound: the same attempt is not made again
     fi
  fi;
  atomic { c = 0; area = 0 }
}

inline connect_new() {
  look_at_table();
  if
  :: seen_id != 0 && !connected[seen_id] -> connect()
  :: else
  fi
}
inline note_gone() {
  look_at_table();
  d_step { gone[1] = connected[1] && seen_id != 1; gone[2] = connected[2] && seen_id != 2 }
}

// SubscriberCore::refresh().
inline refresh() {
  load(WATCHER, EPOCH, epoch);
  if
  :: epoch != seen_epoch ->
#if BUG == 15
     note_gone();
#endif
     connect_new();
#if BUG != 15
     note_gone();
#endif
     seen_epoch = epoch
  :: else
  fi;
  epoch = 0
}

// SubscriberCore::take_from_any(): of port `i`.
inline take(i) {
  assert(!freed[i]);
  load(WATCHER, STAMP(i), c);
  if
  :: c == i && !received[i] ->
     d_step { assert(i != 2 || !connected[1] || received[1]); received[i] = 1 }  // what the predecessor left comes first
  :: gone[i] && (c != i || received[i]) ->
     assert(received[i]);  // nothing that it published is left behind
     tell(i, 0);
     atomic { connected[i] = 0; gone[i] = 0 }
  :: else
  fi;
  c = 0
}

proctype watcher() {
  byte epoch, seen_epoch, seen_version, seen_id, seen_body, state, again, id, body, area, c;
  bit connected[3], gone[3], received[3], there, at_end;
  do
  :: !at_end ->
     at_end = finished;
     refresh();
     if
     :: gone[1] -> take(1)
     :: !gone[1] && connected[1] -> take(1)
     :: !gone[1] && connected[2] -> take(2)
     :: !connected[1] && !connected[2]
     fi
  :: at_end -> break
  od;
  // What was published comes, and what is there is connected.
  assert(OTHER_TYPE || connected[2])
}

init {
  atomic {
    memory[EPOCH] = 1;
    memory[VERSION] = 1;
    memory[STATE] = state_word(1, 1);
    memory[ID] = 1;
    memory[BODY] = 1;
    memory[BLOCK(1)] = 1;
    run flusher(OWNER);
    run owner();
    run watcher()
  }
}
