/* Modes, owners, times, sizes of existing files. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "actions.h"
#include "guestfile.h"
#include "guestpath.h"

int
do_chmod (int mode, const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char proc[32];

  if (mode < 0)
    return error_set (err, EINVAL, "%s: mode %d is negative", path, mode);
  fd = file_open_meta (path, true, err);
  if (fd == -1)
    return -1;
  if (chmod (guest_fd_path (fd, proc), mode & 07777) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

static int
change_owner (int owner, int group, const char *path, bool follow,
              struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, follow, err);

  if (fd == -1)
    return -1;
  if (fchownat (fd, "", owner, group, AT_EMPTY_PATH) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_chown (int owner, int group, const char *path, struct error *err)
{
  return change_owner (owner, group, path, true, err);
}

int
do_lchown (int owner, int group, const char *path, struct error *err)
{
  return change_owner (owner, group, path, false, err);
}

/* Nanoseconds -1 stand for the present time, -2 for no change. */
static long
special_nsec (int64_t nsec)
{
  return nsec == -1 ? UTIME_NOW : nsec == -2 ? UTIME_OMIT : nsec;
}

int
do_utimens (const char *path, int64_t atsecs, int64_t atnsecs, int64_t mtsecs,
            int64_t mtnsecs, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_meta (path, true, err);
  struct timespec times[2] = {
    { .tv_sec = atsecs, .tv_nsec = special_nsec (atnsecs) },
    { .tv_sec = mtsecs, .tv_nsec = special_nsec (mtnsecs) },
  };

  if (fd == -1)
    return -1;
  if (utimensat (fd, "", times, AT_EMPTY_PATH) == -1)
    return error_errno (err, "%s", path);
  return 0;
}

int
do_truncate_size (const char *path, int64_t size, struct error *err)
{
  CLEANUP_CLOSE int fd = file_open_write (path, 0, err);

  if (fd == -1)
    return -1;
  if (ftruncate (fd, size) == -1)
    return error_errno (err, "%s", path);
  return file_close (&fd, path, err);
}

int
do_truncate (const char *path, struct error *err)
{
  return do_truncate_size (path, 0, err);
}

int
do_fallocate64 (const char *path, int64_t len, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  int r;

  if (len < 0)
    return error_set (err, EINVAL, "%s: length %lld is negative", path,
                      (long long) len);
  fd = file_open_write (path, O_CREAT | O_TRUNC, err);
  if (fd == -1)
    return -1;
  /* Filesystems without the system call are written to by the C library. */
  r = len == 0 ? 0 : posix_fallocate (fd, 0, len);
  if (r != 0) {
    errno = r;
    return error_errno (err, "%s", path);
  }
  return file_close (&fd, path, err);
}

int
do_fallocate (const char *path, int len, struct error *err)
{
  return do_fallocate64 (path, len, err);
}

int
do_get_umask (struct error *err)
{
  mode_t mask = umask (022);

  umask (mask);
  return mask;
}
