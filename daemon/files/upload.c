/* upload and download, whole files or parts; pread and pwrite. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "actions.h"
#include "guestfile.h"
#include "io.h"
#include "transfer.h"

static int
check_offset (const char *what, int64_t n, struct error *err)
{
  if (n < 0)
    return error_set (err, EINVAL, "%s %lld is negative", what, (long long) n);
  return 0;
}

static int
upload_to (const char *name, int flags, int64_t offset, struct error *err)
{
  CLEANUP_CLOSE int fd = devpath_open (name, O_WRONLY | flags, err);

  if (fd == -1)
    return -1;
  if (offset > 0 && lseek (fd, offset, SEEK_SET) == -1)
    return error_errno (err, "%s: seek", name);
  if (receive_file_to_fd (fd, err) == -1)
    return error_prefix (err, "%s", name);
  return file_close (&fd, name, err);
}

int
do_upload (const char *remotefilename, struct error *err)
{
  return upload_to (remotefilename, O_CREAT | O_TRUNC, 0, err);
}

int
do_upload_offset (const char *remotefilename, int64_t offset,
                  struct error *err)
{
  if (check_offset ("offset", offset, err) == -1)
    return -1;
  return upload_to (remotefilename, O_CREAT, offset, err);
}

int
do_download (const char *remotefilename, struct error *err)
{
  CLEANUP_CLOSE int fd = devpath_open (remotefilename, O_RDONLY, err);
  struct stat st;

  if (fd == -1)
    return -1;
  if (fstat (fd, &st) == 0 && S_ISDIR (st.st_mode))
    return error_set (err, EISDIR, "%s: is a directory", remotefilename);
  if (send_fd (fd, UINT64_MAX, err) == -1)
    return error_prefix (err, "%s", remotefilename);
  return send_end (err);
}

int
do_download_offset (const char *remotefilename, int64_t offset, int64_t size,
                    struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  int64_t available;

  if (check_offset ("offset", offset, err) == -1
      || check_offset ("size", size, err) == -1
      || (fd = devpath_open (remotefilename, O_RDONLY, err)) == -1
      || (available = file_size_fd (fd, remotefilename, err)) == -1)
    return -1;
  if (offset > available || size > available - offset)
    return error_set (err, EINVAL, "%s: %lld bytes at %lld are beyond its end "
                      "at %lld", remotefilename, (long long) size,
                      (long long) offset, (long long) available);
  if (lseek (fd, offset, SEEK_SET) == -1)
    return error_errno (err, "%s: seek", remotefilename);
  if (send_fd (fd, size, err) == -1)
    return error_prefix (err, "%s", remotefilename);
  return send_end (err);
}

/* ---- pread and pwrite -------------------------------------------------- */

static char *
read_part (int fd, const char *path, int count, int64_t offset,
           size_t *ret_size, struct error *err)
{
  CLEANUP_FREE char *buf = NULL;
  int64_t size;
  ssize_t n;

  if (check_offset ("count", count, err) == -1
      || check_offset ("offset", offset, err) == -1
      || (size = file_size_fd (fd, path, err)) == -1)
    return NULL;
  /* No more memory than the file can fill; some files have no size. */
  if (size > 0 && offset < size && count > size - offset)
    count = size - offset;
  buf = malloc ((size_t) count + 1);
  n = buf ? pread_full (fd, buf, count, offset) : -1;
  if (n == -1) {
    error_errno (err, "%s", path);
    return NULL;
  }
  buf[n] = '\0';
  *ret_size = n;
  return TAKE_PTR (buf);
}

char *
do_pread (const char *path, int count, int64_t offset, size_t *ret_size,
          struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_read (path, err);

  return fd == -1 ? NULL : read_part (fd, path, count, offset, ret_size, err);
}

char *
do_pread_device (const char *device, int count, int64_t offset,
                 size_t *ret_size, struct error *err)
{
  CLEANUP_CLOSE int fd = devpath_open (device, O_RDONLY, err);

  return fd == -1 ? NULL : read_part (fd, device, count, offset, ret_size, err);
}

static int
write_part (int fd, const char *path, const char *content, size_t size,
            int64_t offset, struct error *err)
{
  ssize_t n;

  if (check_offset ("offset", offset, err) == -1)
    return -1;
  do
    n = pwrite (fd, content, size, offset);
  while (n == -1 && errno == EINTR);
  if (n == -1)
    return error_errno (err, "%s", path);
  return n;
}

int
do_pwrite (const char *path, const char *content, size_t content_size,
           int64_t offset, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_write (path, 0, err);
  int n;

  if (fd == -1
      || (n = write_part (fd, path, content, content_size, offset, err)) == -1
      || file_close (&fd, path, err) == -1)
    return -1;
  return n;
}

int
do_pwrite_device (const char *device, const char *content, size_t content_size,
                  int64_t offset, struct error *err)
{
  CLEANUP_CLOSE int fd = devpath_open (device, O_WRONLY, err);
  int n;

  if (fd == -1
      || (n = write_part (fd, device, content, content_size, offset, err)) == -1
      || file_close (&fd, device, err) == -1)
    return -1;
  return n;
}
