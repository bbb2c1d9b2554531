/* Windows dynamic disks by libldm: ldmtool_*.
 *
 * The library keeps nothing between calls: each reads the databases of all disks
 * anew, as the program ldmtool does.
 */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "actions.h"
#include "dynamicdisk.h"

#ifdef HAVE_LDM

#include <ldm.h>

#include "device.h"
#include "strlist.h"

#define OBJECT(type) \
  static inline void cleanup_##type (type **o) { if (*o) g_object_unref (*o); }
OBJECT (LDM)
OBJECT (LDMDiskGroup)
OBJECT (LDMVolume)

static void
cleanup_array (GArray **array)
{
  if (*array)
    g_array_unref (*array);
}

static void
cleanup_gstring (char **s)
{
  g_free (*s);
}

#define CLEANUP_ARRAY CLEANUP (cleanup_array)
#define CLEANUP_GSTRING CLEANUP (cleanup_gstring)

/* Turn the library's error into ours, and free it. */
static int
failed (const char *what, GError *error, struct error *err)
{
  int errnum = !error || error->domain != LDM_ERROR ? EIO
    : error->code == LDM_ERROR_NOTSUPPORTED ? ENOTSUP
    : error->code == LDM_ERROR_MISSING_DISK ? ENODEV
    : error->code == LDM_ERROR_IO || error->code == LDM_ERROR_EXTERNAL ? EIO
    : EINVAL;
  int r = error_set (err, errnum, "%s: %s", what,
                     error ? error->message : "libldm gives no reason");

  g_clear_error (&error);
  return r;
}

/* --- finding ------------------------------------------------------------------ */

/* Read what is on these disks.  A disk that is no dynamic one is passed over;
 * `strict` says what of one that is damaged. */
static LDM *
read_disks (char *const *disks, bool strict, struct error *err)
{
  CLEANUP (cleanup_LDM) LDM *ldm = ldm_new ();
  size_t i;

  for (i = 0; disks[i]; ++i) {
    GError *error = NULL;

    if (!ldm_is_dynamic_disk (disks[i]) || ldm_add (ldm, disks[i], &error))
      continue;
    if (strict && !g_error_matches (error, LDM_ERROR, LDM_ERROR_NOT_LDM)) {
      failed (disks[i], error, err);
      return NULL;
    }
    g_clear_error (&error);
  }
  return TAKE_PTR (ldm);
}

static LDM *
read_all_disks (struct error *err)
{
  CLEANUP_STRINGS char **disks = device_list_disks (err);

  return disks ? read_disks (disks, false, err) : NULL;
}

static LDMDiskGroup *
find_group (const char *guid, struct error *err)
{
  CLEANUP (cleanup_LDM) LDM *ldm = read_all_disks (err);
  CLEANUP_ARRAY GArray *groups = ldm ? ldm_get_disk_groups (ldm) : NULL;
  guint i;

  for (i = 0; groups && i < groups->len; ++i) {
    LDMDiskGroup *group = g_array_index (groups, LDMDiskGroup *, i);
    CLEANUP_GSTRING char *its = ldm_disk_group_get_guid (group);

    if (g_ascii_strcasecmp (its, guid) == 0)
      return g_object_ref (group);
  }
  if (ldm)
    error_set (err, ENOENT, "%s: there is no such disk group", guid);
  return NULL;
}

static LDMVolume *
find_volume (const char *guid, const char *name, struct error *err)
{
  CLEANUP (cleanup_LDMDiskGroup) LDMDiskGroup *group = find_group (guid, err);
  CLEANUP_ARRAY GArray *volumes
    = group ? ldm_disk_group_get_volumes (group) : NULL;
  guint i;

  for (i = 0; volumes && i < volumes->len; ++i) {
    LDMVolume *volume = g_array_index (volumes, LDMVolume *, i);
    CLEANUP_GSTRING char *its = ldm_volume_get_name (volume);

    if (strcmp (its, name) == 0)
      return g_object_ref (volume);
  }
  if (group)
    error_set (err, ENOENT, "%s: there is no such volume in disk group %s",
               name, guid);
  return NULL;
}

/* --- what there is -------------------------------------------------------------- */

/* A list of what `get` says of each object; NULL strings are left out. */
static char **
collect (GArray *objects, char *(*get) (void *object), struct error *err)
{
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  char **strings;
  guint i;

  for (i = 0; i < objects->len; ++i) {
    CLEANUP_GSTRING char *s = get (g_array_index (objects, void *, i));

    if (s && strlist_add (&ret, s) == -1) {
      error_errno (err, "dynamic disks");
      return NULL;
    }
  }
  strlist_sort (&ret);
  strings = strlist_take (&ret);
  if (!strings)
    error_errno (err, "dynamic disks");
  return strings;
}

static char *
group_guid (void *group)
{
  return ldm_disk_group_get_guid (group);
}

static char *
volume_name (void *volume)
{
  return ldm_volume_get_name (volume);
}

static char *
disk_name (void *disk)
{
  return ldm_disk_get_name (disk);
}

static char *
partition_name (void *partition)
{
  return ldm_partition_get_name (partition);
}

static char **
list_groups (LDM *ldm, struct error *err)
{
  CLEANUP_ARRAY GArray *groups = ldm_get_disk_groups (ldm);

  return collect (groups, group_guid, err);
}

char **
do_ldmtool_scan (struct error *err)
{
  CLEANUP (cleanup_LDM) LDM *ldm = read_all_disks (err);

  return ldm ? list_groups (ldm, err) : NULL;
}

char **
do_ldmtool_scan_devices (char *const *devices, struct error *err)
{
  CLEANUP (cleanup_LDM) LDM *ldm
    = devices[0] ? read_disks (devices, true, err) : read_all_disks (err);

  return ldm ? list_groups (ldm, err) : NULL;
}

/* A copy for the dispatcher, which frees it with free. */
static char *
copy (const char *s, struct error *err)
{
  char *ret = strdup (s ? s : "");

  if (!ret)
    error_errno (err, "dynamic disks");
  return ret;
}

char *
do_ldmtool_diskgroup_name (const char *diskgroup, struct error *err)
{
  CLEANUP (cleanup_LDMDiskGroup) LDMDiskGroup *group
    = find_group (diskgroup, err);
  CLEANUP_GSTRING char *name = group ? ldm_disk_group_get_name (group) : NULL;

  return group ? copy (name, err) : NULL;
}

char **
do_ldmtool_diskgroup_volumes (const char *diskgroup, struct error *err)
{
  CLEANUP (cleanup_LDMDiskGroup) LDMDiskGroup *group
    = find_group (diskgroup, err);
  CLEANUP_ARRAY GArray *volumes
    = group ? ldm_disk_group_get_volumes (group) : NULL;

  return volumes ? collect (volumes, volume_name, err) : NULL;
}

char **
do_ldmtool_diskgroup_disks (const char *diskgroup, struct error *err)
{
  CLEANUP (cleanup_LDMDiskGroup) LDMDiskGroup *group
    = find_group (diskgroup, err);
  CLEANUP_ARRAY GArray *disks
    = group ? ldm_disk_group_get_disks (group) : NULL;

  return disks ? collect (disks, disk_name, err) : NULL;
}

char *
do_ldmtool_volume_type (const char *diskgroup, const char *volume,
                        struct error *err)
{
  static const char *const types[] = {
    [LDM_VOLUME_TYPE_SIMPLE] = "simple",
    [LDM_VOLUME_TYPE_SPANNED] = "spanned",
    [LDM_VOLUME_TYPE_STRIPED] = "striped",
    [LDM_VOLUME_TYPE_MIRRORED] = "mirrored",
    [LDM_VOLUME_TYPE_RAID5] = "raid5",
  };
  CLEANUP (cleanup_LDMVolume) LDMVolume *v
    = find_volume (diskgroup, volume, err);
  size_t type = v ? (size_t) ldm_volume_get_voltype (v) : 0;

  if (!v)
    return NULL;
  return copy (type < sizeof types / sizeof types[0] ? types[type] : "unknown",
               err);
}

char *
do_ldmtool_volume_hint (const char *diskgroup, const char *volume,
                        struct error *err)
{
  CLEANUP (cleanup_LDMVolume) LDMVolume *v
    = find_volume (diskgroup, volume, err);
  CLEANUP_GSTRING char *hint = v ? ldm_volume_get_hint (v) : NULL;

  return v ? copy (hint, err) : NULL;
}

char **
do_ldmtool_volume_partitions (const char *diskgroup, const char *volume,
                              struct error *err)
{
  CLEANUP (cleanup_LDMVolume) LDMVolume *v
    = find_volume (diskgroup, volume, err);
  CLEANUP_ARRAY GArray *partitions = v ? ldm_volume_get_partitions (v) : NULL;

  return partitions ? collect (partitions, partition_name, err) : NULL;
}

/* --- devices -------------------------------------------------------------------- */

/* Create or remove the devices of all volumes.  Goes on after an error, and
 * tells the first. */
static int
for_all_volumes (gboolean (*fn) (const LDMVolume *, GString **, GError **),
                 struct error *err)
{
  CLEANUP (cleanup_LDM) LDM *ldm = read_all_disks (err);
  CLEANUP_ARRAY GArray *groups = ldm ? ldm_get_disk_groups (ldm) : NULL;
  int r = groups ? 0 : -1;
  guint i, j;

  for (i = 0; groups && i < groups->len; ++i) {
    CLEANUP_ARRAY GArray *volumes = ldm_disk_group_get_volumes
      (g_array_index (groups, LDMDiskGroup *, i));

    for (j = 0; j < volumes->len; ++j) {
      LDMVolume *volume = g_array_index (volumes, LDMVolume *, j);
      CLEANUP_GSTRING char *name = ldm_volume_get_name (volume);
      GString *changed = NULL;
      GError *error = NULL;

      if (!fn (volume, &changed, &error))
        r = failed (name, error, err);
      if (changed)
        g_string_free (changed, TRUE);
    }
  }
  return r;
}

int
ldm_create_volumes (struct error *err)
{
  return for_all_volumes (ldm_volume_dm_create, err);
}

int
do_ldmtool_create_all (struct error *err)
{
  return ldm_create_volumes (err);
}

int
do_ldmtool_remove_all (struct error *err)
{
  return for_all_volumes (ldm_volume_dm_remove, err);
}

#else

#include "absent.h"

ABSENT (int, -1, ldm_create_volumes, (struct error *err))
ABSENT (int, -1, do_ldmtool_create_all, (struct error *err))
ABSENT (int, -1, do_ldmtool_remove_all, (struct error *err))
ABSENT (char **, NULL, do_ldmtool_scan, (struct error *err))
ABSENT (char **, NULL, do_ldmtool_scan_devices,
        (char *const *devices, struct error *err))
ABSENT (char *, NULL, do_ldmtool_diskgroup_name,
        (const char *diskgroup, struct error *err))
ABSENT (char **, NULL, do_ldmtool_diskgroup_volumes,
        (const char *diskgroup, struct error *err))
ABSENT (char **, NULL, do_ldmtool_diskgroup_disks,
        (const char *diskgroup, struct error *err))
ABSENT (char *, NULL, do_ldmtool_volume_type,
        (const char *diskgroup, const char *volume, struct error *err))
ABSENT (char *, NULL, do_ldmtool_volume_hint,
        (const char *diskgroup, const char *volume, struct error *err))
ABSENT (char **, NULL, do_ldmtool_volume_partitions,
        (const char *diskgroup, const char *volume, struct error *err))

#endif
