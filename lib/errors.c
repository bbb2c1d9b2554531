/* Errors of a handle: the last message and errno, and error handlers.
 *
 * Both are kept for each thread that uses the handle, so one thread's failure
 * does not overwrite what another is about to read, and a handler pushed in
 * one thread sees that thread's errors only.  A thread starts with the handler
 * that was last set while no handler was pushed.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"

struct handler {
  guestfs_error_handler_cb cb;
  void *data;
};

DEFINE_VECTOR (handler_vector, struct handler)

struct thread_errors {
  struct thread_errors *next;
  pthread_t thread;
  char *message; /* NULL when there was no error */
  int errnum;
  struct handler handler;
  struct handler_vector pushed;
};

static char out_of_memory[] = "out of memory";

static void
print_error (guestfs_h *g, void *data, const char *msg)
{
  fprintf (stderr, "libguestfs: error: %s\n", msg);
}

void
errors_init (guestfs_h *g)
{
  pthread_mutex_init (&g->errors_lock, NULL);
  g->error_handler = print_error;
}

void
errors_release (guestfs_h *g)
{
  struct thread_errors *t, *next;

  for (t = g->errors; t; t = next) {
    next = t->next;
    if (t->message != out_of_memory)
      free (t->message);
    handler_vector_release (&t->pushed);
    free (t);
  }
  g->errors = NULL;
  pthread_mutex_destroy (&g->errors_lock);
}

/* This thread's entry, made when `create` says so; else NULL when it has none.
 * Under errors_lock. */
static struct thread_errors *
this_thread (guestfs_h *g, bool create)
{
  struct thread_errors *t;

  for (t = g->errors; t; t = t->next)
    if (pthread_equal (t->thread, pthread_self ()))
      return t;
  if (!create)
    return NULL;
  t = calloc (1, sizeof *t);
  if (!t)
    return NULL;
  t->thread = pthread_self ();
  t->handler.cb = g->error_handler;
  t->handler.data = g->error_handler_data;
  t->next = g->errors;
  g->errors = t;
  return t;
}

static struct handler
keep_error (guestfs_h *g, const struct error *err)
{
  struct thread_errors *t;
  struct handler ret = { print_error, NULL };
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, true);
  if (!t)
    return ret;
  if (t->message != out_of_memory)
    free (t->message);
  t->message = strdup (err->message);
  if (!t->message)
    t->message = out_of_memory;
  t->errnum = err->errnum;
  return t->handler;
}

int
handle_report_error (guestfs_h *g, struct error *err)
{
  struct handler handler;

  if (!error_is_set (err))
    error_set (err, 0, "unknown error");
  handler = keep_error (g, err);
  if (err->errnum == ENOMEM && g->out_of_memory_handler)
    g->out_of_memory_handler ();
  if (handler.cb)
    handler.cb (g, handler.data, err->message);
  error_clear (err);
  return -1;
}

const char *
guestfs_last_error (guestfs_h *g)
{
  struct thread_errors *t;
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, false);
  return t ? t->message : NULL;
}

int
guestfs_last_errno (guestfs_h *g)
{
  struct thread_errors *t;
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, false);
  return t ? t->errnum : 0;
}

void
guestfs_set_error_handler (guestfs_h *g, guestfs_error_handler_cb cb,
                           void *data)
{
  struct thread_errors *t;
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, true);
  if (t)
    t->handler = (struct handler) { cb, data };
  if (!t || t->pushed.len == 0) {
    g->error_handler = cb;
    g->error_handler_data = data;
  }
}

guestfs_error_handler_cb
guestfs_get_error_handler (guestfs_h *g, void **ret_data)
{
  struct thread_errors *t;
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, false);
  if (ret_data)
    *ret_data = t ? t->handler.data : g->error_handler_data;
  return t ? t->handler.cb : g->error_handler;
}

void
guestfs_push_error_handler (guestfs_h *g, guestfs_error_handler_cb cb,
                            void *data)
{
  struct thread_errors *t;
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, true);
  if (!t || handler_vector_append (&t->pushed, t->handler) == -1)
    return;
  t->handler = (struct handler) { cb, data };
}

/* A pop too many brings the handler that prints back, as libguestfs does. */
void
guestfs_pop_error_handler (guestfs_h *g)
{
  struct thread_errors *t;
  CLEANUP_UNLOCK (&g->errors_lock);

  t = this_thread (g, true);
  if (!t)
    return;
  if (t->pushed.len > 0)
    t->handler = t->pushed.ptr[--t->pushed.len];
  else
    t->handler = (struct handler) { print_error, NULL };
}

void
guestfs_set_out_of_memory_handler (guestfs_h *g, guestfs_abort_cb cb)
{
  CLEANUP_UNLOCK (&g->errors_lock);

  g->out_of_memory_handler = cb;
}

guestfs_abort_cb
guestfs_get_out_of_memory_handler (guestfs_h *g)
{
  CLEANUP_UNLOCK (&g->errors_lock);

  return g->out_of_memory_handler;
}
