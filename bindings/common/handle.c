/* Handles of languages: see handle.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>

#include "handle.h"

atomic_uint binding_generation;

static void
count_fork (void)
{
  atomic_fetch_add (&binding_generation, 1);
}

static void
watch_forks (void)
{
  (void) pthread_atfork (NULL, NULL, count_fork);
}

struct binding_handle *
binding_handle_new (unsigned flags, const struct binding_language *l)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  struct binding_handle *h = calloc (1, sizeof *h);

  if (!h)
    return NULL;
  pthread_once (&once, watch_forks);
  h->g = guestfs_create_flags (flags);
  if (!h->g) {
    free (h);
    return NULL;
  }
  h->language = l;
  h->generation = binding_generation;
  pthread_mutex_init (&h->callbacks_lock, NULL);
  /* Errors become exceptions; they are not printed. */
  guestfs_set_error_handler (h->g, NULL, NULL);
  return h;
}

/* Calls that ran at the time of a fork never end in the child, and what they
 * have locked stays locked. */
static bool
is_broken_by_fork (struct binding_handle *h)
{
  unsigned now = binding_generation;

  if (h->generation == now)
    return false;
  if (h->state & BINDING_RUNNING)
    return true;
  h->generation = now;
  return false;
}

enum binding_state
binding_enter_slowly (struct binding_handle *h)
{
  unsigned old;

  if (is_broken_by_fork (h))
    return BINDING_FORKED;
  old = h->state;
  do
    if (old & BINDING_CLOSING)
      return BINDING_CLOSED;
  while (!atomic_compare_exchange_weak (&h->state, &old, old + 1));
  return BINDING_ENTERED;
}

static void
drop_callback (struct binding_callback *c)
{
  void *function = c->function;

  c->function = NULL;
  if (function)
    c->handle->language->drop_function (function);
}

static void
close_now (struct binding_handle *h)
{
  /* CLOSE callbacks run in here. */
  h->language->close (h->g);
  h->g = NULL;
  while (h->callbacks) {
    struct binding_callback *c = h->callbacks;

    h->callbacks = c->next;
    drop_callback (c);
    free (c);
  }
}

static void
free_now (struct binding_handle *h)
{
  pthread_mutex_destroy (&h->callbacks_lock);
  free (h);
}

void
binding_leave_slowly (struct binding_handle *h)
{
  unsigned old = atomic_fetch_sub (&h->state, 1);

  if (!(old & BINDING_CLOSING) || (old & BINDING_RUNNING) != 1)
    return;
  close_now (h);
  if (old & BINDING_FREEING)
    free_now (h);
}

bool
binding_close (struct binding_handle *h)
{
  unsigned old;

  if (is_broken_by_fork (h))
    return false;
  old = atomic_fetch_or (&h->state, BINDING_CLOSING);
  if (old == 0)
    close_now (h);
  return !(old & BINDING_CLOSING);
}

void
binding_handle_free (struct binding_handle *h)
{
  unsigned old;

  /* What a fork has broken is left where it is. */
  if (!h || is_broken_by_fork (h))
    return;
  old = atomic_fetch_or (&h->state, BINDING_CLOSING | BINDING_FREEING);
  if (old & BINDING_RUNNING)
    return;
  if (!(old & BINDING_CLOSING))
    close_now (h);
  free_now (h);
}

const char *
binding_state_text (enum binding_state state)
{
  return state == BINDING_FORKED
         ? "another thread was using the handle when this process was forked"
         : "used handle after closing it";
}

int
binding_add_callback (struct binding_handle *h, guestfs_event_callback cb,
                      uint64_t events, void *function)
{
  struct binding_callback *c = calloc (1, sizeof *c);

  if (!c)
    return -1;
  c->handle = h;
  c->function = function;
  c->users = 1;
  c->event_handle = guestfs_set_event_callback (h->g, cb, events, 0, c);
  if (c->event_handle == -1) {
    free (c);
    return -1;
  }
  pthread_mutex_lock (&h->callbacks_lock);
  c->next = h->callbacks;
  h->callbacks = c;
  pthread_mutex_unlock (&h->callbacks_lock);
  return c->event_handle;
}

struct binding_callback *
binding_delete_callback (struct binding_handle *h, int event_handle)
{
  struct binding_callback **at, *found;

  pthread_mutex_lock (&h->callbacks_lock);
  for (at = &h->callbacks; *at; at = &(*at)->next)
    if ((*at)->event_handle == event_handle)
      break;
  found = *at;
  if (found)
    *at = found->next;
  pthread_mutex_unlock (&h->callbacks_lock);
  /* Waits for callbacks that run in other threads. */
  if (found)
    guestfs_delete_event_callback (h->g, event_handle);
  return found;
}

void *
binding_callback_get (struct binding_callback *c)
{
  atomic_fetch_add (&c->users, 1);
  return c->function;
}

void
binding_callback_put (struct binding_callback *c)
{
  if (atomic_fetch_sub (&c->users, 1) != 1)
    return;
  drop_callback (c);
  free (c);
}
