/* The entrance to the block layer: opening by format, and the checked
 * operations that devices call.  See block.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "block.h"
#include "checked.h"
#include "file.h"
#include "io.h"
#include "iov.h"
#include "qcow2.h"

#define ZERO_CHUNK (1024 * 1024)

static int
check_range (struct block *b, uint64_t offset, uint64_t len, bool write,
             struct error *err)
{
  if (!range_fits (offset, len, b->size))
    return error_set (err, EINVAL, "%s: %llu bytes at %llu do not lie within"
                      " the disk of %llu bytes", b->name,
                      (unsigned long long) len, (unsigned long long) offset,
                      (unsigned long long) b->size);
  if (write && b->readonly)
    return error_set (err, EROFS, "%s: the disk is read-only", b->name);
  return 0;
}

int
block_preadv (struct block *b, const struct iovec *iov, int iovcnt,
              uint64_t offset, struct error *err)
{
  if (check_range (b, offset, iov_length (iov, iovcnt), false, err) == -1)
    return -1;
  return b->ops->preadv (b, iov, iovcnt, offset, err);
}

enum block_now
block_read_now (struct block *b, const struct iovec *iov, int iovcnt,
                uint64_t offset, bool idle)
{
  return b->ops->preadv_now
    ? b->ops->preadv_now (b, iov, iovcnt, offset, idle) : BLOCK_WAITS;
}

enum block_now
block_preadv_now (struct block *b, const struct iovec *iov, int iovcnt,
                  uint64_t offset, bool idle)
{
  if (check_range (b, offset, iov_length (iov, iovcnt), false, NULL) == -1)
    return BLOCK_WAITS;
  return block_read_now (b, iov, iovcnt, offset, idle);
}

int
block_pwritev (struct block *b, const struct iovec *iov, int iovcnt,
               uint64_t offset, struct error *err)
{
  if (check_range (b, offset, iov_length (iov, iovcnt), true, err) == -1)
    return -1;
  return b->ops->pwritev (b, iov, iovcnt, offset, err);
}

int
block_pread (struct block *b, void *buf, size_t len, uint64_t offset,
             struct error *err)
{
  struct iovec iov = { buf, len };

  return block_preadv (b, &iov, 1, offset, err);
}

int
block_pwrite (struct block *b, const void *buf, size_t len, uint64_t offset,
              struct error *err)
{
  struct iovec iov = { (void *) buf, len };

  return block_pwritev (b, &iov, 1, offset, err);
}

int
block_extent (struct block *b, uint64_t offset, uint64_t len,
              uint64_t *ret_len, bool *ret_zero, struct error *err)
{
  if (check_range (b, offset, len, false, err) == -1)
    return -1;
  if (b->ops->extent)
    return b->ops->extent (b, offset, len, ret_len, ret_zero, err);
  *ret_len = len;
  *ret_zero = false;
  return 0;
}

int
block_flush (struct block *b, struct error *err)
{
  return b->readonly ? 0 : b->ops->flush (b, err);
}

int
block_discard (struct block *b, uint64_t offset, uint64_t len,
               struct error *err)
{
  if (check_range (b, offset, len, true, err) == -1)
    return -1;
  if (len == 0 || !b->ops->discard)
    return 0;
  return b->ops->discard (b, offset, len, err);
}

int
block_write_zero_bytes (struct block *b, uint64_t offset, uint64_t len,
                        struct error *err)
{
  CLEANUP_FREE char *zeroes = calloc (1, len < ZERO_CHUNK ? len : ZERO_CHUNK);

  if (!zeroes)
    return error_errno (err, "%s", b->name);
  while (len > 0) {
    size_t n = len < ZERO_CHUNK ? len : ZERO_CHUNK;
    struct iovec iov = { zeroes, n };

    if (b->ops->pwritev (b, &iov, 1, offset, err) == -1)
      return -1;
    offset += n;
    len -= n;
  }
  return 0;
}

int
block_write_zeroes (struct block *b, uint64_t offset, uint64_t len, int flags,
                    struct error *err)
{
  if (check_range (b, offset, len, true, err) == -1)
    return -1;
  if (len == 0)
    return 0;
  if (b->ops->write_zeroes)
    return b->ops->write_zeroes (b, offset, len, flags, err);
  return block_write_zero_bytes (b, offset, len, err);
}

int
block_free (struct block *b, struct error *err)
{
  int r = 0;

  while (b) {
    struct block *next = b->next;

    if (b->ops->close (b, err) == -1)
      r = -1;
    free (b->name);
    free (b);
    b = next;
  }
  return r;
}

/* A compressed disk image of macOS ends with a block that begins so. */
static bool
is_dmg (int fd)
{
  off_t size = lseek (fd, 0, SEEK_END);
  char magic[4];

  return size > 512 && pread_full (fd, magic, 4, size - 512) == 4
    && memcmp (magic, "koly", 4) == 0;
}

/* A file that is too short for any magic is raw. */
const char *
block_look (int fd, const char *name, struct error *err)
{
  char head[BLOCK_PROBE_SIZE];
  struct block *ground;
  const char *format;
  ssize_t n;

  /* Says what is wrong with directories and the like. */
  ground = file_new (fcntl (fd, F_DUPFD_CLOEXEC, 0), name, FILE_GROUND, true,
                     err);
  if (!ground)
    return NULL;
  block_free (ground, NULL);
  n = pread_full (fd, head, sizeof head, 0);
  if (n == -1) {
    error_errno (err, "%s", name);
    return NULL;
  }
  format = block_probe_format (head, n);
  return strcmp (format, "raw") == 0 && is_dmg (fd) ? "dmg" : format;
}

static struct block *
open_raw (int fd, const char *name, bool readonly, struct error *err)
{
  struct block *b = file_new (fd, name, FILE_RAW, readonly, err);

  if (b && b->size == 0) {
    error_set (err, EINVAL, "%s: the image is empty (0 bytes)", name);
    block_free (b, NULL);
    return NULL;
  }
  return b;
}

/* Formats that are known but not read here. */
static const char *const foreign_formats[] = {
  "qcow", "qed", "vmdk", "vhdx", "vpc", "vdi", "parallels", "cloop", "bochs",
  "dmg",
};

bool
block_is_foreign (const char *format)
{
  for (size_t i = 0; i < sizeof foreign_formats / sizeof foreign_formats[0];
       ++i)
    if (strcmp (format, foreign_formats[i]) == 0)
      return true;
  return false;
}

static void
refuse_format (const char *name, const char *format, struct error *err)
{
  if (block_is_foreign (format))
    error_set (err, ENOTSUP, "%s: an image of format '%s' cannot be opened"
               " here unless the format is given; or convert it with 'qemu-img convert -f"
               " %s -O qcow2 IMAGE NEW.qcow2'", name, format, format);
  else
    error_set (err, EINVAL, "%s: unknown disk format '%s'", name, format);
}

static struct block *
look_and_open_on (struct block *ground, bool readonly,
                  const struct block_opener *opener, struct error *err)
{
  char head[BLOCK_PROBE_SIZE];
  struct iovec iov = { head, sizeof head };

  if (ground->ops->preadv (ground, &iov, 1, 0, err) == -1) {
    (void) block_free (ground, NULL);
    return NULL;
  }
  return block_open_on (ground, block_probe_format (head, sizeof head),
                        readonly, opener, err);
}

struct block *
block_open_on (struct block *ground, const char *format, bool readonly,
               const struct block_opener *opener, struct error *err)
{
  if (!format || !*format)
    return look_and_open_on (ground, readonly, opener, err);
  if (strcmp (format, "raw") == 0)
    return ground;
  if (strcmp (format, "qcow2") == 0)
    return qcow2_open_on (ground, readonly, opener, err);
  refuse_format (ground->name, format, err);
  (void) block_free (ground, NULL);
  return NULL;
}

struct block *
block_open (int fd, const char *name, const char *format, bool readonly,
            const struct block_opener *opener, struct error *err)
{
  CLEANUP_CLOSE int owned = fd;

  if (!format || !*format) {
    format = block_look (fd, name, err);
    if (!format)
      return NULL;
  }
  if (strcmp (format, "raw") == 0)
    return open_raw (TAKE_FD (owned), name, readonly, err);
  if (strcmp (format, "qcow2") == 0)
    return qcow2_open (TAKE_FD (owned), name, readonly, opener, NULL, err);
  refuse_format (name, format, err);
  return NULL;
}
