/* Writing to qcow2 images.
 *
 * Clusters that are ours alone are written in place.  The others (absent,
 * zero, compressed, shared with a snapshot) get a new run of host clusters:
 * the run is filled first, with what the request leaves of the first and last
 * cluster copied from where it was, and linked into the L2 table last.
 */

#include <config.h>

#include <errno.h>

#include "iov.h"
#include "qcow2-write.h"

#define MAX_RUN_BYTES (UINT64_C (8) * 1024 * 1024)

/* The part of a request that is worked on. */
struct piece {
  const struct iovec *iov;
  int iovcnt;
  size_t skip; /* of the list */
  uint64_t offset, len;
};

/* A run of clusters that is being filled. */
struct run {
  struct inflight_range range;
  uint64_t guest, host; /* byte offsets of the first cluster */
  uint64_t count;       /* clusters */
  bool fresh;           /* the file has never been that long: all zeroes */
  struct mapping first, last; /* what was there */
};

static bool
in_place (const struct mapping *m)
{
  return m->kind == CLUSTER_NORMAL && m->copied;
}

static int
write_in_place (struct qcow2 *q, const struct piece *p, uint64_t host,
                struct error *err)
{
  CLEANUP_FREE struct iovec *part = NULL;
  int cnt = 0;

  part = iov_slice (p->iov, p->iovcnt, p->skip, p->len, 0, &cnt);
  if (!part)
    return error_errno (err, "%s", q->b.name);
  return q->b.next->ops->pwritev (q->b.next, part, cnt, host, err);
}

/* How many clusters from the piece's first on need new places: inside one L2
 * table, and up to a cluster that somebody else works on.  Sets what is known
 * of the first and last one. Locked. */
static int
count_run (struct qcow2 *q, const struct table *t, const struct piece *p,
           uint64_t max, struct run *run, struct error *err)
{
  size_t index = qcow2_l2_index (q, p->offset);
  uint64_t first = p->offset >> q->cluster_bits, n;

  if (max > (UINT64_C (1) << q->l2_bits) - index)
    max = (UINT64_C (1) << q->l2_bits) - index;
  max = inflight_next (&q->inflight, first, first + max - 1) - first;
  for (n = 0; n < max; ++n) {
    struct mapping m;

    if (qcow2_decode (q, qcow2_l2_get (t, index + n), &m, err) == -1)
      return -1;
    if (n > 0 && in_place (&m))
      break;
    if (n == 0)
      run->first = m;
    run->last = m;
  }
  run->count = n;
  return 0;
}

/* Reserve host clusters for as much of the piece as fits one run, and announce
 * the guest's clusters. Locked. */
static int
begin_run (struct qcow2 *q, struct piece *p, struct run *run,
           struct error *err)
{
  uint64_t mask = q->cluster_size - 1, want, got, end;
  struct table *t;

  want = ((p->offset & mask) + p->len + mask) >> q->cluster_bits;
  if (want > (MAX_RUN_BYTES >> q->cluster_bits))
    want = MAX_RUN_BYTES >> q->cluster_bits;
  if (qcow2_l2_own (q, p->offset, &t, err) == -1
      || count_run (q, t, p, want, run, err) == -1)
    return -1;
  want = run->count;
  if (qcow2_alloc (q, want, &run->host, &got, err) == -1)
    return -1;
  if (got < want) {
    run->count = got;
    if (qcow2_l2_own (q, p->offset, &t, err) == -1
        || count_run (q, t, p, got, run, err) == -1) {
      qcow2_unalloc (q, run->host, got);
      return -1;
    }
  }
  run->guest = p->offset & ~mask;
  run->fresh = run->host >= qcow2_file_length (q);
  end = run->guest + (run->count << q->cluster_bits);
  if (p->len > end - p->offset)
    p->len = end - p->offset;
  inflight_add (&q->inflight, &run->range, run->guest >> q->cluster_bits,
                (end >> q->cluster_bits) - 1);
  return 0;
}

/* What was at [offset, offset + len), inside one cluster; *ret stays NULL when
 * nothing needs to be written there. */
static int
old_contents (struct qcow2 *q, const struct run *run, const struct mapping *m,
              uint64_t offset, uint64_t len, void **ret, struct error *err)
{
  struct iovec iov = { NULL, len };

  if (len == 0 || (run->fresh && qcow2_is_zero (q, m, offset)))
    return 0;
  iov.iov_base = *ret = malloc (len);
  if (!*ret)
    return error_errno (err, "%s", q->b.name);
  return qcow2_read_mapping (q, m, &iov, 1, offset, err);
}

/* Write the run: the request's bytes between what was there. */
static int
fill_run (struct qcow2 *q, const struct piece *p, const struct run *run,
          struct error *err)
{
  uint64_t head_len = p->offset - run->guest, end = p->offset + p->len;
  uint64_t tail_len = run->guest + (run->count << q->cluster_bits) - end;
  CLEANUP_FREE void *head = NULL;
  CLEANUP_FREE void *tail = NULL;
  CLEANUP_FREE struct iovec *part = NULL;
  struct iovec *iov;
  uint64_t host = run->host + head_len;
  int cnt = 0;

  if (old_contents (q, run, &run->first, run->guest, head_len, &head, err)
      == -1
      || old_contents (q, run, &run->last, end, tail_len, &tail, err) == -1)
    return -1;
  part = iov_slice (p->iov, p->iovcnt, p->skip, p->len, 1, &cnt);
  if (!part)
    return error_errno (err, "%s", q->b.name);
  iov = part + 1;
  if (head) {
    *--iov = (struct iovec) { head, head_len };
    cnt++;
    host -= head_len;
  }
  if (tail)
    iov[cnt++] = (struct iovec) { tail, tail_len };
  return q->b.next->ops->pwritev (q->b.next, iov, cnt, host, err);
}

/* Let the L2 table name the new clusters. Locked. */
static int
link_run (struct qcow2 *q, const struct run *run, struct error *err)
{
  size_t index = qcow2_l2_index (q, run->guest);
  struct table *t;

  if (qcow2_l2_own (q, run->guest, &t, err) == -1)
    return -1;
  for (uint64_t i = 0; i < run->count; ++i) {
    uint64_t old = qcow2_l2_get (t, index + i);

    qcow2_l2_set (t, index + i, (run->host + (i << q->cluster_bits))
                  | QCOW2_COPIED);
    qcow2_free_mapping (q, old);
  }
  return 0;
}

/* Fill and link a run that was begun. */
static int
finish_run (struct qcow2 *q, const struct piece *p, struct run *run,
            struct error *err)
{
  int r = fill_run (q, p, run, err);

  pthread_mutex_lock (&q->lock);
  if (r == 0)
    r = link_run (q, run, err);
  if (r == -1)
    qcow2_unalloc (q, run->host, run->count);
  inflight_remove (&q->inflight, &run->range);
  pthread_mutex_unlock (&q->lock);
  return r;
}

/* Write as much of the piece as goes in one step; p->len becomes that. */
static int
write_piece (struct qcow2 *q, struct piece *p, struct error *err)
{
  uint64_t cluster = p->offset >> q->cluster_bits, len;
  struct run run;
  struct mapping m;
  int r;

  pthread_mutex_lock (&q->lock);
  (void) inflight_wait (&q->inflight, &q->lock, cluster, cluster);
  r = qcow2_prepare (q, err);
  if (r == 0)
    r = qcow2_map (q, p->offset, p->len, &m, &len, err);
  if (r == 0 && in_place (&m)) {
    p->len = len;
    m.host += p->offset & (q->cluster_size - 1);
    r = qcow2_check_data (q, m.host, len, err);
    pthread_mutex_unlock (&q->lock);
    return r == 0 ? write_in_place (q, p, m.host, err) : -1;
  }
  if (r == 0)
    r = begin_run (q, p, &run, err);
  pthread_mutex_unlock (&q->lock);
  return r == 0 ? finish_run (q, p, &run, err) : -1;
}

int
qcow2_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
               uint64_t offset, struct error *err)
{
  struct qcow2 *q = (struct qcow2 *) b;
  size_t len = iov_length (iov, iovcnt), done = 0;
  bool many;
  int r = 0;

  pthread_rwlock_rdlock (&q->users);
  while (r == 0 && done < len) {
    struct piece p = { iov, iovcnt, done, offset + done, len - done };

    r = write_piece (q, &p, err);
    done += p.len;
  }
  pthread_mutex_lock (&q->lock);
  many = qcow2_many_freed (q);
  pthread_mutex_unlock (&q->lock);
  pthread_rwlock_unlock (&q->users);
  return r == 0 && many ? qcow2_flush (b, err) : r;
}
