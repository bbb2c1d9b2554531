/* Files that go to the daemon and come from it. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client-private.h"
#include "io.h"

/* --- from the daemon -------------------------------------------------------- */

void
sink_release (struct sink *s)
{
  cleanup_close (&s->fd);
  error_clear (&s->err);
}

int
sink_open (struct sink *s)
{
  if (s->fd >= 0 || s->memory || error_is_set (&s->err))
    return error_is_set (&s->err) ? -1 : 0;
  /* Opening the name would truncate a file that stdout is redirected to, and
   * write at its beginning. */
  if (strcmp (s->filename, "/dev/stdout") == 0)
    s->fd = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  else
    s->fd = open (s->filename,
                  O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
  return s->fd == -1 ? error_errno (&s->err, "%s", s->filename) : 0;
}

int
sink_write (struct sink *s, const void *data, size_t len)
{
  if (sink_open (s) == -1)
    return -1;
  if (s->memory)
    return incoming_add (s->memory, data, len) == -1
           ? error_errno (&s->err, "receiving a file") : 0;
  if (write_full (s->fd, data, len) == -1) {
    error_errno (&s->err, "%s: write", s->filename);
    close (TAKE_FD (s->fd));
    return -1;
  }
  return 0;
}

int
sink_close (struct sink *s)
{
  if (sink_open (s) == -1)
    return -1;
  if (s->memory)
    return 0;
  if (close (TAKE_FD (s->fd)) == -1)
    return error_errno (&s->err, "%s: close", s->filename);
  return 0;
}

/* --- to the daemon ---------------------------------------------------------- */

/* Read the next chunk.  Regular files fill it; a pipe gives what it has, as
 * long as it has something. */
static ssize_t
read_chunk (guestfs_h *g, int fd, char *buf)
{
  for (;;) {
    ssize_t n = read (fd, buf, TRANSFER_SIZE);

    if (n >= 0 || errno != EINTR || g->user_cancel == CANCEL_WANTED)
      return n;
  }
}

/* Wait until the file has something to read (a pipe may take its time), the
 * daemon says something, or the user cancels.  Regular files are always
 * ready. */
static void
wait_for_input (guestfs_h *g, int fd)
{
  struct pollfd p[4] = {
    { .fd = fd, .events = POLLIN },
    { .fd = g->machine->rpc, .events = POLLIN },
    { .fd = g->cancel_fd, .events = POLLIN },
    { .fd = g->machine->ended ? -1 : g->machine->control, .events = POLLIN },
  };

  while (poll (p, 4, -1) >= 0) {
    if (p[3].revents)
      machine_receive (g, g->machine);
    if (p[2].revents)
      client_forget_wakeup (g);
    if (p[0].revents || p[1].revents || g->user_cancel == CANCEL_WANTED
        || g->machine->ended)
      return;
    p[3].fd = g->machine->ended ? -1 : g->machine->control;
  }
}

static enum stream_result
cancel (guestfs_h *g, uint32_t proc, struct error *err)
{
  enum stream_result r = stream_send (g, FRAME_CANCEL, proc, NULL, 0, err);

  return r == STREAM_OK ? STREAM_NOTHING : r;
}

enum stream_result
transfer_send (guestfs_h *g, uint32_t proc, int fd, const char *filename,
               struct received *answer, struct error *local_error,
               struct error *err)
{
  CLEANUP_FREE char *buf = malloc (TRANSFER_SIZE);
  enum stream_result r;
  ssize_t n;

  if (!buf) {
    error_errno (local_error, "%s", filename);
    return cancel (g, proc, err);
  }
  for (;;) {
    wait_for_input (g, fd);
    stream_set_deadline (g);
    /* Has the daemon given up already? */
    r = stream_receive (g, 0, answer, err);
    if (r == STREAM_LOST)
      return r;
    if (r == STREAM_OK || g->user_cancel == CANCEL_WANTED)
      return cancel (g, proc, err);
    n = read_chunk (g, fd, buf);
    if (n == -1) {
      if (errno == EINTR)
        continue;
      error_errno (local_error, "%s: read", filename);
      return cancel (g, proc, err);
    }
    if (n == 0)
      return stream_send (g, FRAME_END, proc, NULL, 0, err);
    r = stream_send (g, FRAME_CHUNK, proc, buf, n, err);
    if (r != STREAM_OK)
      return r;
  }
}
