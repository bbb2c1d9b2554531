/* Handles of what is measured: see handle.h. */

#include "bench.h"
#include "handle.h"

guestfs_h *
open_image (const char *image)
{
  guestfs_h *g = guestfs_create ();

  check_ptr (g);
  check (guestfs_add_drive_opts (g, image, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
                                 GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw", -1));
  check (guestfs_launch (g));
  check (guestfs_mount_ro (g, "/dev/sda", "/"));
  return g;
}

void
finish (guestfs_h *g)
{
  check (guestfs_shutdown (g));
  guestfs_close (g);
}
