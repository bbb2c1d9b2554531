/* Files that go to the daemon and come from it. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* How much a regular file has from here on, as far as is known. */
static uint64_t
bytes_ahead (int fd)
{
  struct stat st;
  off_t here;

  if (fstat (fd, &st) == -1 || !S_ISREG (st.st_mode)
      || (here = lseek (fd, 0, SEEK_CUR)) == -1 || here >= st.st_size)
    return 0;
  return st.st_size - here;
}

/* What sendfile did not take: the frame has to be completed, with zeroes where
 * the file does not have as much as it said. */
static enum stream_result
complete_chunk (guestfs_h *g, int fd, const char *filename, size_t left,
                char *buf, struct error *local_error, struct error *err)
{
  while (left > 0) {
    ssize_t n = read_full (fd, buf, left);
    enum stream_result r;

    if (n == -1)
      error_errno (local_error, "%s: read", filename);
    else if ((size_t) n < left)
      error_set (local_error, EIO, "%s: the file became shorter while it was"
                 " read", filename);
    if (n == -1 || (size_t) n < left) {
      n = left;
      memset (buf, 0, n);
    }
    r = stream_send_part (g, buf, n, err);
    if (r != STREAM_OK)
      return r;
    left -= n;
  }
  return STREAM_OK;
}

/* One chunk from a regular file that has at least `len` bytes more. */
static enum stream_result
send_from_file (guestfs_h *g, uint32_t proc, int fd, const char *filename,
                size_t len, char *buf, struct error *local_error,
                struct error *err)
{
  enum stream_result r = stream_begin_chunk (g, proc, len, err);

  if (r == STREAM_OK)
    r = stream_send_file (g, fd, &len, err);
  if (r == STREAM_OK)
    r = complete_chunk (g, fd, filename, len, buf, local_error, err);
  return r == STREAM_OK && error_is_set (local_error)
    ? cancel (g, proc, err) : r;
}

/* One chunk of what the file has; *ret_end at the end of it. */
static enum stream_result
send_read (guestfs_h *g, uint32_t proc, int fd, const char *filename,
           char *buf, bool *ret_end, struct error *local_error,
           struct error *err)
{
  ssize_t n = read_chunk (g, fd, buf);

  if (n == -1 && errno == EINTR)
    return STREAM_OK; /* the user may have cancelled */
  if (n == -1) {
    error_errno (local_error, "%s: read", filename);
    return cancel (g, proc, err);
  }
  *ret_end = n == 0;
  return n == 0 ? stream_send (g, FRAME_END, proc, NULL, 0, err)
    : stream_send (g, FRAME_CHUNK, proc, buf, n, err);
}

enum stream_result
transfer_send (guestfs_h *g, uint32_t proc, int fd, const char *filename,
               struct received *answer, struct error *local_error,
               struct error *err)
{
  CLEANUP_FREE char *buf = malloc (TRANSFER_SIZE);
  bool end = false;
  enum stream_result r;

  if (!buf) {
    error_errno (local_error, "%s", filename);
    return cancel (g, proc, err);
  }
  do {
    wait_for_input (g, fd);
    stream_set_deadline (g);
    /* Has the daemon given up already? */
    r = stream_receive (g, 0, answer, err);
    if (r == STREAM_LOST)
      return r;
    if (r == STREAM_OK || g->user_cancel == CANCEL_WANTED)
      return cancel (g, proc, err);
    r = bytes_ahead (fd) >= TRANSFER_SIZE
      ? send_from_file (g, proc, fd, filename, TRANSFER_SIZE, buf,
                        local_error, err)
      : send_read (g, proc, fd, filename, buf, &end, local_error, err);
  } while (r == STREAM_OK && !end);
  return r;
}
