// GenMC model of the arming handshake with one bell per event loop. It belongs to the parked wait, which the polling ring does not use.
// Mutations: -DBUG_BUMP_BEFORE_DRAIN, -DBUG_NO_BUMP, -DBUG_BUMP_RELAXED, -DSC=memory_order_relaxed.
// One generation per BELL (bumped by every dispatch, between drain and look), a plain armed flag per subscription.
// NSUB subscriptions of one loop share a bell. Publisher p serves all subscriptions (worst case). One ring per publisher and dispatch.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#ifndef NPUB
#define NPUB 1
#endif
#ifndef NMSG
#define NMSG 2
#endif
#ifndef NSUB
#define NSUB 1
#endif
#ifndef ROUNDS
#define ROUNDS 3
#endif
#ifndef SC
#define SC memory_order_seq_cst
#endif
static atomic_int head[NPUB];
static int payload[NPUB][NMSG + 1];
static atomic_int armed[NSUB];
static atomic_int gen;                                       // bell generation, written by the loop only
static atomic_int bell;                                      // kernel object
static int seen[NSUB][NPUB], parked;
static void ring(void) { atomic_fetch_add_explicit(&bell, 1, memory_order_acq_rel); }
static int drain(void) { return atomic_exchange_explicit(&bell, 0, memory_order_acq_rel); }
static void *publisher(void *a) {
  int p = (int)(intptr_t)a, rung = -1;
  for (int s = 1; s <= NMSG; ++s) {
    payload[p][s] = s;
    atomic_store_explicit(&head[p], s, SC);
    for (int i = 0; i < NSUB; ++i) if (atomic_load_explicit(&armed[i], SC)) {
      int b = atomic_load_explicit(&gen, SC);
      if (b != rung) { ring(); rung = b; }
    }
  }
  return 0;
}
static int look(int i, memory_order mo) {
  int got = 0;
  for (int p = 0; p < NPUB; ++p) { int h = atomic_load_explicit(&head[p], mo); for (int k = 1; k <= NMSG; ++k) if (k > seen[i][p] && k <= h) { seen[i][p] = k; assert(payload[p][k] == k); got = 1; } }
  return got;
}
static void *loop(void *a) {
  (void)a;
  int g = 0;
  for (int i = 0; i < NSUB; ++i) {                           // every coroutine: try, arm, try
    look(i, memory_order_acquire);
    atomic_store_explicit(&armed[i], 1, SC);
    look(i, SC);                                    // (kept armed: consuming more is allowed)
  }
  for (int r = 0; r < ROUNDS; ++r) {
    if (atomic_load_explicit(&bell, memory_order_acquire) == 0) { parked = 1; return 0; }   // epoll_wait: asleep
#ifdef BUG_BUMP_BEFORE_DRAIN
    atomic_store_explicit(&gen, ++g, SC); drain();
#elif defined(BUG_NO_BUMP)
    drain();
#elif defined(BUG_BUMP_RELAXED)
    drain(); atomic_store_explicit(&gen, ++g, memory_order_relaxed);
#else
    drain(); atomic_store_explicit(&gen, ++g, SC);
#endif
    for (int i = 0; i < NSUB; ++i) {
      int got = look(i, SC);
      if (got) {                                             // resumed, consumes, comes back: try, arm, try
        atomic_store_explicit(&armed[i], 0, memory_order_relaxed);
        look(i, memory_order_acquire);
        atomic_store_explicit(&armed[i], 1, SC);
        look(i, SC);
      }
    }
  }
  return 0;
}
int main(void) {
  pthread_t t[NPUB], w;
  pthread_create(&w, 0, loop, 0);
  for (int p = 0; p < NPUB; ++p) pthread_create(&t[p], 0, publisher, (void *)(intptr_t)p);
  for (int p = 0; p < NPUB; ++p) pthread_join(t[p], 0);
  pthread_join(w, 0);
  if (parked && atomic_load(&bell) == 0) for (int i = 0; i < NSUB; ++i) for (int p = 0; p < NPUB; ++p) assert(seen[i][p] == atomic_load(&head[p]) && "lost wake-up");
  return 0;
}
