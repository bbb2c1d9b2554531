/* Private mounts of the daemon: see mountpoint.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "mount.h"
#include "mountpoint.h"
#include "ufskind.h"

#define FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME)

/* Options to try when a filesystem cannot be mounted without: those that keep
 * it from replaying its journal, where that cannot be replayed. */
static const struct {
  const char *type, *options;
} fallbacks[] = {
  { "ext3", "noload" }, { "ext4", "noload" }, { "xfs", "norecovery" },
  { "btrfs", "rescue=nologreplay" }, { "f2fs", "norecovery" },
  { "ntfs3", "force" },
};

int
mountpoint_mount_at (const char *path, const char *device, const char *type,
                     const char *options, struct error *err)
{
  size_t i;
  int r;

  type = mount_kernel_type (type);
  if (strcmp (type, "ufs") == 0 && !options)
    options = ufs_mount_option (device);
  r = mount (device, path, type, FLAGS | MS_RDONLY, options);
  /* Mounted for writing elsewhere: share that, and restrict this mount. */
  if (r == -1 && errno == EBUSY) {
    r = mount (device, path, type, FLAGS, options);
    if (r == 0)
      (void) mount (NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | FLAGS,
                    NULL);
  }
  for (i = 0; r == -1 && errno != EBUSY && !options
       && i < sizeof fallbacks / sizeof fallbacks[0]; ++i)
    if (strcmp (fallbacks[i].type, type) == 0)
      r = mount (device, path, type, FLAGS | MS_RDONLY, fallbacks[i].options);
  return r == -1 ? error_errno (err, "%s: cannot mount as %s", device, type)
    : 0;
}

static int
make_directory (struct mountpoint *m, struct error *err)
{
  char path[] = "/tmp/mountXXXXXX";

  if (!mkdtemp (path))
    return error_errno (err, "%s", path);
  m->path = strdup (path);
  if (!m->path) {
    rmdir (path);
    return error_errno (err, "%s", path);
  }
  return 0;
}

int
mountpoint_mount (struct mountpoint *m, const char *device,
                  const char *type, const char *options, struct error *err)
{
  if (make_directory (m, err) == -1
      || mountpoint_mount_at (m->path, device, type, options, err) == -1)
    return -1;
  m->mounted = 1;
  return 0;
}

int
mountpoint_mount_writable (struct mountpoint *m, const char *device,
                           const char *type, const char *options,
                           struct error *err)
{
  if (make_directory (m, err) == -1)
    return -1;
  if (mount (device, m->path, type, FLAGS, options) == -1)
    return error_errno (err, "%s: cannot mount as %s", device, type);
  m->mounted = 1;
  return 0;
}

void
mountpoint_release (struct mountpoint *m)
{
  if (m->mounted && umount2 (m->path, 0) == -1)
    (void) umount2 (m->path, MNT_DETACH);
  if (m->path)
    rmdir (m->path);
  free (m->path);
  *m = (struct mountpoint) MOUNTPOINT_INIT;
}
