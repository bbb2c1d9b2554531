/* File transfers within a call: see transfer.h. */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "port.h"
#include "transfer.h"

#define CHUNK_SIZE ((size_t) 1 << 20)

static struct {
  bool receiving;      /* chunks, END or CANCEL are still to come */
  bool cancelled;
  uint32_t chunk_left; /* bytes of a chunk that receive_some has not taken */
  uint64_t last_position, last_total;
  struct timespec last_time;
} state;

void
transfer_begin (int has_filein)
{
  memset (&state, 0, sizeof state);
  state.receiving = has_filein;
}

static int
cancelled (struct error *err)
{
  return error_set (err, ECANCELED, "cancelled by the caller");
}

/* The next frame of the file.  1 for a chunk of *ret_len bytes, to be read by
 * the caller, 0 at the end of the file. */
static int
next_chunk (uint32_t *ret_len, struct error *err)
{
  struct frame_header f;
  int r = port_read_header (&f, err);

  if (r == -1)
    return -1;
  if (r == 0)
    return error_set (err, EPIPE, "the library closed the connection");
  if (!port_is_current (&f))
    return error_set (err, EPROTO, "a frame of another call within a file");
  switch (f.kind) {
  case FRAME_CHUNK:
    if (f.length > CHUNK_MAX)
      return error_set (err, EPROTO, "chunk of %u bytes", f.length);
    *ret_len = f.length;
    return 1;
  case FRAME_END:
    state.receiving = false;
    return 0;
  case FRAME_CANCEL:
    state.receiving = false;
    state.cancelled = true;
    return cancelled (err);
  default:
    return error_set (err, EPROTO, "frame of kind %u within a file", f.kind);
  }
}

/* Hand the bytes of one chunk to `chunk`, or drop them when it is NULL. */
static int
read_chunk (char *buf, uint32_t len,
            int (*chunk) (void *opaque, const void *data, size_t size,
                          struct error *err),
            void *opaque, struct error *chunk_err, struct error *err)
{
  while (len > 0) {
    size_t part = len < CHUNK_SIZE ? len : CHUNK_SIZE;

    if (port_read (buf, part, err) == -1)
      return -1;
    len -= part;
    if (chunk && chunk (opaque, buf, part, chunk_err) == -1)
      chunk = NULL;
  }
  return 0;
}

int
receive_file (int (*chunk) (void *opaque, const void *data, size_t len,
                            struct error *err),
              void *opaque, struct error *err)
{
  CLEANUP_FREE char *buf = malloc (CHUNK_SIZE);
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  uint32_t len = 0;
  int r;

  if (!buf)
    return error_errno (err, "receiving a file");
  while ((r = next_chunk (&len, err)) == 1)
    if (read_chunk (buf, len, error_is_set (&fault) ? NULL : chunk, opaque,
                    &fault, err) == -1)
      return -1;
  if (error_is_set (&fault)) {
    error_clear (err);
    error_move (err, &fault);
    return -1;
  }
  return r;
}

ssize_t
receive_some (void *buf, size_t len, struct error *err)
{
  ssize_t n;

  while (state.chunk_left == 0) {
    int r = state.receiving ? next_chunk (&state.chunk_left, err) : 0;

    if (r != 1)
      return r;
  }
  n = port_read_some (buf, len < state.chunk_left ? len : state.chunk_left,
                      err);
  if (n == 0)
    return error_set (err, EPIPE, "the library closed the connection");
  if (n > 0)
    state.chunk_left -= n;
  return n;
}

static int
write_chunk (void *opaque, const void *data, size_t len, struct error *err)
{
  int fd = *(int *) opaque;

  if (write_full (fd, data, len) == -1)
    return error_errno (err, "write");
  return 0;
}

int
receive_file_to_fd (int fd, struct error *err)
{
  return receive_file (write_chunk, &fd, err);
}

int
transfer_finish (struct error *err)
{
  CLEANUP_ERROR struct error ignored = ERROR_INIT;

  if (!state.receiving)
    return 0;
  while (state.chunk_left > 0) {
    char buf[4096];

    if (receive_some (buf, sizeof buf, err) == -1)
      return -1;
  }
  if (receive_file (NULL, NULL, &ignored) == -1 && state.receiving) {
    error_move (err, &ignored);
    return -1;
  }
  return 0;
}

/* While the library sends a file, its frames belong to receive_file.  At any
 * other time only CANCEL can come within a call. */
int
is_cancelled (void)
{
  struct frame_header f;

  while (!state.cancelled && !state.receiving && port_has_input ()) {
    if (port_read_header (&f, NULL) != 1)
      return state.cancelled = true;
    if (f.kind == FRAME_CANCEL && f.length == 0)
      state.cancelled = port_is_current (&f);
    else
      return state.cancelled = true;
  }
  return state.cancelled;
}

int
cancel_fd (void)
{
  return state.cancelled || state.receiving ? -1 : port_in_fd ();
}

int
send_chunk (const void *data, size_t len, struct error *err)
{
  const char *p = data;

  while (len > 0) {
    size_t part = len < CHUNK_SIZE ? len : CHUNK_SIZE;

    if (is_cancelled ())
      return cancelled (err);
    if (port_send (FRAME_CHUNK, p, part, err) == -1)
      return -1;
    p += part;
    len -= part;
  }
  return 0;
}

int
send_end (struct error *err)
{
  if (is_cancelled ())
    return cancelled (err);
  return port_send (FRAME_END, NULL, 0, err);
}

/* Bytes between here and the end of a file or device; 0 when unknown. */
static uint64_t
bytes_ahead (int fd)
{
  struct stat st;
  off_t here, end;

  if (fstat (fd, &st) == -1)
    return 0;
  if (!S_ISREG (st.st_mode) && !S_ISBLK (st.st_mode))
    return 0;
  here = lseek (fd, 0, SEEK_CUR);
  end = S_ISREG (st.st_mode) ? st.st_size : lseek (fd, 0, SEEK_END);
  if (here < 0 || end < 0)
    return 0;
  if (S_ISBLK (st.st_mode) && lseek (fd, here, SEEK_SET) == -1)
    return 0;
  return end > here ? (uint64_t) (end - here) : 0;
}

int
send_fd (int fd, uint64_t len, struct error *err)
{
  CLEANUP_FREE char *buf = malloc (CHUNK_SIZE);
  uint64_t done = 0, total = bytes_ahead (fd);

  if (!buf)
    return error_errno (err, "sending a file");
  if (total > len)
    total = len;
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  while (done < len) {
    size_t part = len - done < CHUNK_SIZE ? len - done : CHUNK_SIZE;
    ssize_t n = read_full (fd, buf, part);

    if (n == -1)
      return error_errno (err, "read");
    if (n == 0)
      break;
    if (send_chunk (buf, n, err) == -1)
      return -1;
    done += n;
    if (total > 0)
      notify_progress (done, total);
    if ((size_t) n < part)
      break;
  }
  return 0;
}

/* At most about ten messages a second, and none at all within the first 1% or
 * MiB: looking at the clock is a system call under user-mode Linux. */
void
notify_progress (uint64_t position, uint64_t total)
{
  uint64_t step = total / 128, body[2];
  struct timespec now;

  if (step < 1 << 20 && total > 1 << 20)
    step = 1 << 20;
  if (position < total && total == state.last_total
      && position - state.last_position < step)
    return;
  (void) clock_gettime (CLOCK_MONOTONIC_COARSE, &now);
  if (total != state.last_total && state.last_total == 0) {
    /* The first call of a job only starts the clock. */
    state.last_total = total;
    state.last_position = position;
    state.last_time = now;
    return;
  }
  if ((now.tv_sec - state.last_time.tv_sec) * 1000
      + (now.tv_nsec - state.last_time.tv_nsec) / 1000000 < 100)
    return;
  state.last_total = total;
  state.last_position = position;
  state.last_time = now;
  body[0] = htobe64 (position);
  body[1] = htobe64 (total);
  (void) port_send (FRAME_PROGRESS, body, sizeof body, NULL);
}
