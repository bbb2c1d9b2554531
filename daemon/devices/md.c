/* RAID arrays of the kernel's md driver. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "command.h"
#include "device.h"
#include "io.h"
#include "mdtext.h"
#include "scan.h"
#include "strlist.h"
#include "sysblock.h"

char **
do_list_md_devices (struct error *err)
{
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  char **ret;

  storage_scan ();
  if (sysblock_list (SYSBLOCK_MD, &names, err) == -1)
    return NULL;
  ret = strlist_take (&names);
  if (!ret)
    error_errno (err, "list of arrays");
  return ret;
}

/* --- making one --------------------------------------------------------------- */

/* Numbers and level of an array to be made, checked. */
struct plan {
  int devices; /* active, including missing ones */
  int spare;
  int64_t chunk; /* bytes, 0: mdadm chooses */
  const char *level;
};

static const char *const levels[] = {
  "linear", "raid0", "0", "stripe", "raid1", "1", "mirror", "raid4", "4",
  "raid5", "5", "raid6", "6", "raid10", "10", NULL
};

static int
make_plan (size_t given, int missing,
           const struct guestfs_md_create_argv *o, struct plan *ret,
           struct error *err)
{
  struct plan p = { 0, 0, 0, "raid1" };
  size_t slots = given + missing;

  if (given == 0)
    return error_set (err, EINVAL, "an array needs at least one device");
  if (o->bitmask & GUESTFS_MD_CREATE_SPARE_BITMASK) {
    if (o->spare < 0 || (size_t) o->spare >= slots)
      return error_set (err, EINVAL, "%d of %zu devices cannot be spare",
                        o->spare, slots);
    p.spare = o->spare;
  }
  p.devices = (int) slots - p.spare;
  if (o->bitmask & GUESTFS_MD_CREATE_NRDEVICES_BITMASK) {
    if (o->nrdevices < 1 || (size_t) o->nrdevices + p.spare != slots)
      return error_set (err, EINVAL, "%d active and %d spare devices are not "
                        "the %zu that are given", o->nrdevices, p.spare, slots);
    p.devices = o->nrdevices;
  }
  if (o->bitmask & GUESTFS_MD_CREATE_CHUNK_BITMASK) {
    if (o->chunk <= 0 || o->chunk % 1024 != 0)
      return error_set (err, EINVAL, "chunk must be a positive multiple of "
                        "1024: %" PRIi64, o->chunk);
    p.chunk = o->chunk;
  }
  if (o->bitmask & GUESTFS_MD_CREATE_LEVEL_BITMASK)
    p.level = o->level;
  if (!strings_contain ((char *const *) levels, p.level))
    return error_set (err, EINVAL, "\"%s\" is not the level of an array",
                      p.level);
  *ret = p;
  return 0;
}

/* Bit N of the bitmap says that slot N of the array stays empty; the devices
 * fill the other slots in order. */
static int
add_slots (struct strlist *argv, char *const *devices, uint64_t bitmap)
{
  while (*devices || bitmap) {
    if (bitmap & 1) {
      if (strlist_add (argv, "missing") == -1)
        return -1;
    } else if (!*devices || strlist_add (argv, *devices++) == -1)
      return -1;
    bitmap >>= 1;
  }
  return 0;
}

int
do_md_create (const char *name, char *const *devices,
              const struct guestfs_md_create_argv *optargs, struct error *err)
{
  CLEANUP_STRLIST struct strlist argv = STRLIST_INIT;
  size_t given = strings_count (devices);
  uint64_t bitmap = 0;
  struct plan p = { 0 };
  int missing;

  if (optargs->bitmask & GUESTFS_MD_CREATE_MISSINGBITMAP_BITMASK)
    bitmap = optargs->missingbitmap;
  missing = __builtin_popcountll (bitmap);
  if (bitmap && (size_t) (64 - __builtin_clzll (bitmap)) > given + missing)
    return error_set (err, EINVAL, "missingbitmap names slots beyond the last "
                      "device");
  if (!name[0] || name[0] == '-')
    return error_set (err, EINVAL, "\"%s\" is not the name of an array", name);
  if (make_plan (given, missing, optargs, &p, err) == -1)
    return -1;

  storage_scan ();
  if (strlist_add (&argv, "mdadm") == -1
      || strlist_add (&argv, "--create") == -1
      || strlist_add (&argv, "--run") == -1
      || strlist_add (&argv, "--auto=yes") == -1
      || strlist_add (&argv, name) == -1
      || strlist_addf (&argv, "--level=%s", p.level) == -1
      || strlist_addf (&argv, "--raid-devices=%d", p.devices) == -1
      || (p.spare && strlist_addf (&argv, "--spare-devices=%d", p.spare) == -1)
      || (p.chunk
          && strlist_addf (&argv, "--chunk=%" PRIi64, p.chunk / 1024) == -1)
      || add_slots (&argv, devices, bitmap) == -1)
    return error_errno (err, "mdadm");
  return runv (NULL, err, (const char *const *) argv.items);
}

/* --- asking about one, and stopping it ------------------------------------------ */

char **
do_md_detail (const char *md, struct error *err)
{
  CLEANUP_FREE char *out = NULL;
  char **ret;

  if (run (&out, err, "mdadm", "--detail", "--export", md, NULL) == -1)
    return NULL;
  ret = mdtext_detail (out);
  if (!ret)
    error_errno (err, "%s", md);
  return ret;
}

struct guestfs_mdstat_list *
do_md_stat (const char *md, struct error *err)
{
  CLEANUP_CLOSE int fd = open ("/proc/mdstat", O_RDONLY | O_CLOEXEC);
  CLEANUP_FREE char *text = fd == -1 ? NULL : read_whole_fd (fd, 1 << 20, NULL);
  CLEANUP_FREE char *real = realpath (md, NULL);
  CLEANUP_FREE struct guestfs_mdstat_list *ret = calloc (1, sizeof *ret);
  struct mdtext_members members = MDTEXT_MEMBERS_INIT;
  const char *name = real ? strrchr (real, '/') : NULL;
  size_t i;

  if (!text || !name || !ret) {
    error_errno (err, "%s", md);
    return NULL;
  }
  if (mdtext_members (text, name + 1, &members) == -1) {
    error_errno (err, "%s: not in /proc/mdstat", md);
    return NULL;
  }
  ret->val = calloc (members.len + 1, sizeof ret->val[0]);
  if (!ret->val) {
    mdtext_members_free (&members);
    error_errno (err, "%s", md);
    return NULL;
  }
  for (i = 0; i < members.len; ++i) {
    struct guestfs_mdstat *m = &ret->val[ret->len++];

    m->mdstat_device = TAKE_PTR (members.ptr[i].device);
    m->mdstat_index = members.ptr[i].index;
    m->mdstat_flags = TAKE_PTR (members.ptr[i].flags);
  }
  mdtext_members_free (&members);
  return TAKE_PTR (ret);
}

int
do_md_stop (const char *md, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (md, O_RDONLY, err);

  if (fd == -1)
    return -1;
  if (ioctl (fd, STOP_ARRAY, NULL) == -1)
    return error_errno (err, "%s: cannot stop the array", md);
  return 0;
}
