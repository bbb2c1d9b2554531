/* Subvolumes and snapshots of btrfs, by libbtrfsutil. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uuid/uuid.h>

#include "actions.h"
#include "btrfs.h"
#include "guestfile.h"
#include "guestpath.h"
#include "strbuf.h"
#include "strlist.h"

static void
destroy_inherit (struct btrfs_util_qgroup_inherit **inherit)
{
  if (*inherit)
    btrfs_util_destroy_qgroup_inherit (*inherit);
}

static void
destroy_iterator (struct btrfs_util_subvolume_iterator **iterator)
{
  if (*iterator)
    btrfs_util_destroy_subvolume_iterator (*iterator);
}

/* As guest_open_parent, but a descriptor that can do more than name things. */
static int
open_parent (const char *path, const char **ret_base, char **ret_copy,
             struct error *err)
{
  CLEANUP_CLOSE int dir = guest_open_parent (path, ret_base, ret_copy, err);
  int fd;

  if (dir == -1)
    return -1;
  fd = openat (dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd == -1 ? error_errno (err, "%s", path) : fd;
}

/* A new subvolume is to be counted in this group too. */
static int
make_inherit (const char *qgroup, struct btrfs_util_qgroup_inherit **ret,
              struct error *err)
{
  enum btrfs_util_error e;
  uint64_t id;

  if (btrfs_parse_qgroup (qgroup, &id, err) == -1)
    return -1;
  e = btrfs_util_create_qgroup_inherit (0, ret);
  if (e == BTRFS_UTIL_OK)
    e = btrfs_util_qgroup_inherit_add_group (ret, id);
  return e == BTRFS_UTIL_OK ? 0 : btrfs_failed (e, qgroup, err);
}

int
do_btrfs_subvolume_create (const char *dest,
                           const struct guestfs_btrfs_subvolume_create_opts_argv *o,
                           struct error *err)
{
  CLEANUP (destroy_inherit) struct btrfs_util_qgroup_inherit *inherit = NULL;
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_CLOSE int parent = -1;
  enum btrfs_util_error e;
  const char *base;

  if (o->bitmask & GUESTFS_BTRFS_SUBVOLUME_CREATE_OPTS_QGROUPID_BITMASK
      && make_inherit (o->qgroupid, &inherit, err) == -1)
    return -1;
  parent = open_parent (dest, &base, &copy, err);
  if (parent == -1)
    return -1;
  e = btrfs_util_create_subvolume_fd (parent, base, 0, NULL, inherit);
  return e == BTRFS_UTIL_OK ? 0 : btrfs_failed (e, dest, err);
}

int
do_btrfs_subvolume_delete (const char *subvolume, struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  const char *base;
  CLEANUP_CLOSE int parent = open_parent (subvolume, &base, &copy, err);
  enum btrfs_util_error e;

  if (parent == -1)
    return -1;
  e = btrfs_util_delete_subvolume_fd (parent, base, 0);
  return e == BTRFS_UTIL_OK ? 0 : btrfs_failed (e, subvolume, err);
}

int
do_btrfs_subvolume_snapshot (const char *source, const char *dest,
                             const struct guestfs_btrfs_subvolume_snapshot_opts_argv *o,
                             struct error *err)
{
  CLEANUP (destroy_inherit) struct btrfs_util_qgroup_inherit *inherit = NULL;
  CLEANUP_FREE char *path = NULL, *copy = NULL;
  CLEANUP_CLOSE int from = btrfs_open (source, err), parent = -1;
  enum btrfs_util_error e;
  const char *base;
  int flags = 0;

  if (from == -1)
    return -1;
  if (o->bitmask & GUESTFS_BTRFS_SUBVOLUME_SNAPSHOT_OPTS_RO_BITMASK && o->ro)
    flags |= BTRFS_UTIL_CREATE_SNAPSHOT_READ_ONLY;
  if (o->bitmask & GUESTFS_BTRFS_SUBVOLUME_SNAPSHOT_OPTS_QGROUPID_BITMASK
      && make_inherit (o->qgroupid, &inherit, err) == -1)
    return -1;
  path = destination_path (source, dest, err);
  if (!path || (parent = open_parent (path, &base, &copy, err)) == -1)
    return -1;
  e = btrfs_util_create_snapshot_fd2 (from, parent, base, flags, NULL,
                                      inherit);
  return e == BTRFS_UTIL_OK ? 0 : btrfs_failed (e, source, err);
}

int64_t
do_btrfs_subvolume_get_default (const struct mountable *fs, struct error *err)
{
  CLEANUP_MOUNTPOINT struct mountpoint m = MOUNTPOINT_INIT;
  CLEANUP_CLOSE int fd = btrfs_open_mountpath (fs, false, &m, err);
  enum btrfs_util_error e;
  uint64_t id = 0;

  if (fd == -1)
    return -1;
  e = btrfs_util_get_default_subvolume_fd (fd, &id);
  if (e != BTRFS_UTIL_OK)
    return btrfs_failed (e, fs->string, err);
  return id;
}

int
do_btrfs_subvolume_set_default (int64_t id, const char *fs, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  enum btrfs_util_error e;

  if (id < 0)
    return error_set (err, EINVAL, "the number of a subvolume is negative: %"
                      PRIi64, id);
  fd = btrfs_open (fs, err);
  if (fd == -1)
    return -1;
  /* 0 means that of `fs` to the library, but the top to the kernel. */
  e = btrfs_util_set_default_subvolume_fd (fd, id ? (uint64_t) id
                                           : BTRFS_FS_TREE_OBJECTID);
  return e == BTRFS_UTIL_OK ? 0 : btrfs_failed (e, fs, err);
}

/* ---- the list ------------------------------------------------------------ */

static int
append_subvolume (struct guestfs_btrfssubvolume_list *list, size_t *alloc,
                  const struct btrfs_util_subvolume_info *info, char *path)
{
  if (list->len == *alloc) {
    size_t more = *alloc ? *alloc * 2 : 16;
    struct guestfs_btrfssubvolume *val =
      reallocarray (list->val, more, sizeof *val);

    if (!val)
      return -1;
    list->val = val;
    *alloc = more;
  }
  list->val[list->len++] = (struct guestfs_btrfssubvolume) {
    .btrfssubvolume_id = info->id,
    .btrfssubvolume_top_level_id = info->parent_id,
    .btrfssubvolume_path = path,
  };
  return 0;
}

static int
compare_ids (const void *a, const void *b)
{
  const struct guestfs_btrfssubvolume *x = a, *y = b;

  return x->btrfssubvolume_id < y->btrfssubvolume_id ? -1
    : x->btrfssubvolume_id > y->btrfssubvolume_id;
}

struct guestfs_btrfssubvolume_list *
do_btrfs_subvolume_list (const struct mountable *fs, struct error *err)
{
  CLEANUP_MOUNTPOINT struct mountpoint m = MOUNTPOINT_INIT;
  CLEANUP_CLOSE int fd = btrfs_open_mountpath (fs, false, &m, err);
  CLEANUP (destroy_iterator) struct btrfs_util_subvolume_iterator *it = NULL;
  CLEANUP (cleanup_struct_btrfssubvolume_list)
    struct guestfs_btrfssubvolume_list *ret = NULL;
  struct btrfs_util_subvolume_info info;
  enum btrfs_util_error e;
  size_t alloc = 0;
  char *path;

  if (fd == -1)
    return NULL;
  e = btrfs_util_create_subvolume_iterator_fd (fd, BTRFS_FS_TREE_OBJECTID, 0,
                                               &it);
  if (e != BTRFS_UTIL_OK) {
    btrfs_failed (e, fs->string, err);
    return NULL;
  }
  ret = calloc (1, sizeof *ret);
  if (!ret) {
    error_errno (err, "%s", fs->string);
    return NULL;
  }
  while ((e = btrfs_util_subvolume_iterator_next_info (it, &path, &info))
         == BTRFS_UTIL_OK)
    if (append_subvolume (ret, &alloc, &info, path) == -1) {
      error_errno (err, "%s", fs->string);
      free (path);
      return NULL;
    }
  if (e != BTRFS_UTIL_ERROR_STOP_ITERATION) {
    btrfs_failed (e, fs->string, err);
    return NULL;
  }
  if (ret->len > 0)
    qsort (ret->val, ret->len, sizeof ret->val[0], compare_ids);
  return TAKE_PTR (ret);
}

/* ---- all about one -------------------------------------------------------- */

static int
add_uuid (struct strlist *l, const char *name, const uint8_t uuid[16])
{
  char text[UUID_STR_LEN] = "-";

  if (!uuid_is_null (uuid))
    uuid_unparse_lower (uuid, text);
  return strlist_add (l, name) == -1 ? -1 : strlist_add (l, text);
}

static int
add_number (struct strlist *l, const char *name, uint64_t value)
{
  return strlist_add (l, name) == -1 ? -1
    : strlist_addf (l, "%" PRIu64, value);
}

static int
add_time (struct strlist *l, const char *name, const struct timespec *t)
{
  char text[64] = "-";
  struct tm tm;

  if (t->tv_sec != 0 && localtime_r (&t->tv_sec, &tm))
    strftime (text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &tm);
  return strlist_add (l, name) == -1 ? -1 : strlist_add (l, text);
}

/* The paths of all snapshots of a subvolume. */
static int
find_snapshots (int fd, const uint8_t uuid[16], struct strlist *ret,
                const char *what, struct error *err)
{
  CLEANUP (destroy_iterator) struct btrfs_util_subvolume_iterator *it = NULL;
  struct btrfs_util_subvolume_info info;
  enum btrfs_util_error e;
  char *path;

  if (uuid_is_null (uuid))
    return 0;
  e = btrfs_util_create_subvolume_iterator_fd (fd, BTRFS_FS_TREE_OBJECTID, 0,
                                               &it);
  if (e != BTRFS_UTIL_OK)
    return btrfs_failed (e, what, err);
  while ((e = btrfs_util_subvolume_iterator_next_info (it, &path, &info))
         == BTRFS_UTIL_OK) {
    CLEANUP_FREE char *owned = path;

    if (memcmp (info.parent_uuid, uuid, 16) == 0
        && strlist_add (ret, owned) == -1)
      return error_errno (err, "%s", what);
  }
  return e == BTRFS_UTIL_ERROR_STOP_ITERATION ? 0
    : btrfs_failed (e, what, err);
}

static int
add_snapshots (struct strlist *l, int fd, const uint8_t uuid[16],
               const char *what, struct error *err)
{
  CLEANUP_STRLIST struct strlist paths = STRLIST_INIT;
  CLEANUP_STRBUF struct strbuf joined = STRBUF_INIT;
  size_t i;

  if (find_snapshots (fd, uuid, &paths, what, err) == -1)
    return -1;
  for (i = 0; i < paths.len; ++i)
    if (strbuf_addf (&joined, "%s%s", i ? "," : "", paths.items[i]) == -1)
      return error_errno (err, "%s", what);
  if (strlist_add (l, "Snapshot(s)") == -1
      || strlist_add (l, joined.len ? joined.data : "") == -1)
    return error_errno (err, "%s", what);
  return 0;
}

static int
add_info (struct strlist *l, const struct btrfs_util_subvolume_info *info,
          const char *path)
{
  const char *base = strrchr (path, '/');
  bool top = info->id == BTRFS_FS_TREE_OBJECTID;

  if (strlist_add (l, "Name") == -1
      || strlist_add (l, top ? "<FS_TREE>" : base ? base + 1 : path) == -1
      || add_uuid (l, "UUID", info->uuid) == -1
      || add_uuid (l, "Parent UUID", info->parent_uuid) == -1
      || add_uuid (l, "Received UUID", info->received_uuid) == -1
      || add_time (l, "Creation time", &info->otime) == -1
      || add_number (l, "Subvolume ID", info->id) == -1
      || add_number (l, "Generation", info->generation) == -1
      || add_number (l, "Gen at creation", info->otransid) == -1
      || add_number (l, "Parent ID", info->parent_id) == -1
      || add_number (l, "Top level ID", info->parent_id) == -1
      || strlist_add (l, "Flags") == -1
      || strlist_add (l, info->flags & BTRFS_ROOT_SUBVOL_RDONLY
                      ? "readonly" : "-") == -1
      || add_number (l, "Send transid", info->stransid) == -1
      || add_time (l, "Send time", &info->stime) == -1
      || add_number (l, "Receive transid", info->rtransid) == -1
      || add_time (l, "Receive time", &info->rtime) == -1)
    return -1;
  return 0;
}

char **
do_btrfs_subvolume_show (const char *subvolume, struct error *err)
{
  CLEANUP_CLOSE int fd = btrfs_open (subvolume, err);
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  struct btrfs_util_subvolume_info info;
  CLEANUP_FREE char *path = NULL;
  enum btrfs_util_error e;
  char **list;

  if (fd == -1)
    return NULL;
  e = btrfs_util_is_subvolume_fd (fd);
  if (e == BTRFS_UTIL_OK)
    e = btrfs_util_subvolume_info_fd (fd, 0, &info);
  if (e == BTRFS_UTIL_OK)
    e = btrfs_util_subvolume_path_fd (fd, info.id, &path);
  if (e != BTRFS_UTIL_OK) {
    btrfs_failed (e, subvolume, err);
    return NULL;
  }
  if (add_info (&ret, &info, path) == -1) {
    error_errno (err, "%s", subvolume);
    return NULL;
  }
  if (add_snapshots (&ret, fd, info.uuid, subvolume, err) == -1)
    return NULL;
  list = strlist_take (&ret);
  if (!list)
    error_errno (err, "%s", subvolume);
  return list;
}
