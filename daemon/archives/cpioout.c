/* cpio_out: a directory as a cpio archive, in the "new ASCII" format that
 * initial ramdisks have (magic 070701), or the one with checksums (070702).
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "actions.h"
#include "dirscan.h"
#include "dispatch.h"
#include "guestfile.h"
#include "strbuf.h"
#include "transfer.h"

struct cpio {
  bool with_checksum;
  struct strbuf out;
};

static void
cpio_release (struct cpio *c)
{
  strbuf_release (&c->out);
}

static int
put (struct cpio *c, const void *data, size_t len, struct error *err)
{
  if (strbuf_add (&c->out, data, len) == -1)
    return error_errno (err, "cpio");
  if (c->out.len < IO_PIECE / 2)
    return 0;
  if (send_chunk (c->out.data, c->out.len, err) == -1)
    return -1;
  c->out.len = 0;
  return 0;
}

/* Headers with their name, and contents, fill up to four bytes. */
static int
pad (struct cpio *c, uint64_t len, struct error *err)
{
  return put (c, "\0\0", len % 4 ? 4 - len % 4 : 0, err);
}

static int
put_header (struct cpio *c, const char *name, const struct stat *st,
            uint32_t size, uint32_t checksum, struct error *err)
{
  size_t name_len = strlen (name) + 1;
  char header[111];

  snprintf (header, sizeof header,
            "%s%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
            c->with_checksum ? "070702" : "070701", (uint32_t) st->st_ino,
            st->st_mode, st->st_uid, st->st_gid, (uint32_t) st->st_nlink,
            (uint32_t) st->st_mtime, size, major (st->st_dev),
            minor (st->st_dev), major (st->st_rdev), minor (st->st_rdev),
            (uint32_t) name_len, checksum);
  if (put (c, header, 110, err) == -1 || put (c, name, name_len, err) == -1)
    return -1;
  return pad (c, 110 + name_len, err);
}

static int
sum_contents (int fd, uint32_t *ret, const char *path, struct error *err)
{
  char *buf = io_buffer (err);
  uint32_t sum = 0;
  ssize_t n, i;

  if (!buf)
    return -1;
  while ((n = read (fd, buf, IO_PIECE)) > 0)
    for (i = 0; i < n; i++)
      sum += (unsigned char) buf[i];
  if (n == -1 || lseek (fd, 0, SEEK_SET) == -1)
    return error_errno (err, "%s", path);
  *ret = sum;
  return 0;
}

static int
put_contents (struct cpio *c, int fd, uint64_t size, const char *path,
              struct error *err)
{
  char *buf = io_buffer (err);
  uint64_t done = 0;

  if (!buf)
    return -1;
  while (done < size) {
    size_t want = size - done < IO_PIECE ? size - done : IO_PIECE;
    ssize_t n = read (fd, buf, want);

    if (n == -1)
      return error_errno (err, "%s", path);
    if (n == 0)
      return error_set (err, EIO, "%s: became shorter", path);
    if (put (c, buf, n, err) == -1)
      return -1;
    done += n;
  }
  return pad (c, size, err);
}

static int
put_link (struct cpio *c, const struct walk_entry *e, const struct stat *st,
          struct error *err)
{
  char target[4096];
  ssize_t n = readlinkat (e->dirfd, e->name, target, sizeof target);

  if (n == -1)
    return error_errno (err, "%s", e->path);
  if (put_header (c, e->path, st, n, 0, err) == -1
      || put (c, target, n, err) == -1)
    return -1;
  return pad (c, n, err);
}

static int
cpio_visit (void *opaque, const struct walk_entry *e, struct error *err)
{
  struct cpio *c = opaque;
  CLEANUP_CLOSE int fd = -1;
  uint32_t sum = 0;
  struct stat st;

  if (e->type != DT_REG) {
    if (fstatat (e->dirfd, e->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
      return error_errno (err, "%s", e->path);
    if (S_ISLNK (st.st_mode))
      return put_link (c, e, &st, err);
    return put_header (c, e->path, &st, 0, 0, err);
  }
  fd = openat (e->dirfd, e->name,
               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd == -1 || fstat (fd, &st) == -1)
    return error_errno (err, "%s", e->path);
  if (st.st_size > UINT32_MAX)
    return error_set (err, EFBIG, "%s: too large for cpio", e->path);
  if (c->with_checksum && sum_contents (fd, &sum, e->path, err) == -1)
    return -1;
  if (put_header (c, e->path, &st, st.st_size, sum, err) == -1)
    return -1;
  return put_contents (c, fd, st.st_size, e->path, err);
}

static int
finish (struct cpio *c, struct error *err)
{
  const struct stat none = { .st_nlink = 1 };

  if (put_header (c, "TRAILER!!!", &none, 0, 0, err) == -1)
    return -1;
  if (c->out.len > 0 && send_chunk (c->out.data, c->out.len, err) == -1)
    return -1;
  return send_end (err);
}

int
do_cpio_out (const char *directory, const struct guestfs_cpio_out_argv *optargs,
             struct error *err)
{
  CLEANUP (cpio_release) struct cpio c = { .with_checksum = false };
  struct walk w = { .visit = cpio_visit, .opaque = &c };
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  if (optargs->bitmask & GUESTFS_CPIO_OUT_FORMAT_BITMASK) {
    c.with_checksum = strcmp (optargs->format, "crc") == 0;
    if (!c.with_checksum && strcmp (optargs->format, "newc") != 0)
      return error_set (err, EINVAL, "%s: the format is newc or crc",
                        optargs->format);
  }
  if (check_path (directory, err) == -1
      || (fd = file_open_dir (directory, err)) == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", directory);
  if (put_header (&c, ".", &st, 0, 0, err) == -1
      || walk_tree (&w, fd, directory, "", err) == -1)
    return -1;
  return finish (&c, err);
}
