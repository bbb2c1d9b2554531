/* Opening, reading and writing files of the guest: see guestfile.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysinfo.h>

#include "guestfile.h"
#include "guestpath.h"
#include "io.h"

int
file_open_read (const char *path, struct error *err)
{
  return guest_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, err);
}

int
file_open_meta (const char *path, bool follow, struct error *err)
{
  return guest_open (path, O_PATH | (follow ? 0 : O_NOFOLLOW), 0, err);
}

int
file_open_write (const char *path, int flags, struct error *err)
{
  return guest_open (path, O_WRONLY | O_NONBLOCK | O_NOCTTY | flags,
                     flags & O_CREAT ? 0666 : 0, err);
}

int
file_open_dir (const char *path, struct error *err)
{
  return guest_open (path, O_RDONLY | O_DIRECTORY, 0, err);
}

int
devpath_open (const char *path, int flags, struct error *err)
{
  int fd;

  if (!is_device_name (path))
    return guest_open (path, flags | O_NONBLOCK | O_NOCTTY,
                       flags & O_CREAT ? 0666 : 0, err);
  fd = open (path, (flags & ~(O_CREAT | O_TRUNC | O_EXCL)) | O_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "%s", path);
  return fd;
}

/* Would `size` more bytes, and their copy in the reply, fit in memory?  Asked
 * only for large files, so that the kernel does not kill the daemon. */
static int
check_memory (uint64_t size, const char *path, struct error *err)
{
  struct sysinfo info;
  uint64_t available;

  if (size < 16 * IO_PIECE)
    return 0;
  if (sysinfo (&info) == -1)
    return error_errno (err, "sysinfo");
  available = ((uint64_t) info.freeram + info.bufferram + info.freeswap)
    * info.mem_unit;
  /* The page cache counts as used here although it can be dropped. */
  available += (uint64_t) info.totalram * info.mem_unit / 4;
  if (size > available / 2)
    return error_set (err, ENOMEM, "%s: the file has %llu bytes, which do not "
                      "fit in the memory of the appliance; use download, or "
                      "set_memsize", path, (unsigned long long) size);
  return 0;
}

char *
file_read_fd (int fd, const char *path, size_t *ret_len, struct error *err)
{
  CLEANUP_FREE char *buf = NULL;
  size_t len = 0, size;
  struct stat st;

  if (fstat (fd, &st) == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  if (S_ISREG (st.st_mode) && check_memory (st.st_size, path, err) == -1)
    return NULL;
  size = S_ISREG (st.st_mode) && st.st_size > 0 ? st.st_size : 4096;
  buf = malloc (size + 1);
  for (;;) {
    ssize_t n;

    if (!buf) {
      error_set (err, ENOMEM, "%s: out of memory", path);
      return NULL;
    }
    n = read_full (fd, buf + len, size - len);
    if (n == -1) {
      error_errno (err, "%s", path);
      return NULL;
    }
    len += n;
    /* A regular file ends at its size: no read to find that out. */
    if (len < size || (S_ISREG (st.st_mode) && (off_t) len == st.st_size))
      break;
    if (check_memory (2 * (uint64_t) size, path, err) == -1)
      return NULL;
    size *= 2;
    char *bigger = realloc (buf, size + 1);
    if (!bigger)
      free (TAKE_PTR (buf));
    else
      buf = bigger;
  }
  buf[len] = '\0';
  if (ret_len)
    *ret_len = len;
  return TAKE_PTR (buf);
}

char *
file_read_all (const char *path, size_t *ret_len, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);

  if (fd == -1)
    return NULL;
  return file_read_fd (fd, path, ret_len, err);
}

int64_t
file_size_fd (int fd, const char *path, struct error *err)
{
  struct stat st;
  uint64_t size;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISBLK (st.st_mode))
    return st.st_size;
  if (ioctl (fd, BLKGETSIZE64, &size) == -1)
    return error_errno (err, "%s: size", path);
  return size;
}

bool
is_entry_name (const char *name)
{
  return name[0] != '\0' && strchr (name, '/') == NULL
    && strcmp (name, "..") != 0;
}

char *
io_buffer (struct error *err)
{
  static char *buffer;

  if (!buffer && !(buffer = aligned_alloc (4096, IO_PIECE)))
    error_errno (err, "buffer");
  return buffer;
}

int
file_close (int *fd, const char *path, struct error *err)
{
  if (close (TAKE_FD (*fd)) == -1)
    return error_errno (err, "%s: close", path);
  return 0;
}

char *
destination_path (const char *src, const char *dest, struct error *err)
{
  CLEANUP_CLOSE int dir = guest_open (dest, O_PATH | O_DIRECTORY, 0, NULL);
  CLEANUP_CLOSE int parent = -1;
  CLEANUP_FREE char *copy = NULL;
  const char *base;
  char *ret;

  if (dir >= 0) {
    parent = guest_open_parent (src, &base, &copy, err);
    if (parent == -1)
      return NULL;
    if (asprintf (&ret, "%s/%s", dest, base) == -1)
      ret = NULL;
  }
  else
    ret = strdup (dest);
  if (!ret)
    error_errno (err, "%s", dest);
  return ret;
}
