// GenMC model of the arming handshake with one bell per waiter. It belongs to the parked wait, which the polling ring does not use.
// Mutations: -DNO_FENCE_P, -DNO_FENCE_W, -DBUG_SAME_GENERATION, -DBUG_DRAIN_AFTER_CHECK, -DBUG_NO_RECHECK, -DKEEP_GENERATION. -DSEQ: seq_cst operations instead of fences.
// One waiter W, NPUB publishers with NMSG messages each.
// Every word has ONE writer, except the bell (a kernel object: FIFO/eventfd; read & write are serialised by the kernel).
// Lost wake-up == W parked, bell empty, all publishers finished, and a head is ahead of what W has seen.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#ifndef NPUB
#define NPUB 2
#endif
#ifndef NMSG
#define NMSG 2
#endif
#ifndef ROUNDS
#define ROUNDS 3
#endif
static atomic_int head[NPUB];      // written by publisher i
static int payload[NPUB][NMSG + 1];// plain: detects missing happens-before
static atomic_int armed;           // written by W only: odd = armed (generation)
static atomic_int bell;            // kernel object
static int seen[NPUB], parked;
#if defined(SEQ)                    // variant A: seq_cst operations
#define ST_HEAD memory_order_seq_cst
#define LD_ARMED memory_order_seq_cst
#define ST_ARMED memory_order_seq_cst
#define LD_HEAD memory_order_seq_cst
#define FENCE_P()
#define FENCE_W()
#else                               // variant B: fences
#define ST_HEAD memory_order_release
#define LD_ARMED memory_order_relaxed
#define ST_ARMED memory_order_relaxed
#define LD_HEAD memory_order_acquire
#if defined(NO_FENCE_P)
#define FENCE_P()
#else
#define FENCE_P() atomic_thread_fence(memory_order_seq_cst)
#endif
#if defined(NO_FENCE_W)
#define FENCE_W()
#else
#define FENCE_W() atomic_thread_fence(memory_order_seq_cst)
#endif
#endif
static void ring(void) { atomic_fetch_add_explicit(&bell, 1, memory_order_acq_rel); }
static int drain(void) { return atomic_exchange_explicit(&bell, 0, memory_order_acq_rel); }

static void *publisher(void *a) {
  int p = (int)(intptr_t)a, rung = 0;                    // rung: private memory of the publisher
  for (int s = 1; s <= NMSG; ++s) {
    payload[p][s] = s;
    atomic_store_explicit(&head[p], s, ST_HEAD);
    FENCE_P();
    int g = atomic_load_explicit(&armed, LD_ARMED);
    if ((g & 1) && g != rung) { rung = g; ring(); }
  }
  return 0;
}
static int try_receive(void) {
  int got = 0;
  for (int p = 0; p < NPUB; ++p) {
    int h = atomic_load_explicit(&head[p], LD_HEAD);
    for (int k = 1; k <= NMSG; ++k) if (k > seen[p] && k <= h) { seen[p] = k; assert(payload[p][k] == k); got = 1; }
  }
  return got;
}
static void *waiter(void *a) {
  (void)a;
  int g = 0;
  for (int r = 0; r < ROUNDS; ++r) {
    if (try_receive()) continue;
#ifdef BUG_SAME_GENERATION          // re-arm with the same value although something was delivered in between
    g = 1;
#else
    g += 1;                                              // odd: arm
#endif
    atomic_store_explicit(&armed, g, ST_ARMED);
    FENCE_W();
#ifdef BUG_DRAIN_AFTER_CHECK
    if (try_receive()) { atomic_store_explicit(&armed, ++g, ST_ARMED); continue; }
    drain();
    if (atomic_load_explicit(&bell, memory_order_acquire) == 0) { parked = 1; return 0; }
#elif defined(BUG_NO_RECHECK)
    if (atomic_load_explicit(&bell, memory_order_acquire) == 0) { parked = 1; return 0; }
#else
    if (try_receive()) { atomic_store_explicit(&armed, ++g, memory_order_relaxed); continue; }
    if (atomic_load_explicit(&bell, memory_order_acquire) == 0) { parked = 1; return 0; }   // asleep for good unless rung later
#endif
    drain();                                             // woken: drain first ...
#ifdef KEEP_GENERATION                                   // spurious wake-up: stay armed with the same generation. WRONG: the token may belong to a message seen before arming
    while (!try_receive()) {
      if (atomic_load_explicit(&bell, memory_order_acquire) == 0) { parked = 1; return 0; }
      drain();
    }
#endif
    atomic_store_explicit(&armed, ++g, memory_order_relaxed);                              // ... then disarm, then look again
  }
  return 0;
}
int main(void) {
  pthread_t t[NPUB], w;
  pthread_create(&w, 0, waiter, 0);
  for (int p = 0; p < NPUB; ++p) pthread_create(&t[p], 0, publisher, (void *)(intptr_t)p);
  for (int p = 0; p < NPUB; ++p) pthread_join(t[p], 0);
  pthread_join(w, 0);
  if (parked && atomic_load(&bell) == 0) for (int p = 0; p < NPUB; ++p) assert(seen[p] == atomic_load(&head[p]) && "lost wake-up");
  return 0;
}
