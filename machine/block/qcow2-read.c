/* Reading qcow2 images. */

#include <config.h>

#include <errno.h>

#include "checked.h"
#include "iov.h"
#include "qcow2-image.h"

bool
qcow2_is_zero (const struct qcow2 *q, const struct mapping *m,
               uint64_t offset)
{
  return m->kind == CLUSTER_ZERO
    || (m->kind == CLUSTER_ABSENT
        && (!q->backing || offset >= q->backing->size));
}

/* What the backing file has; zeroes where it has ended. */
static int
read_backing (struct qcow2 *q, const struct iovec *iov, int iovcnt,
              uint64_t offset, struct error *err)
{
  CLEANUP_FREE struct iovec *part = NULL;
  size_t len = iov_length (iov, iovcnt);
  uint64_t there = q->backing->size - offset;
  int cnt = 0;

  if (there >= len)
    return q->backing->ops->preadv (q->backing, iov, iovcnt, offset, err);
  part = iov_slice (iov, iovcnt, 0, there, 0, &cnt);
  if (!part)
    return error_errno (err, "%s", q->b.name);
  iov_zero (iov, iovcnt, there, len - there);
  return q->backing->ops->preadv (q->backing, part, cnt, offset, err);
}

/* A data cluster may be cut short by the end of the file, but must begin
 * before it. */
static bool
is_in_file (struct qcow2 *q, const struct mapping *m, uint64_t skip,
            uint64_t len)
{
  return m->host + ((skip + len - 1) & ~(q->cluster_size - 1))
    < qcow2_file_length (q);
}

static int
read_normal (struct qcow2 *q, const struct mapping *m,
             const struct iovec *iov, int iovcnt, uint64_t offset,
             struct error *err)
{
  uint64_t skip = offset & (q->cluster_size - 1);

  if (!is_in_file (q, m, skip, iov_length (iov, iovcnt)))
    return error_set (err, EIO, "%s: the data at %llu lies beyond the end of"
                      " the file: the image is truncated", q->b.name,
                      (unsigned long long) offset);
  return q->b.next->ops->preadv (q->b.next, iov, iovcnt, m->host + skip, err);
}

int
qcow2_read_mapping (struct qcow2 *q, const struct mapping *m,
                    const struct iovec *iov, int iovcnt, uint64_t offset,
                    struct error *err)
{
  if (qcow2_is_zero (q, m, offset)) {
    iov_zero (iov, iovcnt, 0, iov_length (iov, iovcnt));
    return 0;
  }
  switch (m->kind) {
  case CLUSTER_NORMAL:
    return read_normal (q, m, iov, iovcnt, offset, err);
  case CLUSTER_COMPRESSED:
    return qcow2_read_compressed (q, m->entry, offset & (q->cluster_size - 1),
                                  iov, iovcnt, err);
  default:
    return read_backing (q, iov, iovcnt, offset, err);
  }
}

static int
read_piece (struct qcow2 *q, const struct iovec *iov, int iovcnt,
            uint64_t offset, size_t len, size_t *done, struct error *err)
{
  CLEANUP_FREE struct iovec *part = NULL;
  struct mapping m;
  uint64_t n;
  int cnt = 0, r;

  pthread_mutex_lock (&q->lock);
  r = qcow2_map (q, offset + *done, len - *done, &m, &n, err);
  pthread_mutex_unlock (&q->lock);
  if (r == -1)
    return -1;
  if (n == len) {
    *done = len;
    return qcow2_read_mapping (q, &m, iov, iovcnt, offset, err);
  }
  part = iov_slice (iov, iovcnt, *done, n, 0, &cnt);
  if (!part)
    return error_errno (err, "%s", q->b.name);
  r = qcow2_read_mapping (q, &m, part, cnt, offset + *done, err);
  *done += n;
  return r;
}

int
qcow2_preadv (struct block *b, const struct iovec *iov, int iovcnt,
              uint64_t offset, struct error *err)
{
  struct qcow2 *q = (struct qcow2 *) b;
  size_t len = iov_length (iov, iovcnt), done = 0;
  int r = 0;

  pthread_rwlock_rdlock (&q->users);
  while (r == 0 && done < len)
    r = read_piece (q, iov, iovcnt, offset, len, &done, err);
  pthread_rwlock_unlock (&q->users);
  return r;
}

/* The mapping, if nobody has the tables and they are in memory. */
static bool
map_now (struct qcow2 *q, uint64_t offset, uint64_t len, struct mapping *ret,
         uint64_t *ret_len)
{
  bool ok;

  if (pthread_mutex_trylock (&q->lock) != 0)
    return false;
  ok = qcow2_l2_is_here (q, offset)
    && qcow2_map (q, offset, len, ret, ret_len, NULL) == 0;
  pthread_mutex_unlock (&q->lock);
  return ok;
}

static enum block_now
read_mapping_now (struct qcow2 *q, const struct mapping *m,
                  const struct iovec *iov, int iovcnt, uint64_t offset,
                  bool idle)
{
  uint64_t skip = offset & (q->cluster_size - 1);
  uint64_t len = iov_length (iov, iovcnt);

  if (qcow2_is_zero (q, m, offset)) {
    iov_zero (iov, iovcnt, 0, len);
    return BLOCK_DONE;
  }
  if (m->kind == CLUSTER_COMPRESSED)
    return qcow2_read_compressed_now (q, m->entry, skip, iov, iovcnt, idle);
  if (m->kind == CLUSTER_NORMAL)
    return is_in_file (q, m, skip, len)
      ? block_read_now (q->b.next, iov, iovcnt, m->host + skip, idle)
      : BLOCK_WAITS;
  /* What reaches over the end of the backing file is rare. */
  return range_fits (offset, len, q->backing->size)
    ? block_read_now (q->backing, iov, iovcnt, offset, idle) : BLOCK_WAITS;
}

enum block_now
qcow2_preadv_now (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, bool idle)
{
  struct qcow2 *q = (struct qcow2 *) b;
  size_t len = iov_length (iov, iovcnt), done = 0;
  enum block_now r = BLOCK_DONE;

  if (pthread_rwlock_tryrdlock (&q->users) != 0)
    return BLOCK_WAITS;
  while (r == BLOCK_DONE && done < len) {
    CLEANUP_FREE struct iovec *part = NULL;
    struct mapping m;
    uint64_t n = 0;
    int cnt = iovcnt;

    if (!map_now (q, offset + done, len - done, &m, &n)
        || (n < len
            && !(part = iov_slice (iov, iovcnt, done, n, 0, &cnt))))
      r = BLOCK_WAITS;
    else
      r = read_mapping_now (q, &m, part ? part : iov, cnt, offset + done,
                            idle);
    done += n;
  }
  pthread_rwlock_unlock (&q->users);
  return r;
}

/* Not inside of data clusters: what their file has there is not known to be
 * zeroes for long. */
int
qcow2_extent (struct block *b, uint64_t offset, uint64_t len,
              uint64_t *ret_len, bool *ret_zero, struct error *err)
{
  struct qcow2 *q = (struct qcow2 *) b;
  struct mapping m;
  uint64_t n;
  int r;

  pthread_mutex_lock (&q->lock);
  r = qcow2_map (q, offset, len, &m, &n, err);
  pthread_mutex_unlock (&q->lock);
  if (r == -1)
    return -1;
  *ret_len = n;
  *ret_zero = qcow2_is_zero (q, &m, offset);
  if (*ret_zero || m.kind != CLUSTER_ABSENT)
    return 0;
  if (n > q->backing->size - offset)
    n = *ret_len = q->backing->size - offset;
  if (!q->backing->ops->extent)
    return 0;
  return q->backing->ops->extent (q->backing, offset, n, ret_len, ret_zero,
                                  err);
}
