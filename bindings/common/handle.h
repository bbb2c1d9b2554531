/* A handle as an object of a language: it can be shared between threads,
 * closed while it is in use, forgotten, and inherited by a forked process, and
 * must stand all that.
 *
 * Each call holds the handle between binding_enter and binding_leave.  Closing
 * takes effect at once for new calls, and closes the library's handle when the
 * last call that runs has left: one of another thread, or the one from whose
 * event callback it was closed.  The functions can be called by any thread.
 */
#ifndef BATHYSCOPE_BINDING_HANDLE_H
#define BATHYSCOPE_BINDING_HANDLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guestfs.h"

struct binding_handle;

/* What a language adds.  `close` runs guestfs_close, in the way that the
 * language wants for a function that takes time and can call back. */
struct binding_language {
  void (*close) (guestfs_h *g);
  void (*drop_function) (void *function);
  /* A lock of the language is held around enter, leave and close: cheaper
   * operations will do. */
  bool serialised;
};

/* One event callback.  It lives until the handle is closed, or deleted and
 * not running. */
struct binding_callback {
  struct binding_callback *next;
  struct binding_handle *handle;
  void *function; /* the language's; NULL once deleted */
  int event_handle;
  atomic_int users; /* one for the list, one for each run */
};

enum binding_state {
  BINDING_ENTERED,
  BINDING_CLOSED,  /* no more calls */
  BINDING_FORKED,  /* in use by a thread when the process forked */
};

struct binding_handle {
  guestfs_h *g;
  const struct binding_language *language;
  atomic_uint state;    /* calls that run, and whether it is to be closed */
  atomic_uint generation; /* how often the process had forked */
  pthread_mutex_t callbacks_lock;
  struct binding_callback *callbacks;
};

/* In `state`: to be closed, and to be freed; the other bits count the calls
 * that run. */
#define BINDING_CLOSING (1U << 31)
#define BINDING_FREEING (1U << 30)
#define BINDING_RUNNING (BINDING_FREEING - 1)

/* How often this process and its ancestors forked. */
extern atomic_uint binding_generation;

/* NULL with errno. */
struct binding_handle *binding_handle_new (unsigned flags,
                                           const struct binding_language *l);
enum binding_state binding_enter_slowly (struct binding_handle *h);
void binding_leave_slowly (struct binding_handle *h);

/* To be called with the language's lock held, if it has one; so is leave. */
static inline enum binding_state
binding_enter (struct binding_handle *h)
{
  unsigned state = atomic_load_explicit (&h->state, memory_order_relaxed);

  if (state & BINDING_CLOSING
      || atomic_load_explicit (&h->generation, memory_order_relaxed)
         != atomic_load_explicit (&binding_generation, memory_order_relaxed))
    return binding_enter_slowly (h);
  if (h->language->serialised)
    atomic_store_explicit (&h->state, state + 1, memory_order_relaxed);
  else if (!atomic_compare_exchange_strong (&h->state, &state, state + 1))
    return binding_enter_slowly (h);
  return BINDING_ENTERED;
}

static inline void
binding_leave (struct binding_handle *h)
{
  unsigned state = atomic_load_explicit (&h->state, memory_order_relaxed);

  if (state & BINDING_CLOSING)
    binding_leave_slowly (h);
  else if (h->language->serialised)
    atomic_store_explicit (&h->state, state - 1, memory_order_relaxed);
  else if (!atomic_compare_exchange_strong (&h->state, &state, state - 1))
    binding_leave_slowly (h);
}

/* Does another call run? */
static inline bool
binding_is_shared (struct binding_handle *h)
{
  return (atomic_load_explicit (&h->state, memory_order_relaxed)
          & BINDING_RUNNING) > 1;
}

/* Close: true, or false when it was closed already. */
bool binding_close (struct binding_handle *h);
/* Close if need be and free; nobody uses it any more. */
void binding_handle_free (struct binding_handle *h);
/* Why the handle cannot be used. */
const char *binding_state_text (enum binding_state state);

/* Register a callback for which `cb` is called with the callback as `opaque`.
 * `function` is owned by the callback in case of success.  The event handle, or
 * -1 with the handle's last error.  Within enter and leave. */
int binding_add_callback (struct binding_handle *h, guestfs_event_callback cb,
                          uint64_t events, void *function);
/* Within enter and leave, and without the language's lock.  What is returned
 * must be put with binding_callback_put when that lock is held again; NULL: there
 * is no such callback. */
struct binding_callback *binding_delete_callback (struct binding_handle *h,
                                                  int event_handle);
/* Around a run of the function: NULL when it has been deleted. */
void *binding_callback_get (struct binding_callback *c);
void binding_callback_put (struct binding_callback *c);

#endif
