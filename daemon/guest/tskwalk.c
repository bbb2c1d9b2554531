/* All files of a filesystem, deleted ones too: filesystem_walk, find_inode. */

#include "tsk.h"

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "actions.h"

#ifdef HAVE_TSK

#include "structout.h"
#include "transfer.h"

/* Members of tsk_flags: part of the API. */
#define FILE_ALLOCATED 1
#define FILE_REALLOCATED 2
#define FILE_COMPRESSED 4

struct walk {
  struct structout out;
  const int64_t *inode; /* only names of this one, or NULL */
  struct error *err;
  bool failed;
};

static char
type_of_name (TSK_FS_NAME_TYPE_ENUM type)
{
  static const char types[] = "ufcdbrlshwrd";

  return (size_t) type < sizeof types - 1 ? types[type] : 'u';
}

static char
type_of_meta (TSK_FS_META_TYPE_ENUM type)
{
  static const char types[] = "urdfcblhswrd";

  return (size_t) type < sizeof types - 1 ? types[type] : 'u';
}

/* The name knows the type in most filesystems; where it does not, or is not in
 * use any more, the inode does. */
static char
file_type (const TSK_FS_FILE *file)
{
  char type = type_of_name (file->name->type);

  return type == 'u' && file->meta ? type_of_meta (file->meta->type) : type;
}

static uint32_t
file_flags (const TSK_FS_FILE *file)
{
  uint32_t flags = file->name->flags & TSK_FS_NAME_FLAG_UNALLOC
    ? 0 : FILE_ALLOCATED;

  if (!file->meta)
    return flags;
  if (!(flags & FILE_ALLOCATED) && file->meta->flags & TSK_FS_META_FLAG_ALLOC)
    flags |= FILE_REALLOCATED;
  if (file->meta->flags & TSK_FS_META_FLAG_COMP)
    flags |= FILE_COMPRESSED;
  return flags;
}

static int
send_file (struct walk *w, const TSK_FS_FILE *file, const char *path)
{
  const TSK_FS_META *meta = file->meta;
  CLEANUP_STRBUF struct strbuf name = STRBUF_INIT;
  struct guestfs_tsk_dirent d = {
    .tsk_inode = file->name->meta_addr,
    .tsk_type = file_type (file),
    .tsk_flags = file_flags (file),
    .tsk_size = -1,
    .tsk_link = (char *) "",
  };

  if (strbuf_addf (&name, "%s%s", path ? path : "", file->name->name) == -1)
    return error_errno (w->err, "list of files");
  d.tsk_name = name.data;
  if (meta) {
    d.tsk_size = meta->size;
    d.tsk_nlink = meta->nlink;
    d.tsk_atime_sec = meta->atime;
    d.tsk_atime_nsec = meta->atime_nano;
    d.tsk_mtime_sec = meta->mtime;
    d.tsk_mtime_nsec = meta->mtime_nano;
    d.tsk_ctime_sec = meta->ctime;
    d.tsk_ctime_nsec = meta->ctime_nano;
    d.tsk_crtime_sec = meta->crtime;
    d.tsk_crtime_nsec = meta->crtime_nano;
    if (meta->link)
      d.tsk_link = meta->link;
  }
  return structout_add (&w->out, &d, w->err);
}

static TSK_WALK_RET_ENUM
visit (TSK_FS_FILE *file, const char *path, void *opaque)
{
  struct walk *w = opaque;

  if (!file->name || !file->name->name || TSK_FS_ISDOT (file->name->name)
      || (w->inode && file->name->meta_addr != (TSK_INUM_T) *w->inode))
    return TSK_WALK_CONT;
  if (send_file (w, file, path) == 0)
    return TSK_WALK_CONT;
  w->failed = true;
  return TSK_WALK_ERROR;
}

static int
walk (const struct mountable *device, const int64_t *inode, struct error *err)
{
  CLEANUP_TSK struct tsk t = TSK_INIT;
  struct walk w = {
    .out = STRUCTOUT_INIT (layout_tsk_dirent),
    .inode = inode,
    .err = err,
  };
  int r;

  if (tsk_begin (&t, device, err) == -1)
    return -1;
  r = tsk_fs_dir_walk (t.fs, t.fs->root_inum, TSK_FS_DIR_WALK_FLAG_ALLOC
                       | TSK_FS_DIR_WALK_FLAG_UNALLOC
                       | TSK_FS_DIR_WALK_FLAG_RECURSE, visit, &w);
  if (r != 0 || w.failed)
    r = w.failed ? -1 : tsk_failed (device->string, err);
  else
    r = structout_end (&w.out, err);
  structout_release (&w.out);
  return r;
}

int
do_internal_filesystem_walk (const struct mountable *device, struct error *err)
{
  return walk (device, NULL, err);
}

int
do_internal_find_inode (const struct mountable *device, int64_t inode,
                        struct error *err)
{
  if (inode < 0)
    return error_set (err, EINVAL, "inode: %lld is negative",
                      (long long) inode);
  return walk (device, &inode, err);
}

#else

#include "absent.h"

ABSENT (int, -1, do_internal_filesystem_walk,
        (const struct mountable *device, struct error *err))
ABSENT (int, -1, do_internal_find_inode,
        (const struct mountable *device, int64_t inode, struct error *err))

#endif
