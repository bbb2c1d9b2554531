/* A failing disk: see faults.h.  The linker leads the calls here. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "faults.h"
#include "iov.h"
#include "io.h"
#include "vector.h"

#define SECTOR 512

/* What a flush that fails takes back. */
struct change {
  int fd;
  uint64_t offset;
  size_t len;
  char *old;
};
DEFINE_VECTOR (change_vector, struct change)

static struct faults own;
static struct change_vector changes;
struct faults *faults = &own;

ssize_t __real_preadv (int, const struct iovec *, int, off_t);
ssize_t __real_preadv2 (int, const struct iovec *, int, off_t, int);
ssize_t __real_pwritev (int, const struct iovec *, int, off_t);
int __real_fdatasync (int);
int __real_fallocate (int, int, off_t, off_t);
ssize_t __wrap_preadv (int, const struct iovec *, int, off_t);
ssize_t __wrap_preadv2 (int, const struct iovec *, int, off_t, int);
ssize_t __wrap_pwritev (int, const struct iovec *, int, off_t);
int __wrap_fdatasync (int);
int __wrap_fallocate (int, int, off_t, off_t);

static void __attribute__ ((constructor))
share (void)
{
  const char *name = getenv ("BATHYSCOPE_FAULTS");
  int fd = name ? open (name, O_RDWR | O_CLOEXEC) : -1;
  void *map;

  if (!name)
    return;
  map = mmap (NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) {
    fprintf (stderr, "faults: %s: %s\n", name, strerror (errno));
    _exit (1);
  }
  faults = map;
  close (fd);
}

static void
forget_changes (bool take_back)
{
  while (changes.len > 0) {
    struct change *c = &changes.ptr[--changes.len];

    if (take_back)
      (void) pwrite_full (c->fd, c->old, c->len, c->offset);
    free (c->old);
  }
}

static void
remember (int fd, uint64_t offset, size_t len)
{
  struct change c = { fd, offset, len, calloc (1, len + 1) };

  if (!faults->forget || !c.old || pread_full (fd, c.old, len, offset) == -1
      || change_vector_append (&changes, c) == -1)
    free (c.old);
}

void
faults_reset (void)
{
  struct faults kept = *faults;

  forget_changes (false);
  *faults = (struct faults) { .skip_flush = kept.skip_flush };
  memcpy (faults->files, kept.files, sizeof kept.files);
}

static bool
is_ours (int fd)
{
  struct stat st;
  bool any = false;

  for (size_t i = 0; i < sizeof faults->files / sizeof faults->files[0]; ++i)
    any |= faults->files[i] != 0;
  if (!any)
    return true;
  if (fstat (fd, &st) == -1)
    return false;
  for (size_t i = 0; i < sizeof faults->files / sizeof faults->files[0]; ++i)
    if (faults->files[i] == st.st_ino)
      return true;
  return false;
}

/* The new number. */
static uint64_t
add (uint64_t *n, uint64_t more)
{
  return __atomic_add_fetch (n, more, __ATOMIC_RELAXED);
}

/* Disks have threads of their own. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Count; is this one to fail?  Sets errno and *ret_short then. */
static bool
fails (enum fault_operation operation, bool *ret_short)
{
  CLEANUP_UNLOCK (&lock);
  const uint64_t n = add (&faults->count[operation], 1);

  if (faults->operation != operation || faults->nth == 0
      || !(n == faults->nth || (faults->stay && n > faults->nth)))
    return false;
  (void) add (&faults->fired, 1);
  errno = faults->error == FAULT_SHORT ? ENOSPC : faults->error;
  *ret_short = faults->error == FAULT_SHORT;
  return true;
}

ssize_t
__wrap_preadv (int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
  bool half;

  if (is_ours (fd) && fails (FAULT_READ, &half))
    return -1;
  return __real_preadv (fd, iov, iovcnt, offset);
}

ssize_t
__wrap_preadv2 (int fd, const struct iovec *iov, int iovcnt, off_t offset,
                int flags)
{
  bool half;

  if (is_ours (fd) && fails (FAULT_READ, &half))
    return -1;
  return __real_preadv2 (fd, iov, iovcnt, offset, flags);
}

/* The first half, in whole sectors; then nothing fits any more. */
static ssize_t
write_half (int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
  size_t half = iov_length (iov, iovcnt) / 2 / SECTOR * SECTOR;
  CLEANUP_FREE struct iovec *part = NULL;
  int cnt = 0;

  part = half > 0 ? iov_slice (iov, iovcnt, 0, half, 0, &cnt) : NULL;
  if (!part) {
    errno = ENOSPC;
    return -1;
  }
  /* The caller tries the rest next, which is the next write. */
  {
    CLEANUP_UNLOCK (&lock);

    faults->nth++;
    faults->error = ENOSPC;
  }
  return __real_pwritev (fd, part, cnt, offset);
}

ssize_t
__wrap_pwritev (int fd, const struct iovec *iov, int iovcnt, off_t offset)
{
  bool half;

  if (!is_ours (fd))
    return __real_pwritev (fd, iov, iovcnt, offset);
  if (fails (FAULT_WRITE, &half)) {
    if (half)
      remember (fd, offset, iov_length (iov, iovcnt));
    add (&faults->unflushed, 1);
    return half ? write_half (fd, iov, iovcnt, offset) : -1;
  }
  remember (fd, offset, iov_length (iov, iovcnt));
  add (&faults->unflushed, 1);
  return __real_pwritev (fd, iov, iovcnt, offset);
}

int
__wrap_fdatasync (int fd)
{
  const uint64_t before = add (&faults->unflushed, 0);
  bool half;

  if (!is_ours (fd))
    return __real_fdatasync (fd);
  if (fails (FAULT_FLUSH, &half)) {
    int saved = errno;

    forget_changes (true);
    errno = saved;
    return -1;
  }
  if (!faults->skip_flush && __real_fdatasync (fd) == -1)
    return -1;
  forget_changes (false);
  add (&faults->unflushed, -before);
  return 0;
}

int
__wrap_fallocate (int fd, int mode, off_t offset, off_t len)
{
  bool half;

  if (!is_ours (fd))
    return __real_fallocate (fd, mode, offset, len);
  if (fails (FAULT_DISCARD, &half))
    return -1;
  remember (fd, offset, len);
  add (&faults->unflushed, 1);
  return __real_fallocate (fd, mode, offset, len);
}
