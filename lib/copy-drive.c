/* copy_drive_to_drive: the machine copies, not the guest. */

#include <config.h>

#include <errno.h>

#include "drives.h"
#include "impl.h"
#include "machine.h"

#define OPTION(opts, NAME) \
  ((opts)->bitmask & GUESTFS_COPY_DRIVE_TO_DRIVE_##NAME##_BITMASK)

#define DROP_ALL 3 /* pages, directory entries and inodes */

static int
get_options (const struct guestfs_copy_drive_to_drive_argv *o,
             struct machine_copy *c, int64_t size, struct error *err)
{
  if (OPTION (o, SRCOFFSET))
    c->offset = o->srcoffset;
  if (OPTION (o, DESTOFFSET))
    c->target = o->destoffset;
  if (c->offset < 0 || c->target < 0
      || (OPTION (o, SIZE) && o->size < 0))
    return error_set (err, EINVAL, "offsets and size cannot be negative");
  if (c->offset > size || (OPTION (o, SIZE) && o->size > size - c->offset))
    return error_set (err, EINVAL, "the drive has only %lld bytes",
                      (long long) size);
  c->length = OPTION (o, SIZE) ? o->size : size - c->offset;
  if ((c->offset | c->target | c->length) % 512 != 0)
    return error_set (err, EINVAL, "offsets and size are whole sectors of 512 "
                      "bytes");
  c->sparse = OPTION (o, SPARSE) && o->sparse;
  return 0;
}

int
impl_copy_drive_to_drive (guestfs_h *g, const char *src, const char *dest,
                          const struct guestfs_copy_drive_to_drive_argv *o,
                          struct error *err)
{
  struct machine_copy c = { .from = -1 };
  CLEANUP_ERROR struct error ignored = ERROR_INIT;
  int64_t size;

  if (handle_check_ready (g, "copy_drive_to_drive", err) == -1)
    return -1;
  c.from = impl_device_index (g, src, err);
  if (c.from == -1)
    return error_prefix (err, "src");
  c.to = impl_device_index (g, dest, err);
  if (c.to == -1)
    return error_prefix (err, "dest");
  size = impl_blockdev_getsize64 (g, src, err);
  if (size == -1 || get_options (o, &c, size, err) == -1)
    return -1;
  /* What the guest has written must be below, and what it has read of the
   * target is old afterwards. */
  if (impl_sync (g, err) == -1 || impl_drop_caches (g, DROP_ALL, err) == -1
      || machine_copy (g, g->machine, &c, err) == -1
      || impl_drop_caches (g, DROP_ALL, err) == -1)
    return -1;
  /* The table may be another now; in use, it stays as it is. */
  if (c.target == 0)
    (void) impl_blockdev_rereadpt (g, dest, &ignored);
  return 0;
}
