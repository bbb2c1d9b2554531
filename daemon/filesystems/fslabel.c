/* Changing labels and UUIDs of filesystems with the programs of each, and the
 * size that a filesystem can be made at least. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "actions.h"
#include "command.h"
#include "io.h"
#include "mountpoint.h"
#include "probe.h"
#include "strlist.h"

#define ARGS_MAX 8

/* How to set one thing: "%d" stands for the device, "%v" for the value, within
 * a longer word as well at its end. */
struct setter {
  const char *type;
  const char *argv[ARGS_MAX];
  size_t max; /* longest value in bytes, 0 if the program knows better */
};

static const struct setter label_setters[] = {
  { "ext2", { "tune2fs", "-L", "%v", "%d" }, 16 },
  { "ext3", { "tune2fs", "-L", "%v", "%d" }, 16 },
  { "ext4", { "tune2fs", "-L", "%v", "%d" }, 16 },
  { "xfs", { "xfs_db", "-x", "-p", "xfs_admin", "-c", "label %v", "%d" }, 12 },
  { "btrfs", { "btrfs", "filesystem", "label", "%d", "%v" }, 255 },
  { "vfat", { "fatlabel", "%d", "%v" }, 11 },
  { "ntfs", { "ntfslabel", "%d", "%v" }, 128 },
  { "exfat", { "tune.exfat", "-L", "%v", "%d" }, 0 },
  { "f2fs", { "f2fslabel", "%d", "%v" }, 0 },
  { "reiserfs", { "reiserfstune", "-l", "%v", "%d" }, 16 },
  { "jfs", { "jfs_tune", "-L", "%v", "%d" }, 16 },
  { "nilfs2", { "nilfs-tune", "-f", "-L", "%v", "%d" }, 80 },
  { "udf", { "udflabel", "%d", "%v" }, 0 },
  { "swap", { "swaplabel", "-L", "%v", "%d" }, 15 },
};

static const struct setter uuid_setters[] = {
  { "ext2", { "tune2fs", "-f", "-U", "%v", "%d" }, 36 },
  { "ext3", { "tune2fs", "-f", "-U", "%v", "%d" }, 36 },
  { "ext4", { "tune2fs", "-f", "-U", "%v", "%d" }, 36 },
  { "xfs", { "xfs_db", "-x", "-p", "xfs_admin", "-c", "uuid %v", "%d" }, 36 },
  { "btrfs", { "btrfstune", "-f", "-U", "%v", "%d" }, 36 },
  { "reiserfs", { "reiserfstune", "-u", "%v", "%d" }, 36 },
  { "jfs", { "jfs_tune", "-U", "%v", "%d" }, 36 },
  { "nilfs2", { "nilfs-tune", "-f", "-U", "%v", "%d" }, 36 },
  { "swap", { "swaplabel", "-U", "%v", "%d" }, 36 },
};

/* One argument with what it stands for put in; NULL without memory. */
static char *
expand (const char *word, const char *device, const char *value)
{
  size_t len = strlen (word);
  const char *end;
  char *ret;

  if (len < 2 || word[len - 2] != '%')
    return strdup (word);
  end = word[len - 1] == 'd' ? device : value;
  if (asprintf (&ret, "%.*s%s", (int) (len - 2), word, end) < 0)
    return NULL;
  return ret;
}

static int
apply (const struct setter *table, size_t n, const char *what,
       const char *device, const char *value, struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  CLEANUP_FREE char *type = probe_value (device, "TYPE", err);
  size_t i, j;

  if (!type)
    return -1;
  for (i = 0; i < n && strcmp (table[i].type, type) != 0; ++i)
    ;
  if (i == n)
    return error_set (err, ENOTSUP, "%s: cannot set the %s of %s", device,
                      what, *type ? type : "unknown contents");
  if (table[i].max && strlen (value) > table[i].max)
    return error_set (err, EINVAL, "\"%s\" is longer than the %zu bytes that "
                      "the %s of %s can have", value, table[i].max, what, type);
  if (value[0] == '-')
    return error_set (err, EINVAL, "\"%s\": a %s cannot start with a dash",
                      value, what);
  /* The value becomes part of a command of xfs_db, which has no quoting. */
  if (strcmp (type, "xfs") == 0 && value[strcspn (value, " \t\n\"'\\")])
    return error_set (err, EINVAL, "\"%s\": the %s of xfs has no spaces and "
                      "quotes", value, what);
  for (j = 0; table[i].argv[j]; ++j)
    if (strlist_add_taken (&argv, expand (table[i].argv[j], device,
                                          value)) == -1)
      return error_errno (err, "%s", device);
  return runv (NULL, err, (const char *const *) argv.items);
}

#define APPLY(table, what, device, value, err)                          \
  apply (table, sizeof table / sizeof table[0], what, device, value, err)

int
do_set_label (const struct mountable *mountable, const char *label,
              struct error *err)
{
  CLEANUP_FREE char *type = probe_value (mountable->device, "TYPE", err);

  if (!type)
    return -1;
  /* xfs_db takes "--" for none. */
  if (strcmp (type, "xfs") == 0 && !label[0])
    return run (NULL, err, "xfs_db", "-x", "-p", "xfs_admin", "-c", "label --",
                mountable->device, NULL);
  return APPLY (label_setters, "label", mountable->device, label, err);
}

int
do_set_uuid (const char *device, const char *uuid, struct error *err)
{
  uuid_t bytes;

  if (uuid_parse (uuid, bytes) == -1)
    return error_set (err, EINVAL, "\"%s\" is not a UUID", uuid);
  return APPLY (uuid_setters, "UUID", device, uuid, err);
}

int
do_set_uuid_random (const char *device, struct error *err)
{
  char text[UUID_STR_LEN];
  uuid_t bytes;

  uuid_generate_random (bytes);
  uuid_unparse_lower (bytes, text);
  return do_set_uuid (device, text, err);
}

/* The older calls, of which the second also took words of tune2fs. */

int
do_set_e2label (const char *device, const char *label, struct error *err)
{
  struct mountable m = { .string = device, .device = (char *) device };

  return do_set_label (&m, label, err);
}

int
do_set_e2uuid (const char *device, const char *uuid, struct error *err)
{
  if (strcmp (uuid, "clear") == 0 || strcmp (uuid, "random") == 0
      || strcmp (uuid, "time") == 0)
    return run (NULL, err, "tune2fs", "-f", "-U", uuid, device, NULL);
  return do_set_uuid (device, uuid, err);
}

/* --- minimum size ---------------------------------------------------------- */

/* The number after `text` in the output of a program. */
static int64_t
number_after (const char *output, const char *text, const char *device,
              struct error *err)
{
  const char *p = strstr (output, text);
  char *end;
  int64_t ret;

  if (p) {
    p += strlen (text);
    errno = 0;
    ret = strtoll (p, &end, 10);
    if (!errno && end != p && ret >= 0)
      return ret;
  }
  return error_set (err, EIO, "%s: cannot find the size in: %s", device,
                    output);
}

static int64_t
ext_minimum (const char *device, struct error *err)
{
  CLEANUP_FREE char *out = NULL;
  CLEANUP_FREE char *list = NULL;
  int64_t blocks, block_size;

  if (run (&out, err, "resize2fs", "-P", "-f", device, NULL) == -1
      || run (&list, err, "tune2fs", "-l", device, NULL) == -1)
    return -1;
  blocks = number_after (out, "filesystem: ", device, err);
  block_size = blocks == -1 ? -1
    : number_after (list, "Block size:", device, err);
  return block_size == -1 ? -1 : blocks * block_size;
}

static int64_t
ntfs_minimum (const char *device, struct error *err)
{
  CLEANUP_FREE char *out = NULL;

  if (run (&out, err, "ntfsresize", "--info", "-ff", device, NULL) == -1)
    return -1;
  return number_after (out, "You might resize at ", device, err);
}

static int64_t
btrfs_minimum (const char *device, struct error *err)
{
  CLEANUP_MOUNTPOINT struct mountpoint m = MOUNTPOINT_INIT;
  CLEANUP_FREE char *out = NULL;

  if (mountpoint_mount (&m, device, "btrfs", NULL, err) == -1
      || run (&out, err, "btrfs", "inspect-internal", "min-dev-size", m.path,
              NULL) == -1)
    return -1;
  return number_after (out, "", device, err);
}

/* xfs does not shrink: its size is in the superblock, sb_blocksize at 4 and
 * sb_dblocks at 8, big-endian. */
static int64_t
xfs_minimum (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = open (device, O_RDONLY | O_CLOEXEC);
  unsigned char sb[16];
  uint64_t blocks = 0, block_size = 0;
  size_t i;

  if (fd == -1 || pread_full (fd, sb, sizeof sb, 0) != (ssize_t) sizeof sb)
    return error_errno (err, "%s", device);
  for (i = 4; i < 8; ++i)
    block_size = block_size << 8 | sb[i];
  for (i = 8; i < 16; ++i)
    blocks = blocks << 8 | sb[i];
  if (block_size == 0 || blocks > INT64_MAX / block_size)
    return error_set (err, EINVAL, "%s: the superblock is broken", device);
  return blocks * block_size;
}

int64_t
do_vfs_minimum_size (const struct mountable *mountable, struct error *err)
{
  static const struct {
    const char *type;
    int64_t (*minimum) (const char *device, struct error *err);
  } table[] = {
    { "ext2", ext_minimum }, { "ext3", ext_minimum }, { "ext4", ext_minimum },
    { "ntfs", ntfs_minimum }, { "btrfs", btrfs_minimum },
    { "xfs", xfs_minimum },
  };
  const char *device = mountable->device;
  CLEANUP_FREE char *type = probe_value (device, "TYPE", err);
  size_t i;

  if (!type)
    return -1;
  for (i = 0; i < sizeof table / sizeof table[0]; ++i)
    if (strcmp (table[i].type, type) == 0)
      return table[i].minimum (device, err);
  return error_set (err, ENOTSUP, "%s: the minimum size of %s is not known",
                    device, *type ? type : "unknown contents");
}
