/* The older way to set callbacks: one function and at most one callback for
 * each of five kinds of event.  Each becomes an entry of the ordinary table,
 * with a function that has the old argument list in front.
 */

#include <config.h>

#include <stddef.h>

#include "events.h"

/* Replace the callback of a kind; `callback` NULL takes it away. */
static void
replace (guestfs_h *g, enum old_callback_kind kind, void (*callback) (void),
         void *opaque, guestfs_event_callback front, uint64_t event)
{
  struct old_callback *old = &g->old_callbacks[kind];

  if (old->callback)
    guestfs_delete_event_callback (g, old->event_handle);
  old->callback = NULL;
  if (!callback)
    return;
  old->event_handle = guestfs_set_event_callback (g, front, event, 0, old);
  if (old->event_handle == -1)
    return;
  old->callback = callback;
  old->opaque = opaque;
}

static void
log_message_front (guestfs_h *g, void *opaque, uint64_t event,
                   int event_handle, int flags, const char *buf,
                   size_t buf_len, const uint64_t *array, size_t array_len)
{
  const struct old_callback *old = opaque;

  /* The old type has no const; nobody writes to the buffer. */
  ((guestfs_log_message_cb) old->callback) (g, old->opaque, (char *) buf,
                                            buf_len);
}

void
guestfs_set_log_message_callback (guestfs_h *g, guestfs_log_message_cb cb,
                                  void *opaque)
{
  CLEANUP_UNLOCK_HANDLE (g);

  replace (g, OLD_LOG_MESSAGE, (void (*) (void)) cb, opaque,
           log_message_front, GUESTFS_EVENT_APPLIANCE);
}

/* subprocess_quit, launch_done and close all look like this. */
static void
plain_front (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
             int flags, const char *buf, size_t buf_len,
             const uint64_t *array, size_t array_len)
{
  const struct old_callback *old = opaque;

  ((guestfs_close_cb) old->callback) (g, old->opaque);
}

void
guestfs_set_subprocess_quit_callback (guestfs_h *g,
                                      guestfs_subprocess_quit_cb cb,
                                      void *opaque)
{
  CLEANUP_UNLOCK_HANDLE (g);

  replace (g, OLD_SUBPROCESS_QUIT, (void (*) (void)) cb, opaque, plain_front,
           GUESTFS_EVENT_SUBPROCESS_QUIT);
}

void
guestfs_set_launch_done_callback (guestfs_h *g, guestfs_launch_done_cb cb,
                                  void *opaque)
{
  CLEANUP_UNLOCK_HANDLE (g);

  replace (g, OLD_LAUNCH_DONE, (void (*) (void)) cb, opaque, plain_front,
           GUESTFS_EVENT_LAUNCH_DONE);
}

void
guestfs_set_close_callback (guestfs_h *g, guestfs_close_cb cb, void *opaque)
{
  CLEANUP_UNLOCK_HANDLE (g);

  replace (g, OLD_CLOSE, (void (*) (void)) cb, opaque, plain_front,
           GUESTFS_EVENT_CLOSE);
}

static void
progress_front (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
                int flags, const char *buf, size_t buf_len,
                const uint64_t *array, size_t array_len)
{
  const struct old_callback *old = opaque;

  if (array_len >= 4)
    ((guestfs_progress_cb) old->callback) (g, old->opaque, array[0], array[1],
                                           array[2], array[3]);
}

void
guestfs_set_progress_callback (guestfs_h *g, guestfs_progress_cb cb,
                               void *opaque)
{
  CLEANUP_UNLOCK_HANDLE (g);

  replace (g, OLD_PROGRESS, (void (*) (void)) cb, opaque, progress_front,
           GUESTFS_EVENT_PROGRESS);
}
