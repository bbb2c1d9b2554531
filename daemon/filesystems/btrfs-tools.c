/* What the programs of btrfs do to filesystems that are not mounted: making,
 * checking, repairing and changing them, and copying their metadata. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "guestfile.h"
#include "io.h"
#include "strlist.h"
#include "wipe.h"

/* --- mkfs_btrfs ------------------------------------------------------------ */

static int
add_option (struct strlist *argv, const char *option, const char *value)
{
  return strlist_add (argv, option) == -1 ? -1 : strlist_add (argv, value);
}

static int
add_size (struct strlist *argv, const char *option, const char *what,
          int64_t value, struct error *err)
{
  if (value <= 0)
    return error_set (err, EINVAL, "%s must be positive: %" PRIi64, what,
                      value);
  if (strlist_add (argv, option) == -1
      || strlist_addf (argv, "%" PRIi64, value) == -1)
    return error_errno (err, "mkfs_btrfs");
  return 0;
}

static int
add_text (struct strlist *argv, const char *option, const char *value,
          struct error *err)
{
  return add_option (argv, option, value) == -1
    ? error_errno (err, "mkfs_btrfs") : 0;
}

#define HAS(o, NAME) ((o)->bitmask & GUESTFS_MKFS_BTRFS_##NAME##_BITMASK)

static int
add_mkfs_options (struct strlist *argv, const struct guestfs_mkfs_btrfs_argv *o,
                  struct error *err)
{
  if (HAS (o, LEAFSIZE) && HAS (o, NODESIZE) && o->leafsize != o->nodesize)
    return error_set (err, EINVAL, "leafsize and nodesize are the same thing, "
                      "but %d and %d are given", o->leafsize, o->nodesize);
  /* Filesystems since Linux 2.6.3x are allocated from the start; mkfs.btrfs
   * has no option for it any more. */
  if (HAS (o, ALLOCSTART) && o->allocstart != 0)
    return error_set (err, o->allocstart < 0 ? EINVAL : ENOTSUP,
                      "allocstart: only 0 is possible: %" PRIi64,
                      o->allocstart);
  if ((HAS (o, BYTECOUNT)
       && add_size (argv, "-b", "bytecount", o->bytecount, err) == -1)
      || (HAS (o, DATATYPE)
          && add_text (argv, "-d", o->datatype, err) == -1)
      || (HAS (o, METADATA)
          && add_text (argv, "-m", o->metadata, err) == -1)
      || (HAS (o, LABEL) && add_text (argv, "-L", o->label, err) == -1)
      || (HAS (o, LEAFSIZE)
          && add_size (argv, "-n", "leafsize", o->leafsize, err) == -1)
      || (HAS (o, NODESIZE)
          && add_size (argv, "-n", "nodesize", o->nodesize, err) == -1)
      || (HAS (o, SECTORSIZE)
          && add_size (argv, "-s", "sectorsize", o->sectorsize, err) == -1))
    return -1;
  return 0;
}

int
do_mkfs_btrfs (char *const *devices, const struct guestfs_mkfs_btrfs_argv *o,
               struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  size_t i;

  if (!devices[0])
    return error_set (err, EINVAL, "mkfs_btrfs: no device is given");
  if (strlist_add (&argv, "mkfs.btrfs") == -1
      || strlist_add (&argv, "-q") == -1 || strlist_add (&argv, "-f") == -1)
    return error_errno (err, "mkfs_btrfs");
  if (add_mkfs_options (&argv, o, err) == -1)
    return -1;
  if (strlist_add (&argv, "--") == -1)
    return error_errno (err, "mkfs_btrfs");
  for (i = 0; devices[i]; ++i)
    if (strlist_add (&argv, devices[i]) == -1)
      return error_errno (err, "mkfs_btrfs");
  for (i = 0; devices[i]; ++i)
    if (wipe_signatures (devices[i], err) == -1)
      return -1;
  return runv (NULL, err, (const char *const *) argv.items);
}

/* --- checking and repairing ------------------------------------------------ */

int
do_btrfs_fsck (const char *device, const struct guestfs_btrfs_fsck_argv *o,
               struct error *err)
{
  const char *argv[8] = { "btrfs", "check" };
  char super[24];
  size_t n = 2;

  if (o->bitmask & GUESTFS_BTRFS_FSCK_SUPERBLOCK_BITMASK) {
    if (o->superblock < 0)
      return error_set (err, EINVAL, "the number of a superblock is negative: "
                        "%" PRIi64, o->superblock);
    snprintf (super, sizeof super, "%" PRIi64, o->superblock);
    argv[n++] = "--super";
    argv[n++] = super;
  }
  if (o->bitmask & GUESTFS_BTRFS_FSCK_REPAIR_BITMASK && o->repair) {
    argv[n++] = "--repair";
    argv[n++] = "--force"; /* otherwise it waits ten seconds for a Control-C */
  }
  argv[n] = device;
  return runv (NULL, err, argv);
}

int
do_btrfs_rescue_chunk_recover (const char *device, struct error *err)
{
  return run (NULL, err, "btrfs", "rescue", "chunk-recover", "-y", device,
              NULL);
}

int
do_btrfs_rescue_super_recover (const char *device, struct error *err)
{
  const char *argv[] = {
    "btrfs", "rescue", "super-recover", "-y", device, NULL
  };
  struct command c = { .argv = argv, .flags = COMMAND_ANY_STATUS };
  int r = command_run (&c, err);

  /* 0: all were good; 2: what was bad has been repaired. */
  if (r != -1 && r != 0 && r != 2)
    r = error_set (err, EIO, "%s: btrfs rescue super-recover: %s%s", device,
                   c.err_out, c.out);
  free (c.out);
  free (c.err_out);
  return r == -1 ? -1 : 0;
}

/* --- changing a feature ---------------------------------------------------- */

int
do_btrfstune_seeding (const char *device, int seeding, struct error *err)
{
  return run (NULL, err, "btrfstune", "-f", "-S", seeding ? "1" : "0", device,
              NULL);
}

int
do_btrfs_set_seeding (const char *device, int seeding, struct error *err)
{
  return do_btrfstune_seeding (device, seeding, err);
}

int
do_btrfstune_enable_extended_inode_refs (const char *device,
                                         struct error *err)
{
  return run (NULL, err, "btrfstune", "-r", device, NULL);
}

int
do_btrfstune_enable_skinny_metadata_extent_refs (const char *device,
                                                 struct error *err)
{
  return run (NULL, err, "btrfstune", "-x", device, NULL);
}

/* --- btrfs_image ----------------------------------------------------------- */

static int
write_output (void *opaque, const void *data, size_t len, struct error *err)
{
  return write_full (*(int *) opaque, data, len) == -1
    ? error_errno (err, "writing the image") : 0;
}

/* The program finds the other devices of the filesystem itself. */
int
do_btrfs_image (char *const *source, const char *image,
                const struct guestfs_btrfs_image_argv *o, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char level[16] = "0";
  const char *argv[] = { "btrfs-image", "-c", level, NULL, "-", NULL };
  struct command c = { .argv = argv, .sink = write_output, .opaque = &fd };
  int r;

  if (!source[0])
    return error_set (err, EINVAL, "btrfs_image: no device is given");
  argv[3] = source[0];
  if (o->bitmask & GUESTFS_BTRFS_IMAGE_COMPRESSLEVEL_BITMASK) {
    if (o->compresslevel < 0 || o->compresslevel > 9)
      return error_set (err, EINVAL, "compresslevel is 0 to 9: %d",
                        o->compresslevel);
    snprintf (level, sizeof level, "%d", o->compresslevel);
  }
  fd = file_open_write (image, O_CREAT | O_TRUNC, err);
  if (fd == -1)
    return -1;
  r = command_run (&c, err);
  free (c.out);
  free (c.err_out);
  return r == -1 ? -1 : file_close (&fd, image, err);
}
