/* Making, changing and removing physical volumes, volume groups and logical
 * volumes. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "lvm.h"
#include "strlist.h"

/* --- physical volumes ----------------------------------------------------- */

int
do_pvcreate (const char *device, struct error *err)
{
  return lvm_run (NULL, err, NULL, "pvcreate", "--force", "--yes", device,
                  NULL);
}

int
do_pvremove (const char *device, struct error *err)
{
  return lvm_run (NULL, err, NULL, "pvremove", "--force", "--yes", device,
                  NULL);
}

int
do_pvresize (const char *device, struct error *err)
{
  return lvm_run (NULL, err, NULL, "pvresize", device, NULL);
}

int
do_pvresize_size (const char *device, int64_t size, struct error *err)
{
  char text[32];

  if (size <= 0)
    return error_set (err, EINVAL, "not a size: %" PRIi64, size);
  snprintf (text, sizeof text, "%" PRIi64 "b", size);
  return lvm_run (NULL, err, NULL, "pvresize", "--yes",
                  "--setphysicalvolumesize", text, device, NULL);
}

int
do_pvchange_uuid (const char *device, struct error *err)
{
  return lvm_run (NULL, err, NULL, "pvchange", "--yes", "--uuid", device,
                  NULL);
}

int
do_pvchange_uuid_all (struct error *err)
{
  return lvm_run (NULL, err, NULL, "pvchange", "--yes", "--uuid", "--all",
                  NULL);
}

/* --- volume groups -------------------------------------------------------- */

int
do_vgcreate (const char *volgroup, char *const *physvols, struct error *err)
{
  if (lvm_check_name (volgroup, err) == -1)
    return -1;
  if (!physvols[0])
    return error_set (err, EINVAL, "a volume group needs a physical volume");
  return lvm_run (NULL, err, physvols, "vgcreate", "--yes", volgroup, NULL);
}

int
do_vgremove (const char *vgname, struct error *err)
{
  if (lvm_check_name (vgname, err) == -1)
    return -1;
  return lvm_run (NULL, err, NULL, "vgremove", "--force", "--yes", vgname,
                  NULL);
}

int
do_vgrename (const char *volgroup, const char *newvolgroup, struct error *err)
{
  if (lvm_check_name (volgroup, err) == -1
      || lvm_check_name (newvolgroup, err) == -1)
    return -1;
  return lvm_run (NULL, err, NULL, "vgrename", volgroup, newvolgroup, NULL);
}

int
do_vgchange_uuid (const char *vg, struct error *err)
{
  if (lvm_check_name (vg, err) == -1)
    return -1;
  return lvm_run (NULL, err, NULL, "vgchange", "--yes", "--uuid", vg, NULL);
}

int
do_vgchange_uuid_all (struct error *err)
{
  return lvm_run (NULL, err, NULL, "vgchange", "--yes", "--uuid", NULL);
}

/* --- logical volumes ------------------------------------------------------ */

int
do_lvcreate (const char *logvol, const char *volgroup, int mbytes,
             struct error *err)
{
  char text[32];

  if (lvm_check_name (logvol, err) == -1
      || lvm_check_name (volgroup, err) == -1)
    return -1;
  if (mbytes <= 0)
    return error_set (err, EINVAL, "not a size: %d MB", mbytes);
  snprintf (text, sizeof text, "%dm", mbytes);
  return lvm_run (NULL, err, NULL, "lvcreate", "--yes", "--size", text,
                  "--name", logvol, volgroup, NULL);
}

static int
check_percent (int percent, struct error *err)
{
  if (percent < 0 || percent > 100)
    return error_set (err, EINVAL, "a percentage is 0 to 100: %d", percent);
  return 0;
}

int
do_lvcreate_free (const char *logvol, const char *volgroup, int percent,
                  struct error *err)
{
  char text[32];

  if (lvm_check_name (logvol, err) == -1
      || lvm_check_name (volgroup, err) == -1
      || check_percent (percent, err) == -1)
    return -1;
  snprintf (text, sizeof text, "%d%%FREE", percent);
  return lvm_run (NULL, err, NULL, "lvcreate", "--yes", "--extents", text,
                  "--name", logvol, volgroup, NULL);
}

int
do_lvresize (const char *device, int mbytes, struct error *err)
{
  char text[32];

  if (mbytes <= 0)
    return error_set (err, EINVAL, "not a size: %d MB", mbytes);
  snprintf (text, sizeof text, "%dm", mbytes);
  return lvm_run (NULL, err, NULL, "lvresize", "--force", "--yes", "--size",
                  text, device, NULL);
}

int
do_lvresize_free (const char *lv, int percent, struct error *err)
{
  char text[32];

  if (check_percent (percent, err) == -1)
    return -1;
  snprintf (text, sizeof text, "+%d%%FREE", percent);
  return lvm_run (NULL, err, NULL, "lvresize", "--extents", text, lv, NULL);
}

int
do_lvrename (const char *logvol, const char *newlogvol, struct error *err)
{
  if (lvm_check_name (logvol, err) == -1
      || lvm_check_name (newlogvol, err) == -1)
    return -1;
  return lvm_run (NULL, err, NULL, "lvrename", logvol, newlogvol, NULL);
}

int
do_lvremove (const char *device, struct error *err)
{
  return lvm_run (NULL, err, NULL, "lvremove", "--force", "--yes", device,
                  NULL);
}

/* --- all of it ------------------------------------------------------------ */

int
do_lvm_remove_all (struct error *err)
{
  CLEANUP_STRINGS char **groups = do_vgs (err);
  CLEANUP_STRINGS char **volumes = NULL;

  if (!groups)
    return -1;
  if (groups[0]
      && lvm_run (NULL, err, groups, "vgremove", "--force", "--yes",
                  NULL) == -1)
    return -1;
  volumes = do_pvs (err);
  if (!volumes)
    return -1;
  if (volumes[0]
      && lvm_run (NULL, err, volumes, "pvremove", "--force", "--yes",
                  NULL) == -1)
    return -1;
  return 0;
}
