/* What the calls on btrfs share: see btrfs.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "btrfs.h"
#include "guestpath.h"

#define QGROUP_LEVEL_SHIFT 48

int
btrfs_open (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
                                     err);
  struct statfs fs;

  if (fd == -1)
    return -1;
  if (fstatfs (fd, &fs) == -1)
    return error_errno (err, "%s", path);
  if (fs.f_type != BTRFS_SUPER_MAGIC)
    return error_set (err, EINVAL, "%s is not on a btrfs filesystem", path);
  return TAKE_FD (fd);
}

int
btrfs_open_mountpath (const struct mountable *fs, bool writable,
                      struct mountpoint *m, struct error *err)
{
  CLEANUP_FREE char *options = NULL;
  int fd;

  if (!fs->device)
    return btrfs_open (fs->string, err);
  if (fs->volume && asprintf (&options, "subvol=%s", fs->volume) == -1) {
    options = NULL;
    return error_errno (err, "%s", fs->string);
  }
  if ((writable ? mountpoint_mount_writable : mountpoint_mount)
      (m, fs->device, "btrfs", options, err) == -1)
    return -1;
  fd = open (m->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd == -1 ? error_errno (err, "%s", fs->string) : fd;
}

int
btrfs_failed (enum btrfs_util_error e, const char *what, struct error *err)
{
  const char *text = btrfs_util_strerror (e);

  return error_errno (err, "%s: %s", what, text ? text : "btrfs");
}

/* Digits only, at most `max`. */
static int
parse_number (const char **p, uint64_t max, uint64_t *ret)
{
  char *end;

  if (!isdigit ((unsigned char) **p))
    return -1;
  errno = 0;
  *ret = strtoull (*p, &end, 10);
  if (errno || *ret > max)
    return -1;
  *p = end;
  return 0;
}

int
btrfs_parse_qgroup (const char *text, uint64_t *ret, struct error *err)
{
  const uint64_t id_max = (UINT64_C (1) << QGROUP_LEVEL_SHIFT) - 1;
  const char *p = text;
  uint64_t level = 0, id;
  int r = parse_number (&p, id_max, &id);

  if (r == 0 && *p == '/') {
    ++p;
    level = id;
    r = level > UINT16_MAX ? -1 : parse_number (&p, id_max, &id);
  }
  if (r == -1 || *p)
    return error_set (err, EINVAL, "\"%s\" is not LEVEL/ID of a quota group",
                      text);
  *ret = level << QGROUP_LEVEL_SHIFT | id;
  return 0;
}
