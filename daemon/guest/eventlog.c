/* eventlog_dump: the events of a log of Windows, which inspector/evtx.c reads. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "actions.h"
#include "cleanup.h"
#include "evtx.h"
#include "guestpath.h"
#include "io.h"
#include "transfer.h"

/* Logs have at most 4 GiB. */
#define CHUNKS_MAX 65536
#define PIECE (256 * 1024)

/* Chunks are used again from the begin when the log is full: their order is
 * that of their first records. */
struct chunk {
  uint64_t first;
  off_t offset;
};

struct dump {
  int (*print) (const struct evtx_record *r, struct strbuf *out);
  struct strbuf out;
};

static int
by_first (const void *a, const void *b)
{
  const struct chunk *x = a, *y = b;

  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;
  return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* The chunks that are in use; their number, or -1. */
static ssize_t
find_chunks (int fd, const char *path, struct chunk **ret, struct error *err)
{
  uint8_t head[32];
  struct stat st;
  size_t n = 0, i, max;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISREG (st.st_mode)
      || pread_full (fd, head, sizeof head, 0) != sizeof head
      || !evtx_is_header (head, sizeof head))
    return error_set (err, EINVAL, "%s: is not an event log of Windows Vista or later",
                      path);
  max = st.st_size < EVTX_HEADER_SIZE
    ? 0 : (st.st_size - EVTX_HEADER_SIZE) / EVTX_CHUNK_SIZE;
  if (max > CHUNKS_MAX)
    max = CHUNKS_MAX;
  *ret = calloc (max + 1, sizeof **ret);
  if (!*ret)
    return error_errno (err, "%s", path);
  for (i = 0; i < max; ++i) {
    struct chunk c = { .offset = EVTX_HEADER_SIZE
                       + (off_t) i * EVTX_CHUNK_SIZE };

    if (pread_full (fd, head, sizeof head, c.offset) == sizeof head
        && evtx_chunk_first (head, &c.first))
      (*ret)[n++] = c;
  }
  qsort (*ret, n, sizeof **ret, by_first);
  return n;
}

/* What has gathered, in pieces that a message may have. */
static int
flush_out (struct dump *d, struct error *err)
{
  size_t done = 0, n;

  for (; done < d->out.len; done += n) {
    n = d->out.len - done < PIECE ? d->out.len - done : PIECE;
    if (send_chunk (d->out.data + done, n, err) == -1)
      return -1;
  }
  d->out.len = 0;
  return 0;
}

static int
print_record (const struct evtx_record *r, void *data, struct error *err)
{
  struct dump *d = data;

  if (d->print (r, &d->out) == -1)
    return error_errno (err, "event log");
  return d->out.len >= PIECE ? flush_out (d, err) : 0;
}

static int
send_chunks (int fd, const char *path, const struct chunk *chunks, size_t n,
             struct dump *d, struct error *err)
{
  CLEANUP_FREE uint8_t *buf = malloc (EVTX_CHUNK_SIZE);
  size_t i;

  if (!buf)
    return error_errno (err, "%s", path);
  for (i = 0; i < n; ++i) {
    if (pread_full (fd, buf, EVTX_CHUNK_SIZE, chunks[i].offset)
        != EVTX_CHUNK_SIZE)
      return error_set (err, EIO, "%s: cannot be read", path);
    if (evtx_chunk_records (buf, print_record, d, err) == -1
        || flush_out (d, err) == -1)
      return -1;
    notify_progress (i + 1, n);
  }
  return send_end (err);
}

int
do_eventlog_dump (const char *path,
                  const struct guestfs_eventlog_dump_argv *optargs,
                  struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  CLEANUP_FREE struct chunk *chunks = NULL;
  struct dump d = { .print = evtx_print_text };
  ssize_t n;
  int r;

  if (optargs->bitmask & GUESTFS_EVENTLOG_DUMP_FORMAT_BITMASK) {
    if (strcmp (optargs->format, "json") == 0)
      d.print = evtx_print_json;
    else if (strcmp (optargs->format, "text") != 0)
      return error_set (err, EINVAL, "format \"%s\" is neither text nor json",
                        optargs->format);
  }
  fd = guest_open (path, O_RDONLY | O_NONBLOCK, 0, err);
  if (fd == -1)
    return -1;
  n = find_chunks (fd, path, &chunks, err);
  if (n == -1)
    return -1;
  r = send_chunks (fd, path, chunks, n, &d, err);
  strbuf_release (&d.out);
  return r;
}
