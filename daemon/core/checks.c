/* Checks of arguments for the generated dispatcher: see dispatch.h. */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "device.h"
#include "dispatch.h"
#include "feature.h"
#include "guestpath.h"
#include "mounts.h"

int
check_root_mounted (struct error *err)
{
  if (!mounts_any ())
    return error_set (err, EINVAL, "no file system is mounted: mount one on / "
                      "first");
  return 0;
}

int
check_path (const char *path, struct error *err)
{
  if (path[0] != '/')
    return error_set (err, EINVAL, "'%s': a path must start with /", path);
  if (strlen (path) >= PATH_MAX)
    return error_set (err, ENAMETOOLONG, "%zu bytes are too long for a path",
                      strlen (path));
  return check_root_mounted (err);
}

int
check_device (char **device, struct error *err)
{
  char *real = device_resolve (*device, err);

  if (!real)
    return -1;
  free (*device);
  *device = real;
  return 0;
}

int
check_devices (char **devices, struct error *err)
{
  for (; *devices; ++devices)
    if (check_device (devices, err) == -1)
      return -1;
  return 0;
}

int
check_devpath (char **devpath, struct error *err)
{
  if (is_device_name (*devpath)) {
    char *real = device_resolve (*devpath, NULL);

    /* A guest has files below /dev as well; but a name that is none of them
     * was meant as a device. */
    if (real) {
      free (*devpath);
      *devpath = real;
      return 0;
    }
    if (!mounts_any ())
      return check_device (devpath, err);
  }
  return check_path (*devpath, err);
}

int
check_mountable (const char *string, struct mountable *ret, struct error *err)
{
  return mountable_parse (string, ret, err);
}

int
check_mountpath (const char *string, struct mountable *ret, struct error *err)
{
  struct mountable m = { .string = string };

  if (string[0] != '/' || (is_device_name (string)
                           && mountable_parse (string, &m, NULL) == 0)) {
    if (!m.device && mountable_parse (string, &m, err) == -1)
      return -1;
  } else if (check_path (string, err) == -1)
    return -1;
  *ret = m;
  return 0;
}

int
check_group (const char *group, struct error *err)
{
  if (feature_group (group) != FEATURE_AVAILABLE)
    return error_set (err, ENOTSUP, "feature group %s is not available in this "
                      "appliance", group);
  return 0;
}
