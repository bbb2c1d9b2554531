/* Calls that return a list which the daemon sends as a file. */

#include <config.h>

#include "guestfs.h"
#include "impl.h"
#include "structfile.h"
#include "structs.h"

struct guestfs_tsk_dirent_list *
impl_filesystem_walk (guestfs_h *g, const char *device, struct error *err)
{
  CLEANUP_STRUCTFILE struct structfile f = STRUCTFILE_INIT;

  if (structfile_open (&f, err) == -1
      || impl_internal_filesystem_walk (g, device, f.path, err) == -1)
    return NULL;
  return structfile_read (&f, &layout_tsk_dirent, err);
}

char **
impl_find (guestfs_h *g, const char *directory, struct error *err)
{
  CLEANUP_STRUCTFILE struct structfile f = STRUCTFILE_INIT;

  if (structfile_open (&f, err) == -1
      || impl_find0 (g, directory, f.path, err) == -1)
    return NULL;
  return structfile_read_names (&f, err);
}

struct guestfs_tsk_dirent_list *
impl_find_inode (guestfs_h *g, const char *device, int64_t inode,
                 struct error *err)
{
  CLEANUP_STRUCTFILE struct structfile f = STRUCTFILE_INIT;

  if (structfile_open (&f, err) == -1
      || impl_internal_find_inode (g, device, inode, f.path, err) == -1)
    return NULL;
  return structfile_read (&f, &layout_tsk_dirent, err);
}

struct guestfs_xattr_list *
impl_journal_get (guestfs_h *g, struct error *err)
{
  CLEANUP_STRUCTFILE struct structfile f = STRUCTFILE_INIT;

  if (structfile_open (&f, err) == -1
      || impl_internal_journal_get (g, f.path, err) == -1)
    return NULL;
  return structfile_read (&f, &layout_xattr, err);
}

struct guestfs_yara_detection_list *
impl_yara_scan (guestfs_h *g, const char *path, struct error *err)
{
  CLEANUP_STRUCTFILE struct structfile f = STRUCTFILE_INIT;

  if (structfile_open (&f, err) == -1
      || impl_internal_yara_scan (g, path, f.path, err) == -1)
    return NULL;
  return structfile_read (&f, &layout_yara_detection, err);
}
