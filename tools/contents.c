/* Filesystems and the like on a partition that changes its size: see
 * contents.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "contents.h"
#include "strlist.h"

static void expand_ext (const struct options *, guestfs_h *, const char *);
static void expand_pv (const struct options *, guestfs_h *, const char *);
static void expand_btrfs (const struct options *, guestfs_h *, const char *);
static void expand_xfs (const struct options *, guestfs_h *, const char *);
static void expand_f2fs (const struct options *, guestfs_h *, const char *);
static void expand_swap (const struct options *, guestfs_h *, const char *);

static const struct {
  const char *type;
  enum contents_kind kind;
  const char *method;
  void (*expand) (const struct options *o, guestfs_h *g, const char *device);
} kinds[] = {
  { "ext2", CONTENTS_EXT, "resize2fs", expand_ext },
  { "ext3", CONTENTS_EXT, "resize2fs", expand_ext },
  { "ext4", CONTENTS_EXT, "resize2fs", expand_ext },
  { "LVM2_member", CONTENTS_PV, "pvresize", expand_pv },
  { "ntfs", CONTENTS_NTFS, "ntfsresize", NULL },
  { "btrfs", CONTENTS_BTRFS, "btrfs-filesystem-resize", expand_btrfs },
  { "xfs", CONTENTS_XFS, "xfs_growfs", expand_xfs },
  { "f2fs", CONTENTS_F2FS, "resize.f2fs", expand_f2fs },
  { "swap", CONTENTS_SWAP, "mkswap", expand_swap },
  { "crypto_LUKS", CONTENTS_LUKS, NULL, NULL },
};
#define NR_KINDS (sizeof kinds / sizeof kinds[0])

struct contents
contents_of (const struct options *o, guestfs_h *g, const char *device)
{
  struct contents c = { .kind = CONTENTS_NONE };
  CLEANUP_FREE char *type = NULL;
  size_t i;

  guestfs_push_error_handler (g, NULL, NULL);
  type = guestfs_vfs_type (g, device);
  guestfs_pop_error_handler (g);
  if (!type || !*type)
    return c;
  snprintf (c.type, sizeof c.type, "%s", type);
  c.kind = CONTENTS_OTHER;
  for (i = 0; i < NR_KINDS; ++i)
    if (strcmp (kinds[i].type, type) == 0)
      c.kind = kinds[i].kind;
  return c;
}

const char *
contents_method (const struct contents *c)
{
  size_t i;

  for (i = 0; i < NR_KINDS; ++i)
    if (kinds[i].kind == c->kind)
      return kinds[i].method;
  return NULL;
}

/* --- how large is it ------------------------------------------------------------ */

/* The number behind a name in a list of names and values, or -1. */
static int64_t
number_of (char *const *list, const char *name)
{
  size_t i;

  for (i = 0; list[i] && list[i + 1]; i += 2)
    if (strcmp (list[i], name) == 0) {
      long long n = strtoll (list[i + 1], NULL, 10);

      return n >= 0 && n < INT64_C (1) << 50 ? n : -1;
    }
  return -1;
}

static int64_t
size_ext (guestfs_h *g, const char *device)
{
  CLEANUP_STRINGS char **list = guestfs_tune2fs_l (g, device);
  int64_t blocks, size;

  if (!list)
    return -1;
  blocks = number_of (list, "Block count");
  size = number_of (list, "Block size");
  return blocks > 0 && size > 0 && size <= 65536 ? blocks * size : -1;
}

static int64_t
size_pv (guestfs_h *g, const char *device)
{
  struct guestfs_lvm_pv_list *list = guestfs_pvs_full (g);
  int64_t ret = -1;
  uint32_t i;

  if (!list)
    return -1;
  for (i = 0; i < list->len; ++i)
    if (strcmp (list->val[i].pv_name, device) == 0
        && list->val[i].pe_start < UINT64_C (1) << 60
        && list->val[i].pv_size < UINT64_C (1) << 60)
      ret = list->val[i].pe_start + list->val[i].pv_size;
  guestfs_free_lvm_pv_list (list);
  return ret;
}

static int64_t
size_xfs (guestfs_h *g, const char *device)
{
  struct guestfs_xfsinfo *info = guestfs_xfs_info (g, device);
  int64_t ret = -1;

  if (!info)
    return -1;
  if (info->xfs_datablocks < UINT64_C (1) << 46 && info->xfs_blocksize <= 65536)
    ret = info->xfs_datablocks * info->xfs_blocksize;
  guestfs_free_xfsinfo (info);
  return ret;
}

/* For kinds whose blocks are all of theirs. */
static int64_t
size_mounted (guestfs_h *g, const char *device)
{
  struct guestfs_statvfs *st;
  int64_t ret = -1;

  if (guestfs_mount_ro (g, device, "/") == -1)
    return -1;
  st = guestfs_statvfs (g, "/");
  if (st && st->frsize > 0 && st->frsize <= 1 << 20
      && st->blocks < INT64_C (1) << 42)
    ret = st->blocks * st->frsize;
  guestfs_free_statvfs (st);
  guestfs_umount_all (g);
  return ret;
}

int64_t
contents_size (const struct options *o, guestfs_h *g, const char *device,
               const struct contents *c)
{
  int64_t ret = -1;

  guestfs_push_error_handler (g, NULL, NULL);
  switch (c->kind) {
  case CONTENTS_EXT: ret = size_ext (g, device); break;
  case CONTENTS_PV: ret = size_pv (g, device); break;
  case CONTENTS_XFS: ret = size_xfs (g, device); break;
  case CONTENTS_NTFS: case CONTENTS_BTRFS:
    ret = size_mounted (g, device);
    break;
  case CONTENTS_SWAP: ret = 0; break; /* it is made anew */
  case CONTENTS_NONE: case CONTENTS_F2FS: case CONTENTS_LUKS:
  case CONTENTS_OTHER: break;
  }
  guestfs_pop_error_handler (g);
  return ret;
}

/* --- making it larger ------------------------------------------------------------ */

static void
check (const struct options *o, int r)
{
  if (r == -1)
    die_handle (o);
}

/* It wants to have been checked, unless it is clean. */
static void
expand_ext (const struct options *o, guestfs_h *g, const char *device)
{
  int r;

  guestfs_push_error_handler (g, NULL, NULL);
  r = guestfs_resize2fs (g, device);
  guestfs_pop_error_handler (g);
  if (r == 0)
    return;
  check (o, guestfs_e2fsck (g, device, GUESTFS_E2FSCK_CORRECT, 1, -1));
  check (o, guestfs_resize2fs (g, device));
}

static void
expand_pv (const struct options *o, guestfs_h *g, const char *device)
{
  check (o, guestfs_pvresize (g, device));
}

static void
expand_btrfs (const struct options *o, guestfs_h *g, const char *device)
{
  check (o, guestfs_mount (g, device, "/"));
  check (o, guestfs_btrfs_filesystem_resize (g, "/", -1));
  check (o, guestfs_umount_all (g));
}

static void
expand_xfs (const struct options *o, guestfs_h *g, const char *device)
{
  check (o, guestfs_mount (g, device, "/"));
  check (o, guestfs_xfs_growfs (g, "/", GUESTFS_XFS_GROWFS_DATASEC, 1, -1));
  check (o, guestfs_umount_all (g));
}

static void
expand_f2fs (const struct options *o, guestfs_h *g, const char *device)
{
  check (o, guestfs_f2fs_expand (g, device));
}

void
contents_make_swap (const struct options *o, guestfs_h *g, const char *device,
                    const char *label, const char *uuid)
{
  struct guestfs_mkswap_opts_argv optargs = { .bitmask = 0 };

  if (label && *label) {
    optargs.bitmask |= GUESTFS_MKSWAP_OPTS_LABEL_BITMASK;
    optargs.label = label;
  }
  if (uuid && *uuid) {
    optargs.bitmask |= GUESTFS_MKSWAP_OPTS_UUID_BITMASK;
    optargs.uuid = uuid;
  }
  check (o, guestfs_mkswap_opts_argv (g, device, &optargs));
}

static void
expand_swap (const struct options *o, guestfs_h *g, const char *device)
{
  CLEANUP_FREE char *label = guestfs_vfs_label (g, device);
  CLEANUP_FREE char *uuid = guestfs_vfs_uuid (g, device);

  contents_make_swap (o, g, device, label, uuid);
}

void
contents_expand (const struct options *o, guestfs_h *g, const char *device,
                 const struct contents *c, bool ntfs_force)
{
  size_t i;

  if (c->kind == CONTENTS_NTFS) {
    check (o, guestfs_ntfsresize_opts (g, device, GUESTFS_NTFSRESIZE_OPTS_FORCE,
                                       (int) ntfs_force, -1));
    return;
  }
  for (i = 0; i < NR_KINDS; ++i)
    if (kinds[i].kind == c->kind && kinds[i].expand) {
      kinds[i].expand (o, g, device);
      return;
    }
}
