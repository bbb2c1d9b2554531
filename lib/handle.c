/* Life and death of a handle: create, close, and close at exit. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "client.h"
#include "drives.h"
#include "errors.h"
#include "events.h"
#include "handle.h"
#include "internal-test.h"
#include "launch.h"
#include "private.h"
#include "settings.h"

/* Open handles, so that those still open at exit are closed. */
static pthread_mutex_t handles_lock = PTHREAD_MUTEX_INITIALIZER;
static guestfs_h *handles;

static void
close_open_handles (void)
{
  for (;;) {
    guestfs_h *g;

    pthread_mutex_lock (&handles_lock);
    for (g = handles; g && !g->close_on_exit; g = g->next)
      ;
    pthread_mutex_unlock (&handles_lock);
    if (!g)
      return;
    guestfs_close (g);
  }
}

static void
register_exit_handler (void)
{
  atexit (close_open_handles);
}

static void
link_handle (guestfs_h *g)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  if (g->close_on_exit)
    pthread_once (&once, register_exit_handler);
  pthread_mutex_lock (&handles_lock);
  g->next = handles;
  handles = g;
  pthread_mutex_unlock (&handles_lock);
}

static void
unlink_handle (guestfs_h *g)
{
  guestfs_h **p;

  pthread_mutex_lock (&handles_lock);
  for (p = &handles; *p; p = &(*p)->next)
    if (*p == g) {
      *p = g->next;
      break;
    }
  pthread_mutex_unlock (&handles_lock);
}

static void
init_lock (pthread_mutex_t *lock)
{
  pthread_mutexattr_t attr;

  pthread_mutexattr_init (&attr);
  pthread_mutexattr_settype (&attr, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init (lock, &attr);
  pthread_mutexattr_destroy (&attr);
}

static void
free_handle (guestfs_h *g)
{
  settings_release (&g->settings);
  drives_clear (g);
  drive_vector_release (&g->drives);
  events_release (g);
  private_release (g);
  internal_test_release (g);
  errors_release (g);
  cleanup_close (&g->cancel_fd);
  pthread_mutex_destroy (&g->lock);
  pthread_cond_destroy (&g->local_mount_ended);
  free (g);
}

guestfs_h *
guestfs_create (void)
{
  return guestfs_create_flags (0);
}

guestfs_h *
guestfs_create_flags (unsigned flags, ...)
{
  guestfs_h *g = calloc (1, sizeof *g);

  if (!g)
    return NULL;
  init_lock (&g->lock);
  pthread_cond_init (&g->local_mount_ended, NULL);
  errors_init (g);
  g->cancel_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g->close_on_exit = !(flags & GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
  if (settings_init (&g->settings) == -1) {
    free_handle (g);
    errno = ENOMEM;
    return NULL;
  }
  link_handle (g);
  /* A variable that makes no sense has been reported; the handle is good. */
  if (!(flags & GUESTFS_CREATE_NO_ENVIRONMENT))
    (void) guestfs_parse_environment (g);
  return g;
}

void
guestfs_close (guestfs_h *g)
{
  if (!g)
    return;

  unlink_handle (g);
  local_mount_close (g); /* takes the lock in a thread of its own */
  pthread_mutex_lock (&g->lock);
  if (g->trace)
    events_trace (g, "close");
  events_call (g, GUESTFS_EVENT_CLOSE);
  /* Nobody is called back any more: what callbacks use may be gone. */
  events_release (g);
  launch_close (g);
  pthread_mutex_unlock (&g->lock);
  free_handle (g);
}

int
handle_check_config (guestfs_h *g, const char *call, struct error *err)
{
  if (g->state == STATE_CONFIG)
    return 0;
  return error_set (err, EINVAL, "%s: this can only be called before launch",
                    call);
}

int
handle_check_ready (guestfs_h *g, const char *call, struct error *err)
{
  if (g->state == STATE_READY || client_is_resuming (g))
    return 0;
  return error_set (err, EINVAL, g->state == STATE_LAUNCHING
                    ? "%s: the launch has not finished"
                    : "%s: call launch before using this function "
                      "(in guestfish, use the run command)", call);
}
