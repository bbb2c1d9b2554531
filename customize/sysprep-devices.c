/* Operations of virt-sysprep on filesystems and volumes as such: nothing is
 * mounted then. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "prefix.h"
#include "sysprep.h"

static int
set_uuid (struct guest *guest, const char *device, const char *type,
          struct error *err)
{
  unsigned char b[16];
  char uuid[37];

  if (random_uuid (b, err) == -1)
    return -1;
  snprintf (uuid, sizeof uuid, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
            "%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
            b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  /* Where metadata have checksums, a new UUID wants a filesystem that has just
   * been checked. */
  if (has_prefix (type, "ext"))
    (void) guestfs_e2fsck (guest->g, device, GUESTFS_E2FSCK_FORCEALL, 1, -1);
  if (guestfs_set_uuid (guest->g, device, uuid) == -1)
    warning (guest->o, "cannot set random UUID on filesystem %s type %s: %s",
             device, type, guestfs_last_error (guest->g));
  return 0;
}

int
sysprep_fs_uuids (struct guest *guest, const struct sysprep_settings *s,
                  struct error *err)
{
  CLEANUP_STRINGS char **filesystems = guestfs_list_filesystems (guest->g);
  size_t i;

  if (!filesystems)
    return guest_failed (guest, err);
  for (i = 0; filesystems[i]; i += 2) {
    const char *device = filesystems[i], *type = filesystems[i + 1];

    /* Subvolumes share their filesystem's. */
    if (strcmp (type, "unknown") == 0 || has_prefix (device, "btrfsvol:")
        || has_prefix (type, "crypto"))
      continue;
    if (set_uuid (guest, device, type, err) == -1)
      return -1;
  }
  return 0;
}

int
sysprep_lvm_uuids (struct guest *guest, const struct sysprep_settings *s,
                   struct error *err)
{
  CLEANUP_STRINGS char **groups = guestfs_vgs (guest->g);
  CLEANUP_STRINGS char **volumes = guestfs_pvs (guest->g);
  guestfs_h *g = guest->g;

  if (!groups || !volumes)
    return guest_failed (guest, err);
  if (!groups[0] && !volumes[0])
    return 0;
  if (guestfs_vg_activate_all (g, 0) == -1
      || (volumes[0] && guestfs_pvchange_uuid_all (g) == -1)
      || (groups[0] && guestfs_vgchange_uuid_all (g) == -1)
      || guestfs_vg_activate_all (g, 1) == -1)
    return guest_failed (guest, err);
  return 0;
}
