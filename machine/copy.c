/* Copying between drives, below the guest: what the library asks for with
 * `copy`.  Ranges that are known to be zeroes are not read, and blocks of zeroes
 * are not written.
 *
 * One copy at a time, on a thread of its own, so that the guest and the control
 * channel go on.  The library sees to it that the guest holds nothing of the
 * ranges in its memory, and uses none of them meanwhile.
 */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checked.h"
#include "cleanup.h"
#include "session.h"

#define BUFFER_SIZE (2 * 1024 * 1024)
#define ZERO_BLOCK 4096            /* what a filesystem of the host may leave out */
#define ZERO_STEP (UINT64_C (1) << 30)
#define TELL_INTERVAL 100          /* ms */

struct copy {
  struct session *session;
  struct block *from, *to;
  uint64_t offset, target, length; /* bytes */
  bool sparse;                     /* zeroes are there already */
  pthread_t thread;
  atomic_bool cancelled;
  uint64_t done;
  int64_t told;                    /* when progress was last told */
};

static int64_t
now_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
is_zero (const char *p, size_t len)
{
  static const char zeroes[64];

  if (len <= sizeof zeroes)
    return memcmp (p, zeroes, len) == 0;
  return memcmp (p, zeroes, sizeof zeroes) == 0
         && memcmp (p, p + sizeof zeroes, len - sizeof zeroes) == 0;
}

static int
put_zeroes (const struct copy *c, uint64_t offset, uint64_t len,
            struct error *err)
{
  return c->sparse ? 0 : block_write_zeroes (c->to, c->target + offset, len,
                                             BLOCK_MAY_UNMAP, err);
}

/* How many bytes from the start of `p`, which go to `target`, are zeroes, or are
 * not: up to a block of the other kind. */
static size_t
same_kind (const char *p, size_t len, uint64_t target, bool *ret_zero)
{
  size_t n = 0;

  while (n < len) {
    size_t block = ZERO_BLOCK - (target + n) % ZERO_BLOCK;
    bool zero = is_zero (p + n, block < len - n ? block : len - n);

    if (n == 0)
      *ret_zero = zero;
    else if (zero != *ret_zero)
      break;
    n += block < len - n ? block : len - n;
  }
  return n;
}

static int
put_data (const struct copy *c, const char *p, size_t len, struct error *err)
{
  size_t done = 0;

  while (done < len) {
    bool zero = false;
    uint64_t at = c->done + done;
    size_t n = same_kind (p + done, len - done, c->target + at, &zero);

    if ((zero ? put_zeroes (c, at, n, err)
         : block_pwrite (c->to, p + done, n, c->target + at, err)) == -1)
      return -1;
    done += n;
  }
  return 0;
}

/* One step: as far as one answer about zeroes holds.  Nobody is asked about more
 * than a step: looking far ahead, again in each step, would take time with the
 * square of the size. */
static int
copy_step (struct copy *c, char *buffer, struct error *err)
{
  uint64_t left = c->length - c->done, n;
  bool zero;

  if (block_extent (c->from, c->offset + c->done,
                    left < ZERO_STEP ? left : ZERO_STEP, &n, &zero, err) == -1)
    return -1;
  if (!zero && n > BUFFER_SIZE)
    n = BUFFER_SIZE;
  if (zero) {
    if (put_zeroes (c, c->done, n, err) == -1)
      return -1;
  }
  else if (block_pread (c->from, buffer, n, c->offset + c->done, err) == -1
           || put_data (c, buffer, n, err) == -1)
    return -1;
  c->done += n;
  return 0;
}

static void *
copy_main (void *opaque)
{
  struct copy *c = opaque;
  CLEANUP_FREE char *buffer = malloc (BUFFER_SIZE);
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (!buffer)
    error_errno (&err, "copy");
  while (!error_is_set (&err) && c->done < c->length) {
    if (atomic_load (&c->cancelled)) {
      error_set (&err, ECANCELED, "cancelled");
      break;
    }
    if (copy_step (c, buffer, &err) == 0
        && now_ms () - c->told >= TELL_INTERVAL) {
      c->told = now_ms ();
      tell_copying (c->session, c->done, c->length);
    }
  }
  tell_copied (c->session, &err);
  return NULL;
}

void
copy_cancel (struct session *s)
{
  if (s->copy)
    atomic_store (&s->copy->cancelled, true);
}

void
copy_end (struct session *s)
{
  if (!s->copy)
    return;
  copy_cancel (s);
  pthread_join (s->copy->thread, NULL);
  free (s->copy);
  s->copy = NULL;
}

static int
get_drive (struct session *s, struct control_message *m, const char *key,
           struct block **ret, struct error *err)
{
  int64_t index = control_get_int (m, key, -1);

  if (index < 0 || (uint64_t) index >= s->drives.len)
    return error_set (err, EINVAL, "copy: no such drive");
  *ret = s->drives.ptr[index]->block;
  return 0;
}

static int
start (struct session *s, struct control_message *m, struct error *err)
{
  CLEANUP_FREE struct copy *c = calloc (1, sizeof *c);
  int r;

  if (!c)
    return error_errno (err, "copy");
  c->session = s;
  c->offset = control_get_int (m, "offset", -1);
  c->target = control_get_int (m, "target", -1);
  c->length = control_get_int (m, "length", -1);
  c->sparse = control_get_int (m, "sparse", 0);
  if (get_drive (s, m, "from", &c->from, err) == -1
      || get_drive (s, m, "to", &c->to, err) == -1)
    return -1;
  if (!range_fits (c->offset, c->length, c->from->size))
    return error_set (err, EINVAL, "%s: has no %llu bytes at %llu",
                      c->from->name, (unsigned long long) c->length,
                      (unsigned long long) c->offset);
  if (!range_fits (c->target, c->length, c->to->size))
    return error_set (err, ENOSPC, "%s: has no room for %llu bytes at %llu",
                      c->to->name, (unsigned long long) c->length,
                      (unsigned long long) c->target);
  if (c->from == c->to)
    return error_set (err, EINVAL, "%s: cannot be copied to itself",
                      c->from->name);
  r = pthread_create (&c->thread, NULL, copy_main, c);
  if (r != 0)
    return error_set (err, r, "copy: %s", strerror (r));
  s->copy = TAKE_PTR (c);
  return 0;
}

void
copy_start (struct session *s, struct control_message *m)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  copy_end (s); /* of one that has told its end */
  if (start (s, m, &err) == -1)
    tell_copied (s, &err);
}
