// GenMC model of the smallest arming handshake: one message, one waiter. It belongs to the parked wait, which the polling ring does not use.
// The publisher stores its head, fences, and reads `armed`; the waiter stores `armed`, fences, looks once more, and sleeps. -DBUG=1 to 3.
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#ifndef BUG
#define BUG 0
#endif
static _Atomic int head, armed, bell;
static int slept;

static void *publisher(void *unused) {
  (void)unused;
  atomic_store_explicit(&head, 1, memory_order_release);
  if (BUG != 1) atomic_thread_fence(memory_order_seq_cst);
  if (atomic_load_explicit(&armed, memory_order_relaxed)) atomic_store_explicit(&bell, 1, memory_order_release);
  return 0;
}

static void *waiter(void *unused) {
  (void)unused;
  atomic_store_explicit(&armed, 1, memory_order_relaxed);
  if (BUG != 2) atomic_thread_fence(memory_order_seq_cst);
  if (BUG != 3 && atomic_load_explicit(&head, memory_order_acquire)) return 0;
  slept = 1;
  return 0;
}

int main(void) {
  pthread_t p, w;
  pthread_create(&p, 0, publisher, 0);
  pthread_create(&w, 0, waiter, 0);
  pthread_join(p, 0);
  pthread_join(w, 0);
  if (slept) assert(atomic_load_explicit(&bell, memory_order_acquire) && "lost wake-up");
  return 0;
}
