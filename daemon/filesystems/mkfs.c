/* mkfs: one table says how each filesystem's program is told what. */

#include <config.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "strlist.h"
#include "wipe.h"

/* How an option is passed: `option`, then `prefix` and the value as the next
 * argument.  Without `option` the filesystem does not have it. */
struct how {
  const char *option;
  const char *prefix;
};

struct mkfs_type {
  const char *name;
  const char *program;
  const char *fixed[5];
  struct how blocksize, features, inode, sectorsize, label;
  unsigned cluster; /* blocksize is passed in units of this many bytes, or 0 */
};

#define EXT(version)                                                    \
  { version, "mke2fs", { "-F", "-t", version },                         \
    { "-b" }, { "-O" }, { "-I" }, { NULL }, { "-L" } }
#define FAT(name)                                                       \
  { name, "mkfs.fat", { "-I" },                                         \
    { "-s" }, { NULL }, { NULL }, { "-S" }, { "-n" }, 512 }

static const struct mkfs_type types[] = {
  EXT ("ext2"),
  EXT ("ext3"),
  EXT ("ext4"),
  { "xfs", "mkfs.xfs", { "-f", "-q" },
    { "-b", "size=" }, { NULL }, { "-i", "size=" }, { "-s", "size=" },
    { "-L" } },
  { "btrfs", "mkfs.btrfs", { "-f", "-q" },
    { "-s" }, { "-O" }, { NULL }, { "-s" }, { "-L" } },
  FAT ("vfat"),
  FAT ("msdos"),
  FAT ("fat"),
  { "ntfs", "mkntfs", { "-Q", "-F", "-q" },
    { "-c" }, { NULL }, { NULL }, { "-s" }, { "-L" } },
  { "exfat", "mkfs.exfat", { NULL },
    { "-c" }, { NULL }, { NULL }, { NULL }, { "-L" } },
  { "f2fs", "mkfs.f2fs", { "-f", "-q" },
    { NULL }, { "-O" }, { NULL }, { "-w" }, { "-l" } },
  { "reiserfs", "mkreiserfs", { "-f", "-f", "-q" },
    { "-b" }, { NULL }, { NULL }, { NULL }, { "-l" } },
  { "jfs", "mkfs.jfs", { "-q" },
    { NULL }, { NULL }, { NULL }, { NULL }, { "-L" } },
  { "nilfs2", "mkfs.nilfs2", { "-f", "-q" },
    { "-b" }, { "-O" }, { NULL }, { NULL }, { "-L" } },
  { "udf", "mkudffs", { NULL },
    { "-b" }, { NULL }, { NULL }, { NULL }, { "-l" } },
  { "minix", "mkfs.minix", { NULL },
    { NULL }, { NULL }, { NULL }, { NULL }, { NULL } },
  { "hfs", "hformat", { "-f" },
    { NULL }, { NULL }, { NULL }, { NULL }, { "-l" } },
  { "hfsplus", "mkfs.hfsplus", { NULL },
    { "-b" }, { NULL }, { NULL }, { NULL }, { "-v" } },
};

static const struct mkfs_type *
find_type (const char *name, struct error *err)
{
  size_t i;

  for (i = 0; i < sizeof types / sizeof types[0]; ++i)
    if (strcmp (types[i].name, name) == 0) {
      if (have_program (types[i].program))
        return &types[i];
      error_set (err, ENOTSUP, "no %s filesystem can be made: the appliance "
                 "has no %s", name, types[i].program);
      return NULL;
    }
  error_set (err, EINVAL, "unknown filesystem type \"%s\"", name);
  return NULL;
}

static int
add_text (struct strlist *argv, const struct mkfs_type *type,
          const struct how *how, const char *what, const char *value,
          struct error *err)
{
  if (!how->option)
    return error_set (err, EINVAL, "a %s filesystem has no option \"%s\"",
                      type->name, what);
  if (strlist_add (argv, how->option) == -1
      || strlist_addf (argv, "%s%s", how->prefix ? how->prefix : "",
                       value) == -1)
    return error_errno (err, "mkfs");
  return 0;
}

static int
add_number (struct strlist *argv, const struct mkfs_type *type,
            const struct how *how, const char *what, int value,
            struct error *err)
{
  char text[16];

  if (value <= 0)
    return error_set (err, EINVAL, "%s must be positive: %d", what, value);
  snprintf (text, sizeof text, "%d", value);
  return add_text (argv, type, how, what, text, err);
}

static int
add_blocksize (struct strlist *argv, const struct mkfs_type *type, int value,
               struct error *err)
{
  if (value <= 0 || (value & (value - 1)) != 0)
    return error_set (err, EINVAL, "blocksize must be a power of two: %d",
                      value);
  if (type->cluster) {
    if ((unsigned) value < type->cluster)
      return error_set (err, EINVAL, "blocksize of a %s filesystem must be at "
                        "least %u: %d", type->name, type->cluster, value);
    value /= type->cluster;
  }
  return add_number (argv, type, &type->blocksize, "blocksize", value, err);
}

static int
add_options (struct strlist *argv, const struct mkfs_type *type,
             const struct guestfs_mkfs_opts_argv *o, struct error *err)
{
  struct mkfs_type sized = *type;
  uint64_t have = o->bitmask;

  /* The clusters of FAT are counted in its own sectors. */
  if (type->cluster && (have & GUESTFS_MKFS_OPTS_SECTORSIZE_BITMASK)
      && o->sectorsize > 0)
    sized.cluster = o->sectorsize;

  if ((have & GUESTFS_MKFS_OPTS_BLOCKSIZE_BITMASK)
      && add_blocksize (argv, &sized, o->blocksize, err) == -1)
    return -1;
  if ((have & GUESTFS_MKFS_OPTS_FEATURES_BITMASK)
      && add_text (argv, type, &type->features, "features", o->features,
                   err) == -1)
    return -1;
  if ((have & GUESTFS_MKFS_OPTS_INODE_BITMASK)
      && add_number (argv, type, &type->inode, "inode", o->inode, err) == -1)
    return -1;
  if ((have & GUESTFS_MKFS_OPTS_SECTORSIZE_BITMASK)
      && add_number (argv, type, &type->sectorsize, "sectorsize",
                     o->sectorsize, err) == -1)
    return -1;
  if ((have & GUESTFS_MKFS_OPTS_LABEL_BITMASK)
      && add_text (argv, type, &type->label, "label", o->label, err) == -1)
    return -1;
  return 0;
}

int
do_mkfs (const char *fstype, const char *device,
         const struct guestfs_mkfs_opts_argv *optargs, struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  const struct mkfs_type *type = find_type (fstype, err);
  size_t i;

  if (!type)
    return -1;
  if (strlist_add (&argv, type->program) == -1)
    return error_errno (err, "mkfs");
  for (i = 0; type->fixed[i]; ++i)
    if (strlist_add (&argv, type->fixed[i]) == -1)
      return error_errno (err, "mkfs");
  if (add_options (&argv, type, optargs, err) == -1)
    return -1;
  if (strlist_add (&argv, device) == -1)
    return error_errno (err, "mkfs");
  if (strcmp (type->name, "hfs") == 0 && strlist_add (&argv, "0") == -1)
    return error_errno (err, "mkfs");

  /* What was there before could otherwise still be found beside the new
   * filesystem, which does not use every sector. */
  if (wipe_signatures (device, err) == -1)
    return -1;
  return runv (NULL, err, (const char *const *) argv.items);
}

int
do_mkfs_b (const char *fstype, int blocksize, const char *device,
           struct error *err)
{
  struct guestfs_mkfs_opts_argv optargs = {
    .bitmask = GUESTFS_MKFS_OPTS_BLOCKSIZE_BITMASK,
    .blocksize = blocksize,
  };

  return do_mkfs (fstype, device, &optargs, err);
}
