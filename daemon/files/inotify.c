/* Watching files of the guest: inotify_*.
 *
 * There is one inotify instance at a time, which inotify_init makes.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "actions.h"
#include "guestpath.h"
#include "io.h"
#include "strlist.h"
#include "vector.h"

#define QUEUE_LIMIT_FILE "/proc/sys/fs/inotify/max_queued_events"

DEFINE_VECTOR (event_vector, struct guestfs_inotify_event)

static int instance = -1;

static void
events_release (struct event_vector *v)
{
  size_t i;

  for (i = 0; i < v->len; i++)
    free (v->ptr[i].in_name);
  event_vector_release (v);
}

static int
need (struct error *err)
{
  if (instance == -1)
    return error_set (err, EINVAL, "nothing is watched: call inotify_init "
                      "first");
  return 0;
}

static int
set_queue_limit (int maxevents, struct error *err)
{
  CLEANUP_CLOSE int fd = open (QUEUE_LIMIT_FILE, O_WRONLY | O_CLOEXEC);
  char text[16];

  (void) snprintf (text, sizeof text, "%d\n", maxevents);
  if (fd == -1 || write_full (fd, text, strlen (text)) == -1)
    return error_errno (err, "%s", QUEUE_LIMIT_FILE);
  return 0;
}

int
do_inotify_close (struct error *err)
{
  if (need (err) == -1)
    return -1;
  close (instance);
  instance = -1;
  return 0;
}

int
do_inotify_init (int maxevents, struct error *err)
{
  if (maxevents < 0)
    return error_set (err, EINVAL, "maxevents: %d is negative", maxevents);
  if (maxevents > 0 && set_queue_limit (maxevents, err) == -1)
    return -1;
  if (instance >= 0)
    (void) do_inotify_close (NULL);
  instance = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (instance == -1)
    return error_errno (err, "inotify_init");
  return 0;
}

/* The path is opened here, within the guest, and watched by its descriptor. */
int64_t
do_inotify_add_watch (const char *path, int mask, struct error *err)
{
  int flags = O_PATH | (mask & IN_DONT_FOLLOW ? O_NOFOLLOW : 0);
  CLEANUP_CLOSE int fd = -1;
  char name[32];
  int wd;

  if (need (err) == -1)
    return -1;
  fd = guest_open (path, flags, 0, err);
  if (fd == -1)
    return -1;
  wd = inotify_add_watch (instance, guest_fd_path (fd, name),
                          mask & ~IN_DONT_FOLLOW);
  if (wd == -1)
    return error_errno (err, "%s: mask 0x%x", path, mask);
  return wd;
}

int
do_inotify_rm_watch (int wd, struct error *err)
{
  if (need (err) == -1)
    return -1;
  if (inotify_rm_watch (instance, wd) == -1)
    return error_errno (err, "watch %d", wd);
  return 0;
}

static int
add_event (struct event_vector *v, const struct inotify_event *e)
{
  struct guestfs_inotify_event event = {
    .in_wd = e->wd,
    .in_mask = e->mask,
    .in_cookie = e->cookie,
    .in_name = strndup (e->len ? e->name : "", e->len),
  };

  if (!event.in_name || event_vector_append (v, event) == -1) {
    free (event.in_name);
    return -1;
  }
  return 0;
}

/* All that is queued.  The kernel bounds the queue. */
static int
read_events (struct event_vector *ret, struct error *err)
{
  static char buf[16384] __attribute__ ((aligned (8)));
  const struct inotify_event *e;
  ssize_t n, i;

  while ((n = read (instance, buf, sizeof buf)) > 0)
    for (i = 0; i < n; i += sizeof *e + e->len) {
      e = (const struct inotify_event *) (buf + i);
      if (add_event (ret, e) == -1)
        return error_errno (err, "events");
    }
  if (n == -1 && errno != EAGAIN)
    return error_errno (err, "events");
  return 0;
}

struct guestfs_inotify_event_list *
do_inotify_read (struct error *err)
{
  CLEANUP (events_release) struct event_vector events = VECTOR_INIT;
  struct guestfs_inotify_event_list *ret;

  if (need (err) == -1 || read_events (&events, err) == -1)
    return NULL;
  ret = malloc (sizeof *ret);
  if (!ret) {
    error_errno (err, "events");
    return NULL;
  }
  ret->len = events.len;
  ret->val = TAKE_PTR (events.ptr);
  events.len = 0;
  return ret;
}

char **
do_inotify_files (struct error *err)
{
  CLEANUP (events_release) struct event_vector events = VECTOR_INIT;
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT, unique = STRLIST_INIT;
  size_t i;

  if (need (err) == -1 || read_events (&events, err) == -1)
    return NULL;
  for (i = 0; i < events.len; i++)
    if (events.ptr[i].in_name[0]
        && strlist_add (&names, events.ptr[i].in_name) == -1)
      goto no_memory;
  strlist_sort (&names);
  for (i = 0; i < names.len; i++)
    if ((i == 0 || strcmp (names.items[i], names.items[i - 1]) != 0)
        && strlist_add (&unique, names.items[i]) == -1)
      goto no_memory;
  return strlist_take (&unique);

 no_memory:
  error_errno (err, "events");
  return NULL;
}
