// Shared memory with explicit store buffers, for the models beside this file.
//
// Every process has a buffer of stores that the others do not see yet; it finds its own newest store there. A flusher moves entries to
// memory at any time. With PSO (the default) entries leave in any order, except that
//   - stores to one address keep their order, and
//   - a release store leaves last of all that were issued before it.
// With -DPSO=0 the buffer is a queue: that is TSO, x86. A seq_cst store, a seq_cst fence and a read-modify-write wait for the empty buffer.
// A release fence is an entry of its own, which nothing overtakes that was issued after it.
// Loads happen at once and in program order: what a missing acquire does is modelled by mutations that swap two loads.

#ifndef PSO
#define PSO 1
#endif

#define BUFFER 8
#define FENCE 255  // no word's address

typedef StoreBuffer {
  byte count;
  byte address[BUFFER];
  byte value[BUFFER];
  bit release[BUFFER]
};

StoreBuffer buffer[PROCESSES];
byte memory[WORDS];
hidden byte walk;  // used inside of one d_step at a time

inline store(p, where, what, with_release) {
  d_step {
    buffer[p].count < BUFFER ->
    buffer[p].address[buffer[p].count] = where;
    buffer[p].value[buffer[p].count] = what;
    buffer[p].release[buffer[p].count] = with_release;
    buffer[p].count++
  }
}

#define store_relaxed(p, where, what) store(p, where, what, 0)
#define store_release(p, where, what) store(p, where, what, 1)
#define drained(p) (buffer[p].count == 0)

inline release_fence(p) {
  if
  :: drained(p)
  :: else -> store_release(p, FENCE, 0)
  fi
}

inline load(p, where, what) {
  d_step {
    what = memory[where];
    walk = 0;
    do
    :: walk < buffer[p].count ->
       if
       :: buffer[p].address[walk] == (where) -> what = buffer[p].value[walk]
       :: else
       fi;
       walk++
    :: else -> break
    od
  }
}

// A seq_cst increment.
inline increment(p, where) {
  d_step { drained(p) -> memory[where] = memory[where] + 1 }
}

inline flush(p, entry) {
  if
  :: buffer[p].address[entry] != FENCE -> memory[buffer[p].address[entry]] = buffer[p].value[entry]
  :: else
  fi;
  walk = entry;
  do
  :: walk + 1 < buffer[p].count ->
     buffer[p].address[walk] = buffer[p].address[walk + 1];
     buffer[p].value[walk] = buffer[p].value[walk + 1];
     buffer[p].release[walk] = buffer[p].release[walk + 1];
     walk++
  :: else -> break
  od;
  buffer[p].count--;
  buffer[p].address[walk] = 0;
  buffer[p].value[walk] = 0;
  buffer[p].release[walk] = 0
}

#define other(p, i, j) (buffer[p].address[i] != buffer[p].address[j] && buffer[p].address[j] != FENCE)
#define overtakes(p, i) (PSO && buffer[p].count > i && !buffer[p].release[i])

proctype flusher(byte p) {
end:
  do
  :: d_step { buffer[p].count > 0 -> flush(p, 0) }
  :: d_step { overtakes(p, 1) && other(p, 1, 0) -> flush(p, 1) }
  :: d_step { overtakes(p, 2) && other(p, 2, 0) && other(p, 2, 1) -> flush(p, 2) }
  :: d_step { overtakes(p, 3) && other(p, 3, 0) && other(p, 3, 1) && other(p, 3, 2) -> flush(p, 3) }
  :: d_step { overtakes(p, 4) && other(p, 4, 0) && other(p, 4, 1) && other(p, 4, 2) && other(p, 4, 3) -> flush(p, 4) }
  :: d_step { overtakes(p, 5) && other(p, 5, 0) && other(p, 5, 1) && other(p, 5, 2) && other(p, 5, 3) && other(p, 5, 4) -> flush(p, 5) }
  :: d_step { overtakes(p, 6) && other(p, 6, 0) && other(p, 6, 1) && other(p, 6, 2) && other(p, 6, 3) && other(p, 6, 4) && other(p, 6, 5) -> flush(p, 6) }
  :: d_step { overtakes(p, 7) && other(p, 7, 0) && other(p, 7, 1) && other(p, 7, 2) && other(p, 7, 3) && other(p, 7, 4) && other(p, 7, 5) && other(p, 7, 6) -> flush(p, 7) }
  od
}
