/* tar_out, tgz_out and txz_out.
 *
 * GNU tar format, as the bytes of names need no character set there; pax when
 * attributes are wanted.
 */

#include <config.h>

#include <acl/libacl.h>
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "actions.h"
#include "archiveio.h"
#include "dirscan.h"
#include "dispatch.h"
#include "guestfile.h"
#include "guestids.h"
#include "guestpath.h"
#include "prefix.h"
#include "tarexclude.h"

struct tar_out {
  const char *compress;
  bool numericowner, xattrs, selinux, acls;
  char *const *excludes; /* or NULL */
  struct archive_out out;
  struct archive_entry_linkresolver *links;
  struct archive_entry *entry; /* used again and again */
  struct idmap users, groups;
};

static void
tar_out_release (struct tar_out *t)
{
  if (t->links)
    archive_entry_linkresolver_free (t->links);
  if (t->entry)
    archive_entry_free (t->entry);
  idmap_release (&t->users);
  idmap_release (&t->groups);
  archive_out_release (&t->out);
}

static int
tar_out_init (struct tar_out *t, struct error *err)
{
  bool pax = t->xattrs || t->selinux || t->acls;

  if (archive_out_init (&t->out, err) == -1)
    return -1;
  t->entry = archive_entry_new ();
  t->links = archive_entry_linkresolver_new ();
  if (!t->entry || !t->links)
    return error_set (err, ENOMEM, "tar: out of memory");
  if (t->compress && archive_add_filter (t->out.a, t->compress, 0, err) == -1)
    return -1;
  if (pax) {
    archive_write_set_format_pax_restricted (t->out.a);
    /* The form that GNU tar understands. */
    (void) archive_write_set_format_option (t->out.a, NULL, "xattrheader",
                                            "SCHILY");
  }
  else
    archive_write_set_format_gnutar (t->out.a);
  archive_entry_linkresolver_set_strategy (t->links,
                                           archive_format (t->out.a));
  if (!t->numericowner && (idmap_load (&t->users, "/etc/passwd") == -1
                           || idmap_load (&t->groups, "/etc/group") == -1))
    return error_errno (err, "tar");
  return archive_out_open (&t->out, err);
}

/* ---- attributes ------------------------------------------------------------- */

static int
add_xattrs (struct tar_out *t, const char *proc, const char *path,
            struct error *err)
{
  CLEANUP_FREE char *names = malloc (65536), *value = malloc (65536);
  const char *p;
  ssize_t n, len;

  if (!names || !value)
    return error_errno (err, "%s", path);
  n = listxattr (proc, names, 65536);
  if (n == -1)
    return errno == EOPNOTSUPP ? 0 : error_errno (err, "%s", path);
  for (p = names; p < names + n; p += strlen (p) + 1) {
    bool label = strcmp (p, "security.selinux") == 0;

    if (has_prefix (p, "system.posix_acl_")
        || !(label ? t->selinux : t->xattrs))
      continue;
    len = getxattr (proc, p, value, 65536);
    if (len == -1 && errno != ENODATA)
      return error_errno (err, "%s: %s", path, p);
    if (len >= 0)
      archive_entry_xattr_add_entry (t->entry, p, value, len);
  }
  return 0;
}

static int
add_acl (struct tar_out *t, const char *proc, acl_type_t type, int archive_type,
         const char *path, struct error *err)
{
  acl_t acl = acl_get_file (proc, type);
  acl_entry_t e;
  int which;

  if (!acl)
    return errno == EOPNOTSUPP || errno == EACCES ? 0
      : error_errno (err, "%s: ACL", path);
  /* One that says no more than the mode is left out. */
  if (type == ACL_TYPE_ACCESS && acl_entries (acl) <= 3) {
    acl_free (acl);
    return 0;
  }
  for (which = ACL_FIRST_ENTRY; acl_get_entry (acl, which, &e) == 1;
       which = ACL_NEXT_ENTRY) {
    acl_tag_t tag = ACL_UNDEFINED_TAG;
    acl_permset_t permset = NULL;
    uint32_t *id = NULL;
    int perms = 0, kind, qual = -1;

    (void) acl_get_tag_type (e, &tag);
    (void) acl_get_permset (e, &permset);
    if (acl_get_perm (permset, ACL_READ) == 1)
      perms |= ARCHIVE_ENTRY_ACL_READ;
    if (acl_get_perm (permset, ACL_WRITE) == 1)
      perms |= ARCHIVE_ENTRY_ACL_WRITE;
    if (acl_get_perm (permset, ACL_EXECUTE) == 1)
      perms |= ARCHIVE_ENTRY_ACL_EXECUTE;
    kind = tag == ACL_USER_OBJ ? ARCHIVE_ENTRY_ACL_USER_OBJ
      : tag == ACL_USER ? ARCHIVE_ENTRY_ACL_USER
      : tag == ACL_GROUP_OBJ ? ARCHIVE_ENTRY_ACL_GROUP_OBJ
      : tag == ACL_GROUP ? ARCHIVE_ENTRY_ACL_GROUP
      : tag == ACL_MASK ? ARCHIVE_ENTRY_ACL_MASK : ARCHIVE_ENTRY_ACL_OTHER;
    if ((tag == ACL_USER || tag == ACL_GROUP)
        && (id = acl_get_qualifier (e)) != NULL) {
      qual = *id;
      acl_free (id);
    }
    archive_entry_acl_add_entry (t->entry, archive_type, perms, kind, qual,
                                 NULL);
  }
  acl_free (acl);
  return 0;
}

static int
add_attributes (struct tar_out *t, int dirfd, const char *name,
                const struct stat *st, const char *path, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char proc[32];

  if (!t->xattrs && !t->selinux && !t->acls)
    return 0;
  fd = openat (dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "%s", path);
  guest_fd_path (fd, proc);
  if ((t->xattrs || t->selinux) && add_xattrs (t, proc, path, err) == -1)
    return -1;
  if (!t->acls || S_ISLNK (st->st_mode))
    return 0;
  if (add_acl (t, proc, ACL_TYPE_ACCESS, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, path,
               err) == -1)
    return -1;
  if (!S_ISDIR (st->st_mode))
    return 0;
  return add_acl (t, proc, ACL_TYPE_DEFAULT, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT,
                  path, err);
}

/* ---- members -------------------------------------------------------------------- */

/* Exactly the size that the header told: a file that changes meanwhile is
 * filled with zeroes, or cut. */
static int
write_contents (struct tar_out *t, int fd, uint64_t size, const char *path,
                struct error *err)
{
  char *buf = io_buffer (err);
  uint64_t done = 0;

  if (!buf)
    return -1;
  while (done < size) {
    uint64_t left = size - done;
    size_t want = left < IO_PIECE ? left : IO_PIECE;
    ssize_t n = read (fd, buf, want);

    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return error_errno (err, "%s", path);
    if (n == 0) {
      memset (buf, 0, want);
      n = want;
    }
    if (archive_write_data (t->out.a, buf, n) < 0)
      return archive_out_error (&t->out, path, err);
    done += n;
  }
  return 0;
}

static int
set_header (struct tar_out *t, int dirfd, const char *name,
            const struct stat *st, const char *path, struct error *err)
{
  char target[4096];
  ssize_t n;

  archive_entry_clear (t->entry);
  archive_entry_copy_stat (t->entry, st);
  archive_entry_set_pathname (t->entry, path);
  if (!t->numericowner) {
    archive_entry_set_uname (t->entry, idmap_name (&t->users, st->st_uid));
    archive_entry_set_gname (t->entry, idmap_name (&t->groups, st->st_gid));
  }
  if (S_ISLNK (st->st_mode)) {
    n = readlinkat (dirfd, name, target, sizeof target - 1);
    if (n == -1)
      return error_errno (err, "%s", path);
    target[n] = '\0';
    archive_entry_set_symlink (t->entry, target);
  }
  return add_attributes (t, dirfd, name, st, path, err);
}

/* `fd` is open for a regular file, -1 for others. */
static int
write_member (struct tar_out *t, int fd, int dirfd, const char *name,
              const struct stat *st, const char *path, struct error *err)
{
  struct archive_entry *entry, *spare = NULL;

  if (S_ISSOCK (st->st_mode))
    return 0; /* as tar does */
  if (set_header (t, dirfd, name, st, path, err) == -1)
    return -1;
  entry = t->entry;
  if (st->st_nlink > 1 && !S_ISDIR (st->st_mode))
    archive_entry_linkify (t->links, &entry, &spare);
  if (archive_write_header (t->out.a, t->entry) < ARCHIVE_WARN)
    return archive_out_error (&t->out, path, err);
  if (fd == -1 || archive_entry_hardlink (t->entry))
    return 0;
  return write_contents (t, fd, st->st_size, path, err);
}

static int
tar_visit (void *opaque, const struct walk_entry *e, struct error *err)
{
  struct tar_out *t = opaque;
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  if (t->excludes && is_excluded (e->path, t->excludes))
    return 1;
  if (e->type == DT_REG) {
    fd = openat (e->dirfd, e->name,
                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd == -1 || fstat (fd, &st) == -1)
      return error_errno (err, "%s", e->path);
  }
  else if (fstatat (e->dirfd, e->name, &st, AT_SYMLINK_NOFOLLOW) == -1)
    return error_errno (err, "%s", e->path);
  if (!S_ISDIR (st.st_mode))
    return write_member (t, fd, e->dirfd, e->name, &st, e->path, err);

  CLEANUP_STRBUF struct strbuf path = STRBUF_INIT;
  if (strbuf_addf (&path, "%s/", e->path) == -1)
    return error_errno (err, "%s", e->path);
  return write_member (t, -1, e->dirfd, e->name, &st, path.data, err);
}

static int
tar_out (const char *directory, struct tar_out *t, struct error *err)
{
  CLEANUP (utf8_scope_leave) struct utf8_scope utf8 = { (locale_t) 0,
                                                        (locale_t) 0 };
  struct walk w = { .visit = tar_visit, .opaque = t };
  CLEANUP_CLOSE int fd = -1;
  struct stat st;

  if (check_path (directory, err) == -1
      || (fd = file_open_dir (directory, err)) == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", directory);
  utf8_scope_enter (&utf8);
  if (tar_out_init (t, err) == -1
      || write_member (t, -1, fd, ".", &st, "./", err) == -1
      || walk_tree (&w, fd, directory, "./", err) == -1)
    return -1;
  return archive_out_finish (&t->out, err);
}

#define HAS(NAME) (optargs->bitmask & GUESTFS_TAR_OUT_OPTS_##NAME##_BITMASK)

int
do_tar_out (const char *directory,
            const struct guestfs_tar_out_opts_argv *optargs, struct error *err)
{
  CLEANUP (tar_out_release) struct tar_out t = {
    .compress = HAS (COMPRESS) ? optargs->compress : NULL,
    .numericowner = HAS (NUMERICOWNER) && optargs->numericowner,
    .excludes = HAS (EXCLUDES) ? optargs->excludes : NULL,
    .xattrs = HAS (XATTRS) && optargs->xattrs,
    .selinux = HAS (SELINUX) && optargs->selinux,
    .acls = HAS (ACLS) && optargs->acls,
  };

  return tar_out (directory, &t, err);
}

int
do_tgz_out (const char *directory, struct error *err)
{
  CLEANUP (tar_out_release) struct tar_out t = { .compress = "gzip" };

  return tar_out (directory, &t, err);
}

int
do_txz_out (const char *directory, struct error *err)
{
  CLEANUP (tar_out_release) struct tar_out t = { .compress = "xz" };

  return tar_out (directory, &t, err);
}
