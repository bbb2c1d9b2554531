/* Unit tests of scatter lists, in-flight ranges, probing, files and the
 * checked operations. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include "block.h"
#include "check.h"
#include "inflight.h"
#include "iov.h"

static void
test_iov (void)
{
  char a[5] = "abcd", b[4] = "efg", out[8];
  struct iovec iov[3] = { { a, 4 }, { NULL, 0 }, { b, 3 } };
  struct iovec *part;
  int cnt = 0;

  CHECK (iov_length (iov, 3) == 7);
  part = iov_slice (iov, 3, 2, 4, 1, &cnt);
  CHECK (part && cnt == 2);
  CHECK (part[1].iov_base == a + 2 && part[1].iov_len == 2);
  CHECK (part[2].iov_base == b && part[2].iov_len == 2);
  free (part);
  part = iov_slice (iov, 3, 7, 0, 0, &cnt);
  CHECK (part && cnt == 0);
  free (part);
  iov_to_buf (iov, 3, 3, out, 3);
  CHECK (memcmp (out, "def", 3) == 0);
  iov_from_buf (iov, 3, 3, "XYZ", 3);
  CHECK (strcmp (a, "abcX") == 0 && memcmp (b, "YZg", 3) == 0);
  iov_zero (iov, 3, 1, 4);
  CHECK (memcmp (a, "a\0\0\0", 4) == 0 && memcmp (b, "\0Zg", 3) == 0);
}

static void
test_inflight (void)
{
  struct inflight f = INFLIGHT_INIT;
  struct inflight_range a, b;
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

  inflight_add (&f, &a, 10, 19);
  inflight_add (&f, &b, 30, 30);
  CHECK (inflight_next (&f, 0, 9) == 10);
  CHECK (inflight_next (&f, 0, 40) == 10);
  CHECK (inflight_next (&f, 15, 40) == 15);
  CHECK (inflight_next (&f, 20, 40) == 30);
  CHECK (inflight_next (&f, 20, 29) == 30);
  CHECK (!inflight_wait (&f, &lock, 20, 29));
  inflight_remove (&f, &a);
  CHECK (inflight_next (&f, 0, 40) == 30);
  inflight_remove (&f, &b);
  CHECK (inflight_next (&f, 0, 40) == 41);
}

static void
test_probe (void)
{
  char head[BLOCK_PROBE_SIZE] = "";

  CHECK (strcmp (block_probe_format ("", 0), "raw") == 0);
  CHECK (strcmp (block_probe_format (head, sizeof head), "raw") == 0);
  CHECK (strcmp (block_probe_format ("QFI\xfb\0\0\0\3", 8), "qcow2") == 0);
  CHECK (strcmp (block_probe_format ("QFI\xfb\0\0\0\1", 8), "qcow") == 0);
  CHECK (strcmp (block_probe_format ("QFI", 3), "raw") == 0);
  CHECK (strcmp (block_probe_format ("vhdxfile", 8), "vhdx") == 0);
  memcpy (head + 64, "\x7f\x10\xda\xbe", 4);
  CHECK (strcmp (block_probe_format (head, sizeof head), "vdi") == 0);
  CHECK (strcmp (block_probe_format (head, 67), "raw") == 0);
  CHECK (strcmp (block_probe_format (head, 68), "vdi") == 0);
}

static struct block *
open_ok (int fd, const char *format, bool readonly)
{
  struct error err = ERROR_INIT;
  struct block *b = block_open (fd, "test", format, readonly, NULL, &err);

  if (!b)
    fprintf (stderr, "block_open: %s\n", err.message);
  CHECK (b);
  return b;
}

static int
try_open (int fd, const char *format, struct error *err)
{
  struct block *b = block_open (fd, "test", format, true, NULL, err);

  CHECK (!b);
  return -1;
}

/* A size that is no multiple of 512, and writing into the rounded tail. */
static void
test_raw_tail (void)
{
  int fd = memory_file (1000), keep = dup (fd);
  struct block *b;
  char buf[512];

  CHECK (pwrite (fd, "end", 3, 997) == 3);
  b = open_ok (fd, "raw", false);
  CHECK (b->size == 1024);
  CHECK_OK (block_pread (b, buf, 512, 512, err));
  CHECK (memcmp (buf + 485, "end", 3) == 0);
  for (int i = 488; i < 512; ++i)
    CHECK (buf[i] == 0);
  memset (buf, 'x', sizeof buf);
  CHECK_OK (block_pwrite (b, buf, 512, 512, err));
  CHECK_OK (block_pread (b, buf, 512, 512, err));
  CHECK (buf[511] == 'x');
  CHECK_ERRNO (EINVAL, block_pread (b, buf, 512, 1024, err));
  CHECK_ERRNO (EINVAL, block_pwrite (b, buf, 512, UINT64_MAX - 100, err));
  CHECK_OK (block_write_zeroes (b, 0, 1024, 0, err));
  CHECK_OK (block_pread (b, buf, 512, 512, err));
  CHECK (buf[511] == 0);
  CHECK (ftruncate (keep, 100) == 0);
  CHECK_ERRNO (EIO, block_pread (b, buf, 512, 0, err));
  CHECK_OK (block_flush (b, err));
  CHECK_OK (block_free (b, err));
  close (keep);
}

static void
test_raw_zero (void)
{
  int fd = memory_file (1 << 20);
  struct block *b = open_ok (fd, NULL, false);
  static char buf[1 << 20];

  memset (buf, 'x', sizeof buf);
  CHECK_OK (block_pwrite (b, buf, sizeof buf, 0, err));
  CHECK_OK (block_write_zeroes (b, 4096, 8192, BLOCK_MAY_UNMAP, err));
  CHECK_OK (block_write_zeroes (b, 16384 + 512, 512, 0, err));
  CHECK_OK (block_discard (b, 65536, 65536, err));
  CHECK_OK (block_discard (b, 65536, 0, err));
  CHECK_OK (block_pread (b, buf, sizeof buf, 0, err));
  CHECK (buf[4095] == 'x' && buf[4096] == 0 && buf[12287] == 0);
  CHECK (buf[12288] == 'x' && buf[16895] == 'x' && buf[16896] == 0);
  CHECK (buf[17407] == 0 && buf[17408] == 'x');
  CHECK_OK (block_free (b, err));
}

static void
test_bad (void)
{
  int fd = memory_file (0);
  struct block *b;

  CHECK_ERRNO (EINVAL, try_open (dup (fd), "raw", err));
  CHECK_ERRNO (EINVAL, try_open (fd, NULL, err));
  CHECK_ERRNO (EINVAL, try_open (memory_file (512), "nonsense", err));
  CHECK_ERRNO (ENOTSUP, try_open (memory_file (512), "vmdk", err));
  CHECK_ERRNO (EISDIR, try_open (open ("/", O_RDONLY | O_CLOEXEC), NULL, err));
  CHECK_ERRNO (EBADF, try_open (-1, "raw", err));
  CHECK_ERRNO (EINVAL, try_open (open ("/dev/null", O_RDONLY), "raw", err));
  fd = memory_file (512);
  CHECK (pwrite (fd, "KDMV", 4, 0) == 4);
  CHECK_ERRNO (ENOTSUP, try_open (dup (fd), NULL, err));
  b = open_ok (fd, "raw", true);
  CHECK_ERRNO (EROFS, block_pwrite (b, "x", 1, 0, err));
  CHECK_ERRNO (EROFS, block_discard (b, 0, 512, err));
  CHECK_OK (block_free (b, err));
  CHECK_OK (block_free (NULL, err));
}

int
main (void)
{
  test_iov ();
  test_inflight ();
  test_probe ();
  test_raw_tail ();
  test_raw_zero ();
  test_bad ();
  return 0;
}
