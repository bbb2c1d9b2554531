/* Overwriting with zeroes and other patterns; trimming. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "actions.h"
#include "command.h"
#include "device.h"
#include "guestpath.h"
#include "transfer.h"

#define CHUNK (UINT64_C (32) << 20) /* zeroed between reports of progress */
#define BUFFER (1 << 20)
#define HEAD (128 * 1024) /* what `zero` overwrites */

/* --- devices ------------------------------------------------------------------- */

static int
zero_range (const char *device, uint64_t limit, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDWR, err);
  uint64_t size = 0, done;

  if (fd == -1)
    return -1;
  if (ioctl (fd, BLKGETSIZE64, &size) == -1)
    return error_errno (err, "%s", device);
  if (size > limit)
    size = limit;
  for (done = 0; done < size; ) {
    uint64_t range[2] = { done, size - done < CHUNK ? size - done : CHUNK };

    if (ioctl (fd, BLKZEROOUT, range) == -1)
      return error_errno (err, "%s: cannot write zeroes", device);
    done += range[1];
    notify_progress (done, size);
  }
  if (fsync (fd) == -1)
    return error_errno (err, "%s", device);
  return 0;
}

int
do_zero (const char *device, struct error *err)
{
  return zero_range (device, HEAD, err);
}

int
do_zero_device (const char *device, struct error *err)
{
  return zero_range (device, UINT64_MAX, err);
}

int
do_zerofree (const char *device, struct error *err)
{
  return run (NULL, err, "zerofree", device, NULL);
}

/* --- free space ------------------------------------------------------------------ */

#define MAX_FILES 1024 /* where files cannot be large: FAT has 4 GB */

/* A file without a name, so that it is gone whatever happens.  Where there are
 * none, one whose name goes at once. */
static int
open_nameless (const char *directory, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (directory, O_TMPFILE | O_WRONLY, 0600,
                                     err);
  CLEANUP_CLOSE int dir = -1;
  char name[40];

  if (fd >= 0 || err->errnum != EOPNOTSUPP)
    return TAKE_FD (fd);
  error_clear (err);
  dir = guest_open (directory, O_RDONLY | O_DIRECTORY, 0, err);
  if (dir == -1)
    return -1;
  snprintf (name, sizeof name, ".zeroes-%08lx", random ());
  fd = openat (dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               0600);
  if (fd == -1 || unlinkat (dir, name, 0) == -1)
    return error_errno (err, "%s: %s", directory, name);
  return TAKE_FD (fd);
}

/* Write zeroes to one file until there is no room in it: 1 when another may have
 * some, 0 when the disk is full. */
static int
fill_file (int fd, const char *directory, uint64_t *done, uint64_t total,
           struct error *err)
{
  CLEANUP_FREE char *buf = calloc (1, BUFFER);
  ssize_t n;

  if (!buf)
    return error_errno (err, "%s", directory);
  while ((n = write (fd, buf, BUFFER)) > 0) {
    *done += n;
    notify_progress (*done < total ? *done : total, total);
    if (is_cancelled ())
      return error_set (err, ECANCELED, "%s: cancelled", directory);
  }
  if (n == -1 && errno == EFBIG)
    return 1;
  if (n == -1 && errno != ENOSPC)
    return error_errno (err, "%s", directory);
  return 0;
}

/* Fill the space that is left with zeroes. */
static int
fill (const char *directory, int *fds, size_t *nr, struct error *err)
{
  uint64_t total = 0, done = 0;
  struct statvfs st;
  int r = 1;

  while (r == 1 && *nr < MAX_FILES) {
    int fd = open_nameless (directory, err);

    if (fd == -1) {
      if (*nr == 0 || err->errnum != ENOSPC)
        return -1;
      error_clear (err);
      break;
    }
    fds[(*nr)++] = fd;
    if (*nr == 1) {
      if (fstatvfs (fd, &st) == -1)
        return error_errno (err, "%s", directory);
      total = (uint64_t) st.f_bfree * st.f_frsize;
    }
    r = fill_file (fd, directory, &done, total, err);
    if (r == -1)
      return -1;
    /* The zeroes have to reach the device before the blocks are given back. */
    if (fdatasync (fd) == -1 && errno != ENOSPC)
      return error_errno (err, "%s", directory);
  }
  notify_progress (total, total);
  return 0;
}

int
do_zero_free_space (const char *directory, struct error *err)
{
  CLEANUP_FREE int *fds = calloc (MAX_FILES, sizeof *fds);
  size_t nr = 0;
  int r;

  if (!fds)
    return error_errno (err, "%s", directory);
  r = fill (directory, fds, &nr, err);
  while (nr > 0)
    close (fds[--nr]);
  return r;
}

int
do_fstrim (const char *mountpoint, const struct guestfs_fstrim_argv *o,
           struct error *err)
{
  struct fstrim_range range = { .start = 0, .len = UINT64_MAX };
  CLEANUP_CLOSE int fd = -1;

  if (((o->bitmask & GUESTFS_FSTRIM_OFFSET_BITMASK) && o->offset < 0)
      || ((o->bitmask & GUESTFS_FSTRIM_LENGTH_BITMASK) && o->length <= 0)
      || ((o->bitmask & GUESTFS_FSTRIM_MINIMUMFREEEXTENT_BITMASK)
          && o->minimumfreeextent <= 0))
    return error_set (err, EINVAL, "offset, length and minimumfreeextent must "
                      "not be negative, the last two not zero");
  if (o->bitmask & GUESTFS_FSTRIM_OFFSET_BITMASK)
    range.start = o->offset;
  if (o->bitmask & GUESTFS_FSTRIM_LENGTH_BITMASK)
    range.len = o->length;
  if (o->bitmask & GUESTFS_FSTRIM_MINIMUMFREEEXTENT_BITMASK)
    range.minlen = o->minimumfreeextent;
  fd = guest_open (mountpoint, O_RDONLY | O_DIRECTORY, 0, err);
  if (fd == -1)
    return -1;
  if (ioctl (fd, FITRIM, &range) == -1)
    return error_errno (err, "%s: cannot trim", mountpoint);
  return 0;
}

/* --- scrub -------------------------------------------------------------------------- */

int
do_scrub_device (const char *device, struct error *err)
{
  return run (NULL, err, "scrub", device, NULL);
}

/* The program gets a path that was opened first, so that no link of the guest
 * is followed; it inherits no descriptor, hence the path of this process. */
static int
scrub (const char *path, int flags, const char *option, const char *below,
       struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, flags, 0, err);
  char name[96];

  if (fd == -1)
    return -1;
  snprintf (name, sizeof name, "/proc/%d/fd/%d%s", (int) getpid (), fd, below);
  return option ? run (NULL, err, "scrub", option, name, NULL)
    : run (NULL, err, "scrub", name, NULL);
}

int
do_scrub_file (const char *file, struct error *err)
{
  if (scrub (file, O_RDONLY | O_NONBLOCK, NULL, "", err) == -1)
    return -1;
  return do_rm (file, err);
}

int
do_scrub_freespace (const char *dir, struct error *err)
{
  CLEANUP_ERROR struct error there = ERROR_INIT;
  bool is_new = do_mkdir (dir, &there) == 0;
  int r;

  if (!is_new && there.errnum != EEXIST) {
    error_move (err, &there);
    return -1;
  }
  r = scrub (dir, O_RDONLY | O_DIRECTORY, "-X", "/scrub-free-space", err);
  if (is_new && do_rmdir (dir, r == -1 ? NULL : err) == -1)
    r = -1;
  return r;
}
