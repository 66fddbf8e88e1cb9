// GenMC model of the overwriting publisher: stamps that only grow, windows of B slots, claims, joining by epoch, skipping.
// Stands for open_overwriting_window(), commit() and skip_slot() in src/ring/writer.cpp and take_claiming() in src/ring/reader.cpp.
// A sample may end in another thread than the one that took it (-DHANDOVER). -DBUG=n is a mutation; README.md has the list.
// How gaps are counted is left to overwriting.pml. `message` is plain memory: an access that nothing orders is a race, which GenMC reports.
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
#define M 4  // sequences, skipped ones included; a multiple of B
#endif
#ifndef R
#define R 1  // readers
#endif
#ifndef TRIES
#define TRIES 2
#endif
#ifndef BUG
#define BUG 0
#endif
#define C (CAPACITY + B)
#define RELAXED memory_order_relaxed
#define ACQUIRE memory_order_acquire
#define RELEASE memory_order_release
#define SEQ_CST memory_order_seq_cst
#define RESERVED(s) (4 * (s))
#define READY(s) (4 * (s) + 1)
#define SKIPPED(s) (4 * (s) + 2)

typedef unsigned long word;
static _Atomic word stamp[C], oldest, epoch, claim[R], port[R];
static word message[C];

// Private to the publisher.
static word occupant[C], seen;
static int known[R], held[C];

static void look_at_epoch(void) {
  word e = atomic_load_explicit(&epoch, BUG == 6 ? RELAXED : SEQ_CST);
  if (e == seen) return;
  for (int r = 0; r < R; r++) known[r] = atomic_load_explicit(&port[r], ACQUIRE) != 0;
  seen = e;
}

static void look_at_claims(void) {
  for (int i = 0; i < C; i++) held[i] = 0;
  for (int r = 0; r < R; r++) {
    if (!known[r]) continue;
    word c = atomic_load_explicit(&claim[r], BUG == 2 ? RELAXED : ACQUIRE);
    if (c != 0 && occupant[c % C] == c) held[c % C] = 1;
  }
}

static void open_window(word next) {
  if (next + B > C) atomic_store_explicit(&oldest, next + B - C, RELEASE);
  for (word s = next; s < next + B; s++) atomic_store_explicit(&stamp[s % C], RESERVED(s), RELEASE);
  if (BUG == 9) look_at_claims();
  if (BUG != 1) atomic_thread_fence(SEQ_CST);
  if (BUG != 10) look_at_epoch();
  if (BUG != 9) look_at_claims();
  if (BUG == 10) look_at_epoch();
}

static void *publisher(void *unused) {
  (void)unused;
  for (word next = 1; next <= M;) {
    open_window(next);
    for (word end = next + B; next < end; next++) {
      word i = next % C;
      if (held[i]) look_at_claims();
      if (held[i]) {
        atomic_store_explicit(&stamp[i], SKIPPED(next), RELEASE);
        continue;
      }
      message[i] = next;
      occupant[i] = next;
      atomic_store_explicit(&stamp[i], READY(next), BUG == 3 ? RELAXED : RELEASE);
    }
  }
  return 0;
}

static void use_and_end(int r, word s) {
  assert(message[s % C] == s);
  atomic_store_explicit(&claim[r], 0, BUG == 8 ? RELAXED : RELEASE);
}

#ifdef HANDOVER
static _Atomic word handed[R];
static void *ender(void *argument) {
  int r = (int)(word)argument;
  word s = atomic_load_explicit(&handed[r], ACQUIRE);
  if (s != 0) use_and_end(r, s);
  return 0;
}
#endif

static word try_take(int r, word next) {
  word i = next % C;
  word st = atomic_load_explicit(&stamp[i], BUG == 12 ? RELAXED : ACQUIRE);
  if (st < READY(next)) return next;
  if (st == SKIPPED(next)) return next + 1;
  if (st == READY(next)) {
    if (atomic_load_explicit(&claim[r], BUG == 13 ? RELAXED : ACQUIRE) != 0) return next;  // the sample is still held
    atomic_store_explicit(&claim[r], next, BUG == 4 ? RELAXED : SEQ_CST);
    if (BUG == 11 || atomic_load_explicit(&stamp[i], BUG == 5 ? ACQUIRE : SEQ_CST) == READY(next)) {
#ifdef HANDOVER
      if (atomic_load_explicit(&handed[r], RELAXED) == 0) {
        assert(message[i] == next);
        atomic_store_explicit(&handed[r], next, RELEASE);
        return next + 1;
      }
#endif
      use_and_end(r, next);
      return next + 1;
    }
    atomic_store_explicit(&claim[r], 0, RELEASE);
  }
  word o = atomic_load_explicit(&oldest, ACQUIRE);
  return o > next + 1 ? o : next + 1;
}

static void *reader(void *argument) {
  int r = (int)(word)argument;
  atomic_store_explicit(&port[r], 1, RELEASE);
  if (BUG != 7) atomic_fetch_add_explicit(&epoch, 1, SEQ_CST);
  word o = atomic_load_explicit(&oldest, SEQ_CST);
  word next = o > 1 ? o : 1;
  for (int t = 0; t < TRIES; t++) next = try_take(r, next);
  return 0;
}

int main(void) {
  pthread_t p, t[R];
  pthread_create(&p, 0, publisher, 0);
  for (int r = 0; r < R; r++) pthread_create(&t[r], 0, reader, (void *)(word)r);
#ifdef HANDOVER
  pthread_t e[R];
  for (int r = 0; r < R; r++) pthread_create(&e[r], 0, ender, (void *)(word)r);
  for (int r = 0; r < R; r++) pthread_join(e[r], 0);
#endif
  pthread_join(p, 0);
  for (int r = 0; r < R; r++) pthread_join(t[r], 0);
  return 0;
}
