/* Files and block devices as block nodes: see file.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "checked.h"
#include "cleanup.h"
#include "file.h"
#include "iov.h"
#include "lock.h"

#define SECTOR 512
#define IOV_CHUNK 1024 /* IOV_MAX of Linux */

struct file_block {
  struct block b;
  int fd;
  enum file_use use;
  atomic_bool no_punch, no_zero; /* the host's filesystem cannot */
  atomic_bool no_nowait;
  bool in_memory;                /* a tmpfs: nothing to wait for */
  _Atomic uint64_t length;       /* bytes in the file as far as we know */
  atomic_int flush_error;        /* of the first flush that failed */
};

typedef ssize_t (*transfer) (int fd, const struct iovec *iov, int iovcnt,
                             off_t offset);

/* Move the bytes of the list until all are done or `io` returns 0.  Returns
 * the count, or -1 with errno.  Lists are moved in slices, so that neither a
 * long list nor a short count needs the caller's entries changed. */
static ssize_t
transfer_all (transfer io, int fd, const struct iovec *iov, int iovcnt,
              uint64_t offset)
{
  size_t total = iov_length (iov, iovcnt), done = 0;

  while (done < total) {
    CLEANUP_FREE struct iovec *rest = NULL;
    const struct iovec *use = iov;
    int cnt = iovcnt;
    ssize_t n;

    if (done > 0) {
      rest = iov_slice (iov, iovcnt, done, total - done, 0, &cnt);
      if (!rest)
        return -1;
      use = rest;
    }
    n = io (fd, use, cnt > IOV_CHUNK ? IOV_CHUNK : cnt, offset + done);
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return -1;
    if (n == 0)
      break;
    done += n;
  }
  return done;
}

static void
raise_length (struct file_block *f, uint64_t end)
{
  uint64_t old = atomic_load (&f->length);

  while (old < end
         && !atomic_compare_exchange_weak (&f->length, &old, end))
    ;
}

static int
file_preadv (struct block *b, const struct iovec *iov, int iovcnt,
             uint64_t offset, struct error *err)
{
  struct file_block *f = (struct file_block *) b;
  size_t len = iov_length (iov, iovcnt);
  ssize_t n = transfer_all (preadv, f->fd, iov, iovcnt, offset);

  if (n == -1)
    return error_errno (err, "%s: read of %zu bytes at %llu", b->name, len,
                        (unsigned long long) offset);
  if ((size_t) n == len)
    return 0;
  if (f->use == FILE_RAW && offset + n < atomic_load (&f->length))
    return error_set (err, EIO, "%s: the file ends at %llu now, but had %llu"
                      " bytes when it was opened", b->name,
                      (unsigned long long) offset + n,
                      (unsigned long long) atomic_load (&f->length));
  iov_zero (iov, iovcnt, n, len - n);
  return 0;
}

static enum block_now
file_preadv_now (struct block *b, const struct iovec *iov, int iovcnt,
                 uint64_t offset, bool idle)
{
  struct file_block *f = (struct file_block *) b;
  size_t len = iov_length (iov, iovcnt);
  ssize_t n;

  if (iovcnt > IOV_CHUNK)
    return BLOCK_WAITS;
  if (f->in_memory)
    n = preadv (f->fd, iov, iovcnt, offset);
  else if (atomic_load_explicit (&f->no_nowait, memory_order_relaxed))
    return BLOCK_WAITS;
  else {
    n = preadv2 (f->fd, iov, iovcnt, offset, RWF_NOWAIT);
    if (n == -1 && errno != EAGAIN && errno != EINTR)
      atomic_store (&f->no_nowait, true);
  }
  if (n >= 0 && (size_t) n < len && f->use == FILE_GROUND
      && offset + n >= atomic_load (&f->length)) {
    iov_zero (iov, iovcnt, n, len - n);
    n = len;
  }
  return n >= 0 && (size_t) n == len ? BLOCK_DONE : BLOCK_WAITS;
}

static int
file_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
              uint64_t offset, struct error *err)
{
  struct file_block *f = (struct file_block *) b;
  size_t len = iov_length (iov, iovcnt);
  ssize_t n;

  /* Also when it fails: some of it may have been written. */
  raise_length (f, offset + len);
  n = transfer_all (pwritev, f->fd, iov, iovcnt, offset);
  if (n == -1)
    return error_errno (err, "%s: write of %zu bytes at %llu", b->name, len,
                        (unsigned long long) offset);
  if ((size_t) n < len)
    return error_set (err, ENOSPC, "%s: write of %zu bytes at %llu: only %zd"
                      " were written", b->name, len,
                      (unsigned long long) offset, n);
  return 0;
}

/* Linux tells a failure to write back once, and drops what it could not write:
 * the next fdatasync would succeed without it.  So there is no success any more
 * after a failure. */
static int
file_flush (struct block *b, struct error *err)
{
  struct file_block *f = (struct file_block *) b;
  int before = atomic_load (&f->flush_error);

  if (f->b.readonly)
    return 0;
  if (before != 0)
    return error_set (err, before, "%s: an earlier fdatasync has failed: %s",
                      b->name, strerror (before));
  while (fdatasync (f->fd) == -1) {
    if (errno != EINTR) {
      atomic_store (&f->flush_error, errno);
      return error_errno (err, "%s: fdatasync", b->name);
    }
  }
  return 0;
}

/* Make the range read as zeroes by fallocate, which block devices know too.
 * 1 done, 0 not supported here, -1 error. */
static int
zero_range (struct file_block *f, int mode, atomic_bool *unsupported,
            uint64_t offset, uint64_t len, struct error *err)
{
  int r;

  if (atomic_load (unsupported))
    return 0;
  do
    r = fallocate (f->fd, mode, offset, len);
  while (r == -1 && errno == EINTR);
  if (r == 0) {
    if (!(mode & FALLOC_FL_KEEP_SIZE))
      raise_length (f, offset + len);
    return 1;
  }
  if (errno == EOPNOTSUPP || errno == ENOSYS || errno == ENOTTY
      || errno == EINVAL || errno == EPERM || errno == EACCES) {
    if (errno != EINVAL)
      atomic_store (unsupported, true);
    return 0;
  }
  return error_errno (err, "%s: zeroing %llu bytes at %llu", f->b.name,
                      (unsigned long long) len, (unsigned long long) offset);
}

static int
file_discard (struct block *b, uint64_t offset, uint64_t len,
              struct error *err)
{
  struct file_block *f = (struct file_block *) b;

  return zero_range (f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                     &f->no_punch, offset, len, err) == -1 ? -1 : 0;
}

static int
file_write_zeroes (struct block *b, uint64_t offset, uint64_t len, int flags,
                   struct error *err)
{
  struct file_block *f = (struct file_block *) b;
  int r = 0;

  /* A hole beyond the end would leave the file short. */
  if ((flags & BLOCK_MAY_UNMAP)
      && range_fits (offset, len, atomic_load (&f->length)))
    r = zero_range (f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    &f->no_punch, offset, len, err);
  if (r == 0)
    r = zero_range (f, FALLOC_FL_ZERO_RANGE, &f->no_zero, offset, len, err);
  if (r != 0)
    return r == -1 ? -1 : 0;
  return block_write_zero_bytes (b, offset, len, err);
}

/* Holes of the file, and what lies behind its end. */
static int
file_extent (struct block *b, uint64_t offset, uint64_t len,
             uint64_t *ret_len, bool *ret_zero, struct error *err)
{
  struct file_block *f = (struct file_block *) b;
  off_t data = lseek (f->fd, offset, SEEK_DATA), end;

  *ret_len = len;
  *ret_zero = false;
  if (data == -1 && errno == ENXIO) {
    /* A raw image that was cut off is an error, which reading tells. */
    end = lseek (f->fd, 0, SEEK_END);
    *ret_zero = f->use != FILE_RAW
      || (end != -1 && (uint64_t) end >= atomic_load (&f->length));
  }
  else if (data != -1 && (uint64_t) data > offset) {
    *ret_zero = true;
    if ((uint64_t) data - offset < len)
      *ret_len = data - offset;
  }
  else if (data != -1) {
    end = lseek (f->fd, offset, SEEK_HOLE);
    if (end != -1 && (uint64_t) end > offset && (uint64_t) end - offset < len)
      *ret_len = end - offset;
  }
  return 0;
}

static uint64_t
file_length (struct block *b)
{
  return atomic_load (&((struct file_block *) b)->length);
}

static int
file_close (struct block *b, struct error *err)
{
  struct file_block *f = (struct file_block *) b;

  if (close (TAKE_FD (f->fd)) == -1 && errno != EINTR && !b->readonly)
    return error_errno (err, "%s: close", b->name);
  return 0;
}

static const struct block_ops file_ops = {
  .name = "file",
  .preadv = file_preadv,
  .preadv_now = file_preadv_now,
  .pwritev = file_pwritev,
  .flush = file_flush,
  .discard = file_discard,
  .write_zeroes = file_write_zeroes,
  .extent = file_extent,
  .length = file_length,
  .close = file_close,
};

/* What kind of file this is, and its length. */
static int
examine (int fd, const char *name, uint64_t *ret_length, struct error *err)
{
  struct stat st;
  off_t bytes;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", name);
  if (S_ISREG (st.st_mode))
    bytes = st.st_size;
  else if (S_ISBLK (st.st_mode)) {
    bytes = lseek (fd, 0, SEEK_END);
    if (bytes == -1)
      return error_errno (err, "%s: size of the block device", name);
  } else if (S_ISDIR (st.st_mode))
    return error_set (err, EISDIR, "%s: is a directory, not a disk image",
                      name);
  else
    return error_set (err, EINVAL, "%s: neither a regular file nor a block"
                      " device", name);
  *ret_length = bytes;
  return 0;
}

struct block *
file_new (int fd, const char *name, enum file_use use, bool readonly,
          struct error *err)
{
  CLEANUP_CLOSE int owned = fd;
  CLEANUP_FREE struct file_block *f = NULL;
  CLEANUP_FREE char *copy = NULL;
  struct statfs fs;
  uint64_t length = 0;
  int flags = fcntl (fd, F_GETFL);

  if (flags == -1) {
    error_errno (err, "%s", name);
    return NULL;
  }
  if (!readonly && (flags & O_ACCMODE) != O_RDWR) {
    error_set (err, EROFS, "%s: the image was opened for reading only", name);
    return NULL;
  }
  if (examine (fd, name, &length, err) == -1
      || (!readonly && lock_image (fd, name, err) == -1))
    return NULL;
  f = calloc (1, sizeof *f);
  copy = strdup (name);
  if (!f || !copy) {
    error_errno (err, "%s", name);
    return NULL;
  }
  f->b.ops = &file_ops;
  f->b.name = TAKE_PTR (copy);
  f->b.size = length > UINT64_MAX - (SECTOR - 1)
    ? length / SECTOR * SECTOR
    : (length + SECTOR - 1) / SECTOR * SECTOR;
  f->b.readonly = readonly;
  f->fd = TAKE_FD (owned);
  f->use = use;
  f->in_memory = fstatfs (f->fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
  atomic_init (&f->length, length);
  return &TAKE_PTR (f)->b;
}
