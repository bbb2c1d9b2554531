/* The NBD node: requests and replies.  See nbd.h.
 *
 * A request is sent by the thread that makes it.  Of the threads that wait for
 * a reply, one reads: replies come in any order, their data go straight to the
 * buffers of their request, and the thread whose reply was the last it wanted
 * hands the reading over.
 */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "cleanup.h"
#include "iov.h"
#include "nbd.h"

#define REQUEST_MAGIC 0x25609513
#define REPLY_MAGIC 0x67446698
#define SECTOR 512
#define MAX_DATA (UINT32_C (32) << 20)    /* of one request */
#define MAX_RANGE (UINT32_C (1) << 30)    /* without data */

enum { CMD_READ, CMD_WRITE, CMD_DISC, CMD_FLUSH, CMD_TRIM,
       CMD_WRITE_ZEROES = 6 };
#define CMD_FLAG_NO_HOLE 2

struct nbd_request {
  uint64_t cookie;
  uint32_t len;
  const struct iovec *iov; /* where data go; NULL but for reads */
  int iovcnt;
  bool done;
  int errnum;
  struct nbd_request *next;
};

struct nbd {
  struct block b;
  struct nbd_stream stream;
  uint16_t flags;
  pthread_mutex_t send_lock; /* over the sending half of the stream */
  pthread_mutex_t lock;      /* over all that follows */
  pthread_cond_t changed;
  struct nbd_request *waiting;
  uint64_t next_cookie;
  bool reading; /* a thread has the receiving half of the stream */
  _Atomic int broken; /* errno: the connection is of no use any more */
};

/* The protocol's numbers are Linux's, as far as it has any. */
static int
errno_of (uint32_t error)
{
  switch (error) {
  case 0: case EPERM: case EIO: case ENOMEM: case EINVAL: case ENOSPC:
  case EOVERFLOW: case ENOTSUP: case ESHUTDOWN:
    return error;
  default:
    return EIO;
  }
}

/* --- replies, with the lock held ------------------------------------------- */

static struct nbd_request *
unlink_request (struct nbd *n, uint64_t cookie)
{
  struct nbd_request **p, *r;

  for (p = &n->waiting; (r = *p) != NULL; p = &r->next)
    if (r->cookie == cookie) {
      *p = r->next;
      return r;
    }
  return NULL;
}

static void
finish (struct nbd_request *r, int errnum)
{
  r->errnum = errnum;
  r->done = true;
}

static void
give_up (struct nbd *n, int errnum)
{
  if (n->broken == 0)
    n->broken = errnum ? errnum : EIO;
  while (n->waiting) {
    struct nbd_request *r = n->waiting;

    n->waiting = r->next;
    finish (r, n->broken);
  }
}

/* Read one reply.  Releases the lock while it does. */
static void
read_reply (struct nbd *n)
{
  uint8_t head[16];
  struct iovec iov = { head, sizeof head };
  struct nbd_request *r = NULL;
  int errnum = 0, status;

  n->reading = true;
  pthread_mutex_unlock (&n->lock);
  status = nbd_receive (&n->stream, &iov, 1, sizeof head);
  if (status == -1)
    errnum = errno;
  pthread_mutex_lock (&n->lock);
  if (status == 0) {
    errnum = EPROTO;
    if (get_be32 (head) == REPLY_MAGIC)
      r = unlink_request (n, get_be64 (head + 8));
  }
  if (r) {
    errnum = errno_of (get_be32 (head + 4));
    if (errnum == 0 && r->iov) {
      pthread_mutex_unlock (&n->lock);
      if (nbd_receive (&n->stream, r->iov, r->iovcnt, r->len) == -1)
        status = errnum = errno;
      pthread_mutex_lock (&n->lock);
    }
    finish (r, errnum);
  }
  if (!r || status != 0)
    give_up (n, errnum);
  n->reading = false;
  pthread_cond_broadcast (&n->changed);
}

static void
wait_for (struct nbd *n, struct nbd_request *r)
{
  while (!r->done) {
    if (n->reading)
      pthread_cond_wait (&n->changed, &n->lock);
    else
      read_reply (n);
  }
}

/* --- requests ------------------------------------------------------------------- */

static int
send_request (struct nbd *n, const struct nbd_request *r, int type, int flags,
              uint64_t offset, const struct iovec *data, int iovcnt)
{
  CLEANUP_FREE struct iovec *iov = NULL;
  uint8_t head[28];

  put_be32 (head, REQUEST_MAGIC);
  put_be16 (head + 4, flags);
  put_be16 (head + 6, type);
  put_be64 (head + 8, r->cookie);
  put_be64 (head + 16, offset);
  put_be32 (head + 24, r->len);
  iov = malloc ((iovcnt + 1) * sizeof *iov);
  if (!iov)
    return -1;
  iov[0] = (struct iovec) { head, sizeof head };
  if (iovcnt > 0)
    memcpy (iov + 1, data, iovcnt * sizeof *iov);

  CLEANUP_UNLOCK (&n->send_lock);
  return nbd_send (&n->stream, iov, iovcnt + 1,
                   sizeof head + (iovcnt > 0 ? r->len : 0));
}

/* One request, at most MAX_DATA long where it has data.  An errno. */
static int
request (struct nbd *n, int type, int flags, uint64_t offset, uint32_t len,
         const struct iovec *iov, int iovcnt)
{
  struct nbd_request r = { .len = len };
  bool writes = type == CMD_WRITE;

  if (type == CMD_READ) {
    r.iov = iov;
    r.iovcnt = iovcnt;
  }
  {
    CLEANUP_UNLOCK (&n->lock);

    if (n->broken)
      return n->broken;
    r.cookie = n->next_cookie++;
    r.next = n->waiting;
    n->waiting = &r;
  }
  if (send_request (n, &r, type, flags, offset, writes ? iov : NULL,
                    writes ? iovcnt : 0) == -1) {
    int errnum = errno;
    CLEANUP_UNLOCK (&n->lock);

    /* What has been sent of it cannot be taken back.  Another thread may be
     * filling our buffers: then it finds the end of the stream. */
    (void) shutdown (n->stream.fd, SHUT_RDWR);
    if (!n->reading)
      give_up (n, errnum);
    wait_for (n, &r);
    return errnum;
  }
  CLEANUP_UNLOCK (&n->lock);
  wait_for (n, &r);
  return r.errnum;
}

static int
failed (struct nbd *n, int errnum, const char *what, uint64_t offset,
        uint64_t len, struct error *err)
{
  if (n->broken)
    return error_set (err, errnum, "%s: the connection to the NBD server is"
                      " lost: %s", n->b.name, strerror (n->broken));
  return error_set (err, errnum, "%s: %s of %llu bytes at %llu: the NBD server"
                    " says: %s", n->b.name, what, (unsigned long long) len,
                    (unsigned long long) offset, strerror (errnum));
}

/* A transfer in pieces that a server must take. */
static int
transfer (struct nbd *n, int type, const struct iovec *iov, int iovcnt,
          uint64_t offset, size_t len, struct error *err)
{
  size_t done = 0;

  while (done < len) {
    CLEANUP_FREE struct iovec *part = NULL;
    size_t size = len - done < MAX_DATA ? len - done : MAX_DATA;
    int cnt = 0, errnum = ENOMEM;

    part = iov_slice (iov, iovcnt, done, size, 0, &cnt);
    if (part)
      errnum = request (n, type, 0, offset + done, size, part, cnt);
    if (errnum != 0)
      return failed (n, errnum, type == CMD_READ ? "read" : "write",
                     offset + done, size, err);
    done += size;
  }
  return 0;
}

/* As the ground of a format: beyond the end there are zeroes. */
static int
nbd_preadv (struct block *b, const struct iovec *iov, int iovcnt,
            uint64_t offset, struct error *err)
{
  size_t len = iov_length (iov, iovcnt), real = len;

  if (offset >= b->size)
    real = 0;
  else if (real > b->size - offset)
    real = b->size - offset;
  if (real > 0
      && transfer ((struct nbd *) b, CMD_READ, iov, iovcnt, offset, real, err)
         == -1)
    return -1;
  iov_zero (iov, iovcnt, real, len - real);
  return 0;
}

static int
nbd_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
             uint64_t offset, struct error *err)
{
  size_t len = iov_length (iov, iovcnt);

  if (offset > b->size || len > b->size - offset)
    return error_set (err, ENOSPC, "%s: write of %zu bytes at %llu: the export"
                      " has %llu bytes and cannot grow", b->name, len,
                      (unsigned long long) offset,
                      (unsigned long long) b->size);
  return transfer ((struct nbd *) b, CMD_WRITE, iov, iovcnt, offset, len, err);
}

static int
nbd_flush (struct block *b, struct error *err)
{
  struct nbd *n = (struct nbd *) b;
  int errnum;

  if (!(n->flags & NBD_FLAG_SEND_FLUSH))
    return 0;
  errnum = request (n, CMD_FLUSH, 0, 0, 0, NULL, 0);
  return errnum == 0 ? 0 : failed (n, errnum, "flush", 0, 0, err);
}

/* A request without data, in pieces.  An errno. */
static int
range_request (struct nbd *n, int type, int flags, uint64_t offset,
               uint64_t len)
{
  int errnum = 0;

  while (errnum == 0 && len > 0) {
    uint32_t part = len < MAX_RANGE ? len : MAX_RANGE;

    errnum = request (n, type, flags, offset, part, NULL, 0);
    offset += part;
    len -= part;
  }
  return errnum;
}

static int
nbd_discard (struct block *b, uint64_t offset, uint64_t len,
             struct error *err)
{
  struct nbd *n = (struct nbd *) b;
  int errnum;

  if (!(n->flags & NBD_FLAG_SEND_TRIM))
    return 0;
  errnum = range_request (n, CMD_TRIM, 0, offset, len);
  /* It is advice. */
  return errnum == 0 || (errnum == ENOTSUP && !n->broken) ? 0
    : failed (n, errnum, "discard", offset, len, err);
}

static int
nbd_write_zeroes (struct block *b, uint64_t offset, uint64_t len, int flags,
                  struct error *err)
{
  struct nbd *n = (struct nbd *) b;
  int errnum = ENOTSUP;

  if (n->flags & NBD_FLAG_SEND_WRITE_ZEROES)
    errnum = range_request (n, CMD_WRITE_ZEROES,
                            flags & BLOCK_MAY_UNMAP ? 0 : CMD_FLAG_NO_HOLE,
                            offset, len);
  if (errnum == ENOTSUP && !n->broken)
    return block_write_zero_bytes (b, offset, len, err);
  return errnum == 0 ? 0
    : failed (n, errnum, "write of zeroes", offset, len, err);
}

static uint64_t
nbd_length (struct block *b)
{
  return b->size;
}

static int
nbd_close (struct block *b, struct error *err)
{
  struct nbd *n = (struct nbd *) b;
  struct nbd_request end = { .len = 0 };

  if (!n->broken)
    (void) send_request (n, &end, CMD_DISC, 0, 0, NULL, 0);
  close (n->stream.fd);
  pthread_mutex_destroy (&n->send_lock);
  pthread_mutex_destroy (&n->lock);
  pthread_cond_destroy (&n->changed);
  return 0;
}

static const struct block_ops nbd_ops = {
  .name = "nbd",
  .preadv = nbd_preadv,
  .pwritev = nbd_pwritev,
  .flush = nbd_flush,
  .discard = nbd_discard,
  .write_zeroes = nbd_write_zeroes,
  .length = nbd_length,
  .close = nbd_close,
};

static int
connect_to (struct nbd *n, const char *export_name, struct error *err)
{
  struct nbd_export export;

  if (nbd_negotiate (&n->stream, n->b.name, export_name, &export, err) == -1)
    return -1;
  if (export.flags & NBD_FLAG_READ_ONLY && !n->b.readonly)
    return error_set (err, EROFS, "%s: the NBD server exports it for reading"
                      " only (add the drive read-only)", n->b.name);
  /* Drives have whole sectors. */
  n->b.size = export.size - export.size % SECTOR;
  n->flags = export.flags;
  if (n->b.size == 0)
    return error_set (err, EINVAL, "%s: the NBD export is empty", n->b.name);
  return 0;
}

struct block *
nbd_new (int sock, int life_fd, const char *name, const char *export_name,
         bool readonly, struct error *err)
{
  struct nbd *n = calloc (1, sizeof *n);

  if (n)
    n->b.name = strdup (name);
  if (!n || !n->b.name) {
    error_errno (err, "%s", name);
    free (n);
    close (sock);
    return NULL;
  }
  n->b.ops = &nbd_ops;
  n->b.readonly = readonly;
  n->stream = (struct nbd_stream) { sock, life_fd };
  pthread_mutex_init (&n->send_lock, NULL);
  pthread_mutex_init (&n->lock, NULL);
  pthread_cond_init (&n->changed, NULL);
  if (connect_to (n, export_name, err) == -1) {
    n->broken = EIO; /* no farewell */
    (void) block_free (&n->b, NULL);
    return NULL;
  }
  return &n->b;
}
