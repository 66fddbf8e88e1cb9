// GenMC model of the gating publisher: cursors and claims, joining through `oldest` and the epoch, reclaim.
// Stands for open_gated_window(), lowest_needed() and reclaim_gated() in src/ring/writer.cpp, start() and take_gated() in src/ring/reader.cpp.
// A full ring is tried ATTEMPTS times. -DBUG=n is a mutation; README.md has the list. `message` is plain memory: a race on it is reported.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef B
#define B 1
#endif
#ifndef M
#define M 4
#endif
#ifndef R
#define R 1
#endif
#ifndef H
#define H 2  // claims of a reader, and messages that it takes before it ends the first
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 5
#endif
#ifndef TRIES
#define TRIES 2
#endif
#ifndef BUG
#define BUG 0
#endif
#define C (CAPACITY + B)
#define NEEDS_NOTHING (~0ul)
#define RELAXED memory_order_relaxed
#define ACQUIRE memory_order_acquire
#define RELEASE memory_order_release
#define SEQ_CST memory_order_seq_cst
#define READY(s) (4 * (s) + 1)
#define GIVEN_UP(s) (4 * (s) + 3)

typedef unsigned long word;
static _Atomic word stamp[C], oldest, epoch, cursor[R], claim[R][H], port[R];
static word message[C];

// Private to the publisher.
static word seen, reclaimed = 1;
static int known[R];

static int look_at_epoch(void) {
  word e = atomic_load_explicit(&epoch, BUG == 6 ? RELAXED : SEQ_CST);
  if (e == seen) return 0;
  for (int r = 0; r < R; r++) known[r] = atomic_load_explicit(&port[r], ACQUIRE) != 0;
  seen = e;
  return 1;
}

static word lower(word a, word b) { return a < b ? a : b; }
static word higher(word a, word b) { return a > b ? a : b; }

static word lowest_claim(int r, word needed) {
  for (int k = 0; k < H; k++) {
    word c = atomic_load_explicit(&claim[r][k], BUG == 2 ? RELAXED : ACQUIRE);
    if (c != 0) needed = lower(needed, c);
  }
  return needed;
}

static word lowest_needed(void) {
  word needed = NEEDS_NOTHING;
  for (int r = 0; r < R; r++) {
    if (!known[r]) continue;
    if (BUG == 5) needed = lowest_claim(r, needed);
    needed = lower(needed, atomic_load_explicit(&cursor[r], BUG == 12 ? RELAXED : ACQUIRE));
    if (BUG != 5) needed = lowest_claim(r, needed);
  }
  return needed;
}

static word open_window(word next) {
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    word needed = lowest_needed();
    word limit = needed == NEEDS_NOTHING ? next + B : lower(next + B, needed + (BUG == 10 ? C + 1 : CAPACITY));
    if (limit <= next) {
      look_at_epoch();
      continue;
    }
    int moved = BUG == 4 && look_at_epoch();
    atomic_store_explicit(&oldest, higher(reclaimed, limit > C ? limit - C : 1), BUG == 1 ? RELEASE : SEQ_CST);
    if (BUG != 4) moved = look_at_epoch();
    if (!moved || BUG == 11) return limit;
  }
  return next;
}

#ifdef RECLAIM
// One attempt, between two windows.
static void reclaim(word next) {
  word limit = lower(lowest_needed(), next);
  if (limit <= atomic_load_explicit(&oldest, RELAXED)) return;
  atomic_store_explicit(&oldest, limit, SEQ_CST);
  if (look_at_epoch() && BUG != 13) return;
  word first = higher(reclaimed, next > C ? next - C : 1);
  for (word s = first; s < limit; s++) {
    if (atomic_load_explicit(&stamp[s % C], RELAXED) != READY(s)) continue;
    atomic_store_explicit(&stamp[s % C], GIVEN_UP(s), RELAXED);
    message[s % C] = 0;
  }
  reclaimed = limit;
}
#endif

static void *publisher(void *unused) {
  (void)unused;
  for (word next = 1; next <= M;) {
    word limit = open_window(next);
    if (limit == next) return 0;  // full, and the reader does not go on
    for (; next < limit; next++) {
      message[next % C] = next;
      atomic_store_explicit(&stamp[next % C], READY(next), BUG == 8 ? RELAXED : RELEASE);
    }
#ifdef RECLAIM
    reclaim(next);
#endif
  }
  return 0;
}

static void end_sample(int r, int k, word s) {
  assert(message[s % C] == s);
  atomic_store_explicit(&claim[r][k], 0, BUG == 9 ? RELAXED : RELEASE);
}

static void *reader(void *argument) {
  int r = (int)(word)argument;
  word next = 1, sample[H];
  int samples = 0;
  atomic_store_explicit(&cursor[r], BUG == 7 ? NEEDS_NOTHING : next, RELEASE);
  atomic_store_explicit(&port[r], 1, RELEASE);
  word o = 0;
  if (BUG == 3) o = atomic_load_explicit(&oldest, SEQ_CST);
  if (BUG != 15) atomic_fetch_add_explicit(&epoch, 1, SEQ_CST);
  if (BUG != 3) o = atomic_load_explicit(&oldest, BUG == 16 ? RELAXED : SEQ_CST);
  next = higher(next, o);
  atomic_store_explicit(&cursor[r], next, RELEASE);
  for (int t = 0; t < TRIES; t++) {
    word st = atomic_load_explicit(&stamp[next % C], BUG == 17 ? RELAXED : ACQUIRE);
    assert(st <= READY(next));  // else it was overwritten or destroyed while it was needed
    if (st != READY(next)) continue;
    if (samples == H) {
      end_sample(r, 0, sample[0]);
      for (int k = 1; k < H; k++) end_sample(r, k, sample[k]);
      samples = 0;
    }
    if (BUG == 14) atomic_store_explicit(&cursor[r], next + 1, RELEASE);
    atomic_store_explicit(&claim[r][samples], next, RELEASE);
    sample[samples++] = next;
    assert(message[next % C] == next);
    next++;
    if (BUG != 14) atomic_store_explicit(&cursor[r], next, BUG == 18 ? RELAXED : RELEASE);
  }
  for (int k = 0; k < samples; k++) end_sample(r, k, sample[k]);
  return 0;
}

int main(void) {
  atomic_init(&oldest, 1);
  pthread_t p, t[R];
  pthread_create(&p, 0, publisher, 0);
  for (int r = 0; r < R; r++) pthread_create(&t[r], 0, reader, (void *)(word)r);
  pthread_join(p, 0);
  for (int r = 0; r < R; r++) pthread_join(t[r], 0);
  return 0;
}
