/* Quotas of btrfs: groups of subvolumes with what they refer to. */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "btrfs.h"

#define LEVEL(id) ((unsigned) ((id) >> 48))
#define NUMBER(id) ((id) & ((UINT64_C (1) << 48) - 1))
#define ITEMS_AT_ONCE 4096

/* Start counting anew, or wait for a count that is under way, and for its
 * end: until then all numbers are wrong. */
static int
rescan (int fd, const char *what, struct error *err)
{
  struct btrfs_ioctl_quota_rescan_args args = { 0 };

  if (ioctl (fd, BTRFS_IOC_QUOTA_RESCAN, &args) == -1 && errno != EINPROGRESS)
    return error_errno (err, "%s: counting for quotas", what);
  if (ioctl (fd, BTRFS_IOC_QUOTA_RESCAN_WAIT) == -1)
    return error_errno (err, "%s: counting for quotas", what);
  return 0;
}

int
do_btrfs_quota_enable (const struct mountable *fs, int enable,
                       struct error *err)
{
  CLEANUP_MOUNTPOINT struct mountpoint m = MOUNTPOINT_INIT;
  CLEANUP_CLOSE int fd = btrfs_open_mountpath (fs, true, &m, err);
  struct btrfs_ioctl_quota_ctl_args args = {
    .cmd = enable ? BTRFS_QUOTA_CTL_ENABLE : BTRFS_QUOTA_CTL_DISABLE,
  };

  if (fd == -1)
    return -1;
  if (ioctl (fd, BTRFS_IOC_QUOTA_CTL, &args) == -1)
    return error_errno (err, "%s: quotas", fs->string);
  /* Enabling starts the first count. */
  return enable && ioctl (fd, BTRFS_IOC_QUOTA_RESCAN_WAIT) == -1
    ? error_errno (err, "%s: counting for quotas", fs->string) : 0;
}

int
do_btrfs_quota_rescan (const struct mountable *fs, struct error *err)
{
  CLEANUP_MOUNTPOINT struct mountpoint m = MOUNTPOINT_INIT;
  CLEANUP_CLOSE int fd = btrfs_open_mountpath (fs, true, &m, err);

  return fd == -1 ? -1 : rescan (fd, fs->string, err);
}

int
do_btrfs_qgroup_limit (const char *subvolume, int64_t size, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  struct btrfs_ioctl_qgroup_limit_args args = {
    .lim = { .flags = BTRFS_QGROUP_LIMIT_MAX_RFER, .max_rfer = size },
  };

  if (size < 0)
    return error_set (err, EINVAL, "size is negative: %" PRIi64, size);
  fd = btrfs_open (subvolume, err);
  if (fd == -1)
    return -1;
  if (ioctl (fd, BTRFS_IOC_QGROUP_LIMIT, &args) == -1)
    return error_errno (err, "%s: limit", subvolume);
  return 0;
}

static int
change_group (const char *qgroup, const char *subvolume, bool create,
              struct error *err)
{
  struct btrfs_ioctl_qgroup_create_args args = { .create = create };
  CLEANUP_CLOSE int fd = -1;
  uint64_t id;

  if (btrfs_parse_qgroup (qgroup, &id, err) == -1
      || (fd = btrfs_open (subvolume, err)) == -1)
    return -1;
  args.qgroupid = id;
  if (ioctl (fd, BTRFS_IOC_QGROUP_CREATE, &args) == -1)
    return error_errno (err, "%s: quota group %s", subvolume, qgroup);
  return 0;
}

int
do_btrfs_qgroup_create (const char *qgroupid, const char *subvolume,
                        struct error *err)
{
  return change_group (qgroupid, subvolume, true, err);
}

int
do_btrfs_qgroup_destroy (const char *qgroupid, const char *subvolume,
                         struct error *err)
{
  return change_group (qgroupid, subvolume, false, err);
}

static int
change_membership (const char *src, const char *dst, const char *path,
                   bool assign, struct error *err)
{
  struct btrfs_ioctl_qgroup_assign_args args = { .assign = assign };
  CLEANUP_CLOSE int fd = -1;
  uint64_t from, to;
  int r;

  if (btrfs_parse_qgroup (src, &from, err) == -1
      || btrfs_parse_qgroup (dst, &to, err) == -1)
    return -1;
  if (LEVEL (from) >= LEVEL (to))
    return error_set (err, EINVAL, "the level of %s must be lower than that "
                      "of %s", src, dst);
  fd = btrfs_open (path, err);
  if (fd == -1)
    return -1;
  args.src = from;
  args.dst = to;
  r = ioctl (fd, BTRFS_IOC_QGROUP_ASSIGN, &args);
  if (r == -1)
    return error_errno (err, "%s: quota group %s in %s", path, src, dst);
  /* 1: the numbers of `dst` cannot be told without counting. */
  return r == 1 ? rescan (fd, path, err) : 0;
}

int
do_btrfs_qgroup_assign (const char *src, const char *dst, const char *path,
                        struct error *err)
{
  return change_membership (src, dst, path, true, err);
}

int
do_btrfs_qgroup_remove (const char *src, const char *dst, const char *path,
                        struct error *err)
{
  return change_membership (src, dst, path, false, err);
}

/* ---- the list ------------------------------------------------------------ */

static int
append_group (struct guestfs_btrfsqgroup_list *list, uint64_t id,
              const struct btrfs_qgroup_info_item *info)
{
  struct guestfs_btrfsqgroup *val, *group;

  val = reallocarray (list->val, list->len + 1, sizeof *val);
  if (!val)
    return -1;
  list->val = val;
  group = &val[list->len];
  group->btrfsqgroup_rfer = le64toh (info->rfer);
  group->btrfsqgroup_excl = le64toh (info->excl);
  if (asprintf (&group->btrfsqgroup_id, "%u/%" PRIu64, LEVEL (id),
                (uint64_t) NUMBER (id)) == -1)
    return -1;
  ++list->len;
  return 0;
}

/* Take the items of one answer of the kernel: headers, each followed by its
 * item.  `*next` becomes the number to go on from. */
static int
take_items (const struct btrfs_ioctl_search_args *args,
            struct guestfs_btrfsqgroup_list *list, uint64_t *next)
{
  size_t pos = 0;
  uint32_t i;

  for (i = 0; i < args->key.nr_items; ++i) {
    struct btrfs_ioctl_search_header h;
    struct btrfs_qgroup_info_item info;

    if (sizeof args->buf - pos < sizeof h)
      break;
    memcpy (&h, args->buf + pos, sizeof h);
    pos += sizeof h;
    if (sizeof args->buf - pos < h.len)
      break;
    *next = h.offset + 1;
    if (h.type == BTRFS_QGROUP_INFO_KEY && h.len >= sizeof info) {
      memcpy (&info, args->buf + pos, sizeof info);
      if (append_group (list, h.offset, &info) == -1)
        return -1;
    }
    pos += h.len;
  }
  return 0;
}

static int
read_groups (int fd, struct guestfs_btrfsqgroup_list *list, const char *path,
             struct error *err)
{
  uint64_t next = 0;

  do {
    struct btrfs_ioctl_search_args args = {
      .key = {
        .tree_id = BTRFS_QUOTA_TREE_OBJECTID,
        .min_type = BTRFS_QGROUP_INFO_KEY, .max_type = BTRFS_QGROUP_INFO_KEY,
        .min_offset = next, .max_offset = UINT64_MAX,
        .max_transid = UINT64_MAX, .nr_items = ITEMS_AT_ONCE,
      },
    };

    if (ioctl (fd, BTRFS_IOC_TREE_SEARCH, &args) == -1)
      return errno == ENOENT
        ? error_set (err, ENOENT, "%s: quotas are not enabled", path)
        : error_errno (err, "%s: quota groups", path);
    if (args.key.nr_items == 0)
      return 0;
    if (take_items (&args, list, &next) == -1)
      return error_errno (err, "%s: quota groups", path);
  } while (next != 0);
  return 0;
}

struct guestfs_btrfsqgroup_list *
do_btrfs_qgroup_show (const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (path, err);
  struct guestfs_btrfsqgroup_list *ret;
  enum btrfs_util_error e;

  if (fd == -1)
    return NULL;
  /* What is not written yet is not counted yet. */
  e = btrfs_util_sync_fd (fd);
  if (e != BTRFS_UTIL_OK) {
    btrfs_failed (e, path, err);
    return NULL;
  }
  ret = calloc (1, sizeof *ret);
  if (!ret)
    error_errno (err, "%s", path);
  else if (read_groups (fd, ret, path, err) == -1) {
    struct_free_btrfsqgroup_list (ret);
    ret = NULL;
  }
  return ret;
}
