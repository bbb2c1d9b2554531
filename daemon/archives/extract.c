/* Unpacking an archive into a directory of the guest: see extract.h.
 *
 * No member gets out of the directory: names with ".." are refused, and links
 * on the way are resolved beneath it (safepath.h).  A system call is dear in
 * user-mode Linux, so a small file costs four (create, write, set times,
 * close), five when it is not root's: the mode is given when it is created,
 * with an empty umask, and its directory stays open for the next one.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/xattr.h>

#include "archiveio.h"
#include "extract.h"
#include "guestfile.h"
#include "guestpath.h"
#include "io.h"
#include "prefix.h"
#include "safepath.h"
#include "strbuf.h"

int
extract_init (struct extract *x, const char *directory, struct error *err)
{
  struct stat st, root;
  int root_fd;

  *x = (struct extract) { .base = -1, .parent = -1, .old_umask = umask (0) };
  x->base = file_open_dir (directory, err);
  if (x->base == -1 || (root_fd = guest_root_fd (err)) == -1)
    return -1;
  if (fstat (x->base, &st) == -1 || fstat (root_fd, &root) == -1)
    return error_errno (err, "%s", directory);
  x->base_is_root = st.st_dev == root.st_dev && st.st_ino == root.st_ino;
  return 0;
}

void
extract_release (struct extract *x)
{
  size_t i;

  umask (x->old_umask);
  cleanup_close (&x->base);
  cleanup_close (&x->parent);
  free (x->parent_path);
  for (i = 0; i < x->dirs.len; i++)
    free (x->dirs.ptr[i].path);
  extract_dir_vector_release (&x->dirs);
}

/* ---- the directory that a member goes into ------------------------------- */

/* Make what is missing of the directories of `path`. */
static int
make_parents (struct extract *x, const char *path, struct error *err)
{
  CLEANUP_FREE char *prefix = strdup (path);
  CLEANUP_CLOSE int dir = -1;
  char *p = prefix, *slash;

  if (!prefix)
    return error_errno (err, "%s", path);
  dir = open_beneath (x->base, "", O_PATH | O_DIRECTORY, x->base_is_root);
  for (;;) {
    int next;

    slash = strchr (p, '/');
    if (slash)
      *slash = '\0';
    next = open_beneath (x->base, prefix, O_PATH | O_DIRECTORY,
                         x->base_is_root);
    if (next == -1 && errno == ENOENT && mkdirat (dir, p, 0755) == 0)
      next = openat (dir, p, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next == -1)
      return error_errno (err, "%s", prefix);
    close (dir);
    dir = next;
    if (!slash)
      return 0;
    *slash = '/';
    p = slash + 1;
  }
}

static void
leave_parent (struct extract *x)
{
  cleanup_close (&x->parent);
  x->parent = -1;
}

/* Remove what is in the way of a member.  It may be a link that the path of the
 * open directory goes through. */
static int
clear_way (struct extract *x, const char *base)
{
  x->parent_stale = true;
  return unlinkat (x->parent, base, 0);
}

/* Open the directory of `path`, and point at the last component. */
static int
enter_parent (struct extract *x, const char *path, const char **ret_base,
              struct error *err)
{
  const char *slash = strrchr (path, '/');
  CLEANUP_FREE char *dir = strndup (path, slash ? slash - path : 0);
  CLEANUP_CLOSE int fd = -1;
  struct stat st;
  char proc[32];

  if (!dir)
    return error_errno (err, "%s", path);
  *ret_base = slash ? slash + 1 : path;
  if (x->parent_stale)
    leave_parent (x);
  x->parent_stale = false;
  if (x->parent >= 0 && strcmp (x->parent_path, dir) == 0)
    return 0;
  fd = open_beneath (x->base, dir, O_PATH | O_DIRECTORY, x->base_is_root);
  if (fd == -1 && errno == ENOENT) {
    if (make_parents (x, dir, err) == -1)
      return -1;
    fd = open_beneath (x->base, dir, O_PATH | O_DIRECTORY, x->base_is_root);
  }
  if (fd == -1 && errno == EXDEV)
    return error_set (err, EXDEV, "%s: a symbolic link leads out of the "
                      "directory", path);
  if (fd == -1 || fstat (fd, &st) == -1)
    return error_errno (err, "%s", path);
  x->parent_sets_group = st.st_mode & S_ISGID;
  x->parent_default_acl = getxattr (guest_fd_path (fd, proc),
                                    "system.posix_acl_default", NULL, 0) > 0;
  cleanup_close (&x->parent);
  free (x->parent_path);
  x->parent = TAKE_FD (fd);
  x->parent_path = TAKE_PTR (dir);
  return 0;
}

/* ---- attributes ------------------------------------------------------------ */

static int
set_acl (int fd, struct archive_entry *entry, int archive_type,
         acl_type_t type, struct error *err)
{
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;
  int t, permset, tag, qual, r = 0;
  const char *name;
  char proc[32];
  acl_t acl;

  if (archive_entry_acl_reset (entry, archive_type) == 0)
    return 0;
  while (archive_entry_acl_next (entry, archive_type, &t, &permset, &tag,
                                 &qual, &name) == ARCHIVE_OK && r == 0) {
    char who[32] = "";
    const char *word = tag == ARCHIVE_ENTRY_ACL_USER
      || tag == ARCHIVE_ENTRY_ACL_USER_OBJ ? "u"
      : tag == ARCHIVE_ENTRY_ACL_GROUP || tag == ARCHIVE_ENTRY_ACL_GROUP_OBJ
      ? "g" : tag == ARCHIVE_ENTRY_ACL_MASK ? "m" : "o";

    if (tag == ARCHIVE_ENTRY_ACL_USER || tag == ARCHIVE_ENTRY_ACL_GROUP)
      snprintf (who, sizeof who, "%d", qual);
    r = strbuf_addf (&text, "%s:%s:%c%c%c\n", word, who,
                     permset & ARCHIVE_ENTRY_ACL_READ ? 'r' : '-',
                     permset & ARCHIVE_ENTRY_ACL_WRITE ? 'w' : '-',
                     permset & ARCHIVE_ENTRY_ACL_EXECUTE ? 'x' : '-');
  }
  if (r == -1 || text.len == 0)
    return r == -1 ? error_errno (err, "ACL") : 0;
  acl = acl_from_text (text.data);
  if (!acl)
    return error_set (err, EINVAL, "malformed ACL in the archive");
  r = acl_set_file (guest_fd_path (fd, proc), type, acl);
  if (r == -1)
    error_errno (err, "ACL");
  acl_free (acl);
  return r;
}

static bool
want_xattr (const struct extract *x, const char *name)
{
  if (strcmp (name, "security.selinux") == 0)
    return x->selinux;
  if (has_prefix (name, "system.posix_acl_"))
    return false; /* they come as ACLs */
  return x->xattrs;
}

/* `fd` may be an O_PATH descriptor. */
static int
set_attributes (const struct extract *x, int fd, struct archive_entry *entry,
                struct error *err)
{
  const char *name, *path = archive_entry_pathname (entry);
  const void *value;
  size_t len;
  char proc[32];

  if (x->xattrs || x->selinux) {
    archive_entry_xattr_reset (entry);
    while (archive_entry_xattr_next (entry, &name, &value, &len)
           == ARCHIVE_OK) {
      if (!name || !want_xattr (x, name))
        continue;
      if (setxattr (guest_fd_path (fd, proc), name, value, len, 0) == -1)
        return error_errno (err, "%s: extended attribute %s", path, name);
    }
  }
  if (x->acls && !S_ISLNK (archive_entry_mode (entry))
      && (set_acl (fd, entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, ACL_TYPE_ACCESS,
                   err) == -1
          || set_acl (fd, entry, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT,
                      ACL_TYPE_DEFAULT, err) == -1))
    return error_prefix (err, "%s", path);
  return 0;
}

static void
get_times (struct archive_entry *entry, struct timespec ret[2])
{
  ret[0] = (struct timespec) { .tv_nsec = UTIME_OMIT };
  if (archive_entry_atime_is_set (entry))
    ret[0] = (struct timespec) { archive_entry_atime (entry),
                                 archive_entry_atime_nsec (entry) };
  ret[1] = (struct timespec) { archive_entry_mtime (entry),
                               archive_entry_mtime_nsec (entry) };
}

static bool
needs_chown (const struct extract *x, struct archive_entry *entry)
{
  return archive_entry_uid (entry) != 0 || archive_entry_gid (entry) != 0
    || x->parent_sets_group;
}

/* ---- kinds of members -------------------------------------------------------- */

static int
write_data (int fd, struct archive *a, const char *path, int64_t size,
            struct error *err)
{
  const void *data;
  int64_t offset, end = 0;
  size_t len;
  int r;

  if (size == 0)
    return 0;
  while ((r = archive_read_data_block (a, &data, &len, &offset))
         == ARCHIVE_OK) {
    if (len == 0)
      continue;
    if (offset == end ? write_full (fd, data, len)
        : pwrite_full (fd, data, len, offset))
      return error_errno (err, "%s", path);
    if (offset != end && lseek (fd, offset + len, SEEK_SET) == -1)
      return error_errno (err, "%s", path);
    end = offset + len;
  }
  if (r != ARCHIVE_EOF)
    return archive_error_set (err, a, path);
  if (end < size && ftruncate (fd, size) == -1) /* ends in a hole */
    return error_errno (err, "%s", path);
  return 0;
}

static int
extract_file (struct extract *x, struct archive *a,
              struct archive_entry *entry, const char *path, const char *base,
              struct error *err)
{
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  mode_t mode = archive_entry_perm (entry);
  bool chowned = needs_chown (x, entry);
  struct timespec times[2];
  CLEANUP_CLOSE int fd = openat (x->parent, base, flags, mode);

  if (fd == -1 && errno == EEXIST && clear_way (x, base) == 0)
    fd = openat (x->parent, base, flags, mode);
  if (fd == -1)
    return error_errno (err, "%s", path);
  if (write_data (fd, a, path, archive_entry_size (entry), err) == -1)
    return -1;
  if (chowned && fchown (fd, archive_entry_uid (entry),
                         archive_entry_gid (entry)) == -1)
    return error_errno (err, "%s: owner", path);
  /* A change of owner takes the set-id bits. */
  if ((x->parent_default_acl || (chowned && mode & 07000))
      && fchmod (fd, mode) == -1)
    return error_errno (err, "%s: mode", path);
  if (set_attributes (x, fd, entry, err) == -1)
    return -1;
  get_times (entry, times);
  if (futimens (fd, times) == -1)
    return error_errno (err, "%s: times", path);
  return file_close (&fd, path, err);
}

/* Is there a directory of this name already, that may stay? */
static bool
keep_directory (const struct extract *x, const char *path, const char *base)
{
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  if (fstatat (x->parent, base, &st, AT_SYMLINK_NOFOLLOW) == -1)
    return false;
  if (S_ISDIR (st.st_mode))
    return true;
  if (!S_ISLNK (st.st_mode) || !x->keepdirlink)
    return false;
  fd = open_beneath (x->base, path, O_PATH | O_DIRECTORY, x->base_is_root);
  return fd >= 0;
}

/* Owner, mode and attributes of a directory, now; its times later. */
static int
finish_directory (struct extract *x, struct archive_entry *entry,
                  const char *path, bool existed, struct error *err)
{
  bool special = x->xattrs || x->selinux || x->acls || x->parent_default_acl;
  mode_t mode = archive_entry_perm (entry);
  struct extract_dir dir = { .path = NULL };
  CLEANUP_CLOSE int fd = -1;
  char proc[32];

  if (existed || special || needs_chown (x, entry) || mode & 07000) {
    fd = open_beneath (x->base, path, O_PATH | O_DIRECTORY, x->base_is_root);
    if (fd == -1
        || fchownat (fd, "", archive_entry_uid (entry),
                     archive_entry_gid (entry), AT_EMPTY_PATH) == -1
        || chmod (guest_fd_path (fd, proc), mode) == -1)
      return error_errno (err, "%s", path);
    if (special && set_attributes (x, fd, entry, err) == -1)
      return -1;
  }
  dir.path = strdup (path);
  dir.mtime = (struct timespec) { archive_entry_mtime (entry),
                                  archive_entry_mtime_nsec (entry) };
  if (!dir.path || extract_dir_vector_append (&x->dirs, dir) == -1) {
    free (dir.path);
    return error_errno (err, "%s", path);
  }
  return 0;
}

static int
extract_directory (struct extract *x, struct archive_entry *entry,
                   const char *path, const char *base, struct error *err)
{
  mode_t mode = archive_entry_perm (entry);
  bool existed = false;

  if (mkdirat (x->parent, base, mode) == -1) {
    if (errno != EEXIST)
      return error_errno (err, "%s", path);
    existed = keep_directory (x, path, base);
    if (!existed && (clear_way (x, base) == -1
                     || mkdirat (x->parent, base, mode) == -1))
      return error_errno (err, "%s", path);
  }
  return finish_directory (x, entry, path, existed, err);
}

/* Make a link or special file, again when something is in the way. */
static int
make_other (struct extract *x, struct archive_entry *entry, const char *base,
            int link_fd)
{
  mode_t mode = archive_entry_mode (entry);
  char proc[32];

  if (link_fd >= 0)
    return linkat (AT_FDCWD, guest_fd_path (link_fd, proc), x->parent, base,
                   AT_SYMLINK_FOLLOW);
  if (S_ISLNK (mode))
    return symlinkat (archive_entry_symlink (entry), x->parent, base);
  return mknodat (x->parent, base, mode, archive_entry_rdev (entry));
}

static int
finish_other (struct extract *x, struct archive_entry *entry, const char *path,
              const char *base, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  struct timespec times[2];
  char proc[32];

  get_times (entry, times);
  if (needs_chown (x, entry)
      && fchownat (x->parent, base, archive_entry_uid (entry),
                   archive_entry_gid (entry), AT_SYMLINK_NOFOLLOW) == -1)
    return error_errno (err, "%s: owner", path);
  if (x->xattrs || x->selinux || x->acls
      || !S_ISLNK (archive_entry_mode (entry))) {
    fd = openat (x->parent, base, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd == -1)
      return error_errno (err, "%s", path);
    if (!S_ISLNK (archive_entry_mode (entry))
        && chmod (guest_fd_path (fd, proc), archive_entry_perm (entry)) == -1)
      return error_errno (err, "%s: mode", path);
    if (set_attributes (x, fd, entry, err) == -1)
      return -1;
  }
  if (utimensat (x->parent, base, times, AT_SYMLINK_NOFOLLOW) == -1)
    return error_errno (err, "%s: times", path);
  return 0;
}

static int
extract_other (struct extract *x, struct archive_entry *entry,
               const char *path, const char *base, struct error *err)
{
  const char *hardlink = archive_entry_hardlink (entry);
  CLEANUP_FREE char *target = NULL;
  CLEANUP_CLOSE int fd = -1;

  if (hardlink) {
    target = strdup (hardlink);
    if (!target)
      return error_errno (err, "%s", path);
    if (member_path_clean (target) == -1)
      return error_set (err, EINVAL, "%s: links to %s, which has ..", path,
                        hardlink);
    fd = open_beneath (x->base, target, O_PATH | O_NOFOLLOW, x->base_is_root);
    if (fd == -1)
      return error_errno (err, "%s: link to %s", path, hardlink);
  }
  else if (S_ISLNK (archive_entry_mode (entry))
           && !archive_entry_symlink (entry))
    return error_set (err, EINVAL, "%s: a symbolic link without target", path);
  if (make_other (x, entry, base, fd) == -1
      && (errno != EEXIST || clear_way (x, base) == -1
          || make_other (x, entry, base, fd) == -1)) {
    if (hardlink)
      return error_errno (err, "%s: hard link to %s", path, hardlink);
    return error_errno (err, "%s", path);
  }
  return hardlink ? 0 : finish_other (x, entry, path, base, err);
}

int
extract_entry (struct extract *x, struct archive *a,
               struct archive_entry *entry, struct error *err)
{
  const char *name = archive_entry_pathname (entry);
  CLEANUP_FREE char *path = name ? strdup (name) : NULL;
  const char *base = NULL;

  if (!path)
    return error_set (err, EILSEQ, "a member has no name, or one that cannot "
                      "be decoded");
  if (member_path_clean (path) == -1)
    return error_set (err, EINVAL, "%s: the name of a member has ..", name);
  if (*path == '\0') {
    if (archive_entry_filetype (entry) != AE_IFDIR)
      return error_set (err, EINVAL, "%s: a member without a name", name);
    x->parent_sets_group = x->parent_default_acl = false;
    leave_parent (x);
    return finish_directory (x, entry, path, true, err);
  }
  if (enter_parent (x, path, &base, err) == -1)
    return -1;
  if (archive_entry_hardlink (entry))
    return extract_other (x, entry, path, base, err);
  switch (archive_entry_filetype (entry)) {
  case AE_IFREG:
    return extract_file (x, a, entry, path, base, err);
  case AE_IFDIR:
    return extract_directory (x, entry, path, base, err);
  case AE_IFLNK:
  case AE_IFCHR:
  case AE_IFBLK:
  case AE_IFIFO:
    return extract_other (x, entry, path, base, err);
  default:
    return error_set (err, EINVAL, "%s: a member of unknown type", path);
  }
}

int
extract_finish (struct extract *x, struct error *err)
{
  size_t i;

  for (i = x->dirs.len; i-- > 0;) {
    const struct extract_dir *d = &x->dirs.ptr[i];
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, d->mtime };
    CLEANUP_CLOSE int fd = open_beneath (x->base, d->path,
                                         O_PATH | O_DIRECTORY,
                                         x->base_is_root);

    /* A later member may have replaced it. */
    if (fd >= 0 && utimensat (fd, "", times, AT_EMPTY_PATH) == -1)
      return error_errno (err, "%s: times", d->path);
  }
  return 0;
}
