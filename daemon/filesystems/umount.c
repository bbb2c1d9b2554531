/* Unmounting, the lists of what is mounted, and mount points that are made
 * before anything is. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "actions.h"
#include "btrfs.h"
#include "command.h"
#include "device.h"
#include "flush.h"
#include "guestpath.h"
#include "guestprograms.h"
#include "journal.h"
#include "loop.h"
#include "mounts.h"
#include "prefix.h"
#include "strlist.h"

/* umount2 (2) on a mount, by its path as the kernel knows it: no part of it
 * can be a symbolic link, because it is a mount point.  What could not be written
 * is an error, but does not keep it mounted. */
static int
unmount (const struct guest_mount *m, int flags, struct error *err)
{
  CLEANUP_FREE char *path = guest_sysroot_path (m->target, err);
  CLEANUP_ERROR struct error unwritten = ERROR_INIT;
  CLEANUP_CLOSE int device = -1;
  int r;

  if (!path)
    return -1;
  device = flush_begin (m, &unwritten);
  mounts_changed ();
  if (umount2 (path, flags | UMOUNT_NOFOLLOW) == -1
      && (errno != EBUSY || !btrfs_scrub_stop (path)
          || umount2 (path, flags | UMOUNT_NOFOLLOW) == -1))
    return error_errno (err, "unmounting %s", m->target);
  r = flush_end (TAKE_FD (device), m, &unwritten);
  loop_release (m->source);
  error_move (err, &unwritten);
  return r;
}

/* The target of a path: with links resolved, so that /a/b finds the mount on
 * /c/b when /a is a link to /c. */
static const struct guest_mount *
find_path (const struct guest_mounts *list, const char *path)
{
  const struct guest_mount *m = mounts_find_target (list, path);
  CLEANUP_CLOSE int fd = -1;
  char link[32], real[4096];
  const char *root = guest_root (), *target;
  ssize_t n;

  if (m)
    return m;
  fd = guest_open (path, O_PATH, 0, NULL);
  n = fd == -1 ? -1
    : readlink (guest_fd_path (fd, link), real, sizeof real - 1);
  if (n <= 0)
    return NULL;
  real[n] = '\0';
  if (strcmp (real, root) == 0)
    return mounts_find_target (list, "/");
  target = skip_prefix (real, root);
  return target ? mounts_find_target (list, target) : NULL;
}

int
do_umount (const char *pathordevice, const struct guestfs_umount_opts_argv *o,
           struct error *err)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  const struct guest_mount *m;
  int flags = 0;

  if (o->bitmask & GUESTFS_UMOUNT_OPTS_FORCE_BITMASK && o->force)
    flags |= MNT_FORCE;
  if (o->bitmask & GUESTFS_UMOUNT_OPTS_LAZYUNMOUNT_BITMASK && o->lazyunmount)
    flags |= MNT_DETACH;
  if (mounts_read (&list, err) == -1)
    return -1;
  m = mounts_find_source (&list, pathordevice);
  if (!m)
    m = find_path (&list, pathordevice);
  if (!m)
    return error_set (err, EINVAL, "%s: not mounted", pathordevice);
  return unmount (m, flags, err);
}

static int
unmount_all (struct error *err)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  size_t i;

  if (mounts_read (&list, err) == -1)
    return -1;
  journal_forget ();
  /* What was mounted last is on top, or inside. */
  for (i = list.len; i-- > 0; )
    (void) unmount (&list.ptr[i], 0, &fault);
  if (error_is_set (&fault)) {
    error_move (err, &fault);
    return -1;
  }
  return 0;
}

/* What programs of the guest have left running does not keep it mounted. */
int
do_umount_all (struct error *err)
{
  CLEANUP_ERROR struct error fault = ERROR_INIT;

  if (unmount_all (&fault) == 0)
    return 0;
  if (fault.errnum == EBUSY && guest_programs_end () > 0)
    return unmount_all (err);
  error_move (err, &fault);
  return -1;
}

int
do_internal_autosync (struct error *err)
{
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  int r = do_umount_all (&fault);

  if (flush_all (&fault) == -1)
    r = -1;
  error_move (err, &fault);
  return r;
}

/* As a caller would write it: a subvolume when not the whole of a btrfs. */
static int
add_mountable (struct strlist *list, const struct guest_mount *m)
{
  if (strcmp (m->type, "btrfs") == 0 && strcmp (m->root, "/") != 0)
    return strlist_addf (list, "btrfsvol:%s%s", m->source, m->root);
  return strlist_add (list, m->source);
}

/* The mounted devices, each followed by where it is mounted if that is wanted. */
static char **
list_mounts (bool targets, struct error *err)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  size_t i;

  if (mounts_read (&list, err) == -1)
    return NULL;
  for (i = 0; i < list.len; ++i)
    if (is_device_name (list.ptr[i].source)
        && (add_mountable (&ret, &list.ptr[i]) == -1
            || (targets && strlist_add (&ret, list.ptr[i].target) == -1))) {
      error_errno (err, "mounts");
      return NULL;
    }
  return strlist_take (&ret);
}

char **
do_mounts (struct error *err)
{
  return list_mounts (false, err);
}

char **
do_mountpoints (struct error *err)
{
  return list_mounts (true, err);
}

/* The root image cannot be written, so the first mount point made before any
 * mount brings a file system in memory. */
static int
prepare_scratch (struct error *err)
{
  static int done;

  if (done || mounts_any ())
    return 0;
  mounts_changed ();
  if (mount (MOUNTS_SCRATCH, guest_root (), "tmpfs", 0, "mode=755") == -1)
    return error_errno (err, "making a place for mount points");
  done = 1;
  return 0;
}

int
do_mkmountpoint (const char *exemptpath, struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_CLOSE int dir = -1;
  const char *base = NULL;

  if (prepare_scratch (err) == -1)
    return -1;
  dir = guest_open_parent (exemptpath, &base, &copy, err);
  if (dir == -1)
    return -1;
  if (mkdirat (dir, base, 0777) == -1)
    return error_errno (err, "%s", exemptpath);
  return 0;
}

int
do_rmmountpoint (const char *exemptpath, struct error *err)
{
  CLEANUP_FREE char *copy = NULL;
  CLEANUP_CLOSE int dir = -1;
  const char *base = NULL;

  dir = guest_open_parent (exemptpath, &base, &copy, err);
  if (dir == -1)
    return -1;
  if (unlinkat (dir, base, AT_REMOVEDIR) == -1)
    return error_errno (err, "%s", exemptpath);
  return 0;
}
