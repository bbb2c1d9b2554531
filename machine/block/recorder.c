/* Recording what goes to the disk: see recorder.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "iov.h"
#include "recorder.h"
#include "vector.h"

#define SECTOR 512

enum event_kind { EVENT_WRITE, EVENT_ZERO, EVENT_FLUSH };

struct event {
  enum event_kind kind;
  uint64_t offset;
  size_t len;
  char *data; /* of a write */
};
DEFINE_VECTOR (event_vector, struct event)

struct recording {
  char *before; /* the file at the beginning */
  size_t before_len;
  struct event_vector events;
};

struct recorder {
  struct block b;
  struct recording *recording;
  unsigned limit, writes;
};

static void
need (bool condition, const char *what)
{
  if (!condition) {
    fprintf (stderr, "recorder: %s: %s\n", what, strerror (errno));
    exit (1);
  }
}

static void
record (struct block *b, enum event_kind kind, uint64_t offset, size_t len,
        char *data)
{
  struct event e = { kind, offset, len, data };

  need (event_vector_append (&((struct recorder *) b)->recording->events, e)
        == 0, "memory");
}

static int
recorder_preadv (struct block *b, const struct iovec *iov, int iovcnt,
                 uint64_t offset, struct error *err)
{
  return b->next->ops->preadv (b->next, iov, iovcnt, offset, err);
}

static int
recorder_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, struct error *err)
{
  struct recorder *r = (struct recorder *) b;
  size_t len = iov_length (iov, iovcnt);
  char *data;

  if (r->limit != 0 && r->writes >= r->limit)
    return error_set (err, ENOSPC, "%s: %s", b->name, strerror (ENOSPC));
  r->writes++;
  data = malloc (len + 1);
  need (data != NULL, "memory");
  iov_to_buf (iov, iovcnt, 0, data, len);
  record (b, EVENT_WRITE, offset, len, data);
  return b->next->ops->pwritev (b->next, iov, iovcnt, offset, err);
}

static int
recorder_flush (struct block *b, struct error *err)
{
  record (b, EVENT_FLUSH, 0, 0, NULL);
  return b->next->ops->flush (b->next, err);
}

static int
recorder_discard (struct block *b, uint64_t offset, uint64_t len,
                  struct error *err)
{
  record (b, EVENT_ZERO, offset, len, NULL);
  return b->next->ops->discard (b->next, offset, len, err);
}

static uint64_t
recorder_length (struct block *b)
{
  return b->next->ops->length (b->next);
}

static void
recording_free (struct recording *r)
{
  for (size_t i = 0; r && i < r->events.len; ++i)
    free (r->events.ptr[i].data);
  if (r) {
    event_vector_release (&r->events);
    free (r->before);
  }
  free (r);
}

static int
recorder_close (struct block *b, struct error *err)
{
  /* A recording that was taken lives on. */
  return 0;
}

static const struct block_ops recorder_ops = {
  .name = "recorder",
  .preadv = recorder_preadv,
  .pwritev = recorder_pwritev,
  .flush = recorder_flush,
  .discard = recorder_discard,
  .length = recorder_length,
  .close = recorder_close,
};

struct recorder *
recorder_insert (struct block *top, unsigned limit)
{
  struct recorder *r = calloc (1, sizeof *r);
  struct block *file = top->next;
  struct iovec iov;

  need (r && file, "no file below");
  r->recording = calloc (1, sizeof *r->recording);
  r->b.name = strdup ("recorder");
  need (r->recording && r->b.name, "memory");
  r->recording->before_len = file->ops->length (file);
  r->recording->before = malloc (r->recording->before_len + 1);
  need (r->recording->before != NULL, "memory");
  iov = (struct iovec) { r->recording->before, r->recording->before_len };
  need (file->ops->preadv (file, &iov, 1, 0, NULL) == 0, "reading");
  r->b.ops = &recorder_ops;
  r->b.size = file->size;
  r->b.next = file;
  r->limit = limit;
  top->next = &r->b;
  return r;
}

struct recording *
recorder_take (struct recorder *r)
{
  return r->recording;
}

/* Let an event reach the file, or, when `torn`, about half of its sectors. */
static void
apply (int fd, const struct event *e, bool torn, unsigned *seed)
{
  static const char zeroes[SECTOR];

  for (size_t done = 0; done < e->len; done += SECTOR) {
    size_t n = e->len - done < SECTOR ? e->len - done : SECTOR;

    if (torn && rand_r (seed) % 2)
      continue;
    need (pwrite_full (fd, e->data ? e->data + done : zeroes, n,
                       e->offset + done) == 0, "writing");
  }
}

static void
cut (struct recording *r, const char *path, unsigned *seed)
{
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  size_t end = rand_r (seed) % (r->events.len + 1), flushed = 0;

  need (fd != -1, path);
  need (pwrite_full (fd, r->before, r->before_len, 0) == 0, path);
  for (size_t i = 0; i < end; ++i) {
    if (r->events.ptr[i].kind == EVENT_FLUSH)
      flushed = i;
  }
  for (size_t i = 0; i < end; ++i) {
    unsigned chance = rand_r (seed) % 4;

    if (i < flushed || chance < 2)
      apply (fd, &r->events.ptr[i], false, seed);
    else if (chance == 2)
      apply (fd, &r->events.ptr[i], true, seed);
  }
  close (fd);
}

void
recording_cut (struct recording *r, const char *prefix, unsigned count,
               unsigned seed)
{
  char path[1024];

  for (unsigned i = 0; i < count; ++i) {
    snprintf (path, sizeof path, "%s.%u", prefix, i);
    cut (r, path, &seed);
  }
  recording_free (r);
}
