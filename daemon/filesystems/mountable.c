/* Mountables: see mountable.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "mountable.h"
#include "prefix.h"

#define BTRFSVOL "btrfsvol:"

/* "/dev/VG/LV/sub/volume": where the device ends is not written down, so the
 * shortest prefix that is a block device is taken. */
static int
split_volume (const char *string, struct mountable *ret, struct error *err)
{
  CLEANUP_FREE char *copy = strdup (string);
  char *slash;

  if (!copy)
    return error_errno (err, "%s", string);
  if (!is_device_name (copy))
    return error_set (err, EINVAL, "%s: no device in it", ret->string);
  for (slash = strchr (copy + 5, '/'); slash; slash = strchr (slash + 1, '/')) {
    CLEANUP_FREE char *device = NULL;
    char *volume;

    *slash = '\0';
    device = device_resolve (copy, NULL);
    *slash = '/';
    if (!device)
      continue;
    if (!slash[1])
      break;
    volume = strdup (slash + 1);
    if (!volume)
      return error_errno (err, "%s", string);
    ret->device = TAKE_PTR (device);
    ret->volume = volume;
    return 0;
  }
  return error_set (err, EINVAL, "%s: expected btrfsvol:DEVICE/SUBVOLUME with "
                    "an existing device", ret->string);
}

int
mountable_parse (const char *string, struct mountable *ret, struct error *err)
{
  const char *volume = skip_prefix (string, BTRFSVOL);
  struct mountable m = { .string = string };

  if (volume) {
    if (split_volume (volume, &m, err) == -1)
      return -1;
  } else {
    m.device = device_resolve (string, err);
    if (!m.device)
      return -1;
  }
  *ret = m;
  return 0;
}

void
mountable_release (struct mountable *m)
{
  free (m->device);
  free (m->volume);
  *m = (struct mountable) MOUNTABLE_INIT;
}
