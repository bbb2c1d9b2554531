/* What filesystem is on a device, its label and UUID; and finding a device by
 * them. */

#include <config.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "actions.h"
#include "probe.h"
#include "scan.h"

/* A mountable may also be a path, where the call allows one: not here. */
static char *
value_of (const struct mountable *mountable, const char *name,
          struct error *err)
{
  return probe_value (mountable->device, name, err);
}

char *
do_vfs_type (const struct mountable *mountable, struct error *err)
{
  return value_of (mountable, "TYPE", err);
}

char *
do_vfs_label (const struct mountable *mountable, struct error *err)
{
  return value_of (mountable, "LABEL", err);
}

char *
do_vfs_uuid (const struct mountable *mountable, struct error *err)
{
  return value_of (mountable, "UUID", err);
}

char *
do_get_e2label (const char *device, struct error *err)
{
  return probe_value (device, "LABEL", err);
}

char *
do_get_e2uuid (const char *device, struct error *err)
{
  return probe_value (device, "UUID", err);
}

static char *
find (const char *name, const char *value, bool fold_case, struct error *err)
{
  CLEANUP_STRLIST struct strlist devices = STRLIST_INIT;
  size_t i;

  if (storage_list (&devices, err) == -1)
    return NULL;
  for (i = 0; i < devices.len && value[0]; ++i) {
    CLEANUP_FREE char *have = probe_value (devices.items[i], name, NULL);

    if (have && (fold_case ? strcasecmp : strcmp) (have, value) == 0)
      return TAKE_PTR (devices.items[i]);
  }
  error_set (err, ENOENT, "no device has %s \"%s\"", name, value);
  return NULL;
}

char *
do_findfs_label (const char *label, struct error *err)
{
  return find ("LABEL", label, false, err);
}

char *
do_findfs_uuid (const char *uuid, struct error *err)
{
  return find ("UUID", uuid, true, err);
}

char *
do_findfs_partlabel (const char *label, struct error *err)
{
  return find ("PART_ENTRY_NAME", label, false, err);
}

char *
do_findfs_partuuid (const char *uuid, struct error *err)
{
  return find ("PART_ENTRY_UUID", uuid, true, err);
}
