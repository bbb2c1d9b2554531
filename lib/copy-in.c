/* guestfs_copy_in: pack a local file or directory, unpack it in the guest. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive-thread.h"
#include "impl.h"

#define BLOCK_SIZE (256 * 1024)

struct packer {
  struct archive *disk, *tar;
  struct archive_entry_linkresolver *links;
};

static void
packer_release (struct packer *p)
{
  archive_entry_linkresolver_free (p->links);
  archive_write_free (p->tar);
  archive_read_free (p->disk);
}

static int
packer_init (struct packer *p, struct archive_thread *t)
{
  p->disk = archive_read_disk_new ();
  p->tar = archive_write_new ();
  p->links = archive_entry_linkresolver_new ();
  if (!p->disk || !p->tar || !p->links)
    return error_set (&t->err, ENOMEM, "%s: out of memory", t->name);
  archive_read_disk_set_behavior (p->disk, ARCHIVE_READDISK_NO_ACL
                                  | ARCHIVE_READDISK_NO_XATTR
                                  | ARCHIVE_READDISK_NO_FFLAGS);
  archive_write_set_format_pax_restricted (p->tar);
  archive_write_set_bytes_per_block (p->tar, BLOCK_SIZE);
  archive_write_set_bytes_in_last_block (p->tar, 1);
  archive_entry_linkresolver_set_strategy (p->links,
                                           archive_format (p->tar));
  if (archive_read_disk_open (p->disk, t->name) != ARCHIVE_OK)
    return archive_thread_error (p->disk, t->name, &t->err);
  if (archive_write_open_fd (p->tar, t->fd) != ARCHIVE_OK)
    return archive_thread_error (p->tar, t->name, &t->err);
  return 0;
}

/* Copy the contents of a file.  A hole is written as zeroes. */
static int
pack_data (struct packer *p, const char *name, struct error *err)
{
  static const char zeroes[65536];
  int64_t offset, done = 0;
  const void *data;
  size_t len;
  int r;

  while ((r = archive_read_data_block (p->disk, &data, &len, &offset))
         == ARCHIVE_OK) {
    while (done < offset) {
      size_t n = offset - done < 65536 ? offset - done : 65536;

      if (archive_write_data (p->tar, zeroes, n) < 0)
        return archive_thread_error (p->tar, name, err);
      done += n;
    }
    if (len > 0 && archive_write_data (p->tar, data, len) < 0)
      return archive_thread_error (p->tar, name, err);
    done += len;
  }
  return r == ARCHIVE_EOF ? 0 : archive_thread_error (p->disk, name, err);
}

static int
pack_entry (struct packer *p, struct archive_entry *entry, struct error *err)
{
  struct archive_entry *spare = NULL;
  CLEANUP_FREE char *name = strdup (archive_entry_pathname (entry));
  int r;

  if (!name)
    return error_errno (err, "copy_in");
  if (archive_entry_filetype (entry) == AE_IFSOCK)
    return 0; /* tar has no sockets */
  /* Turns the second name of a file into a hard link without contents. */
  archive_entry_linkify (p->links, &entry, &spare);
  if (!entry)
    return 0;
  r = archive_write_header (p->tar, entry);
  if (r < ARCHIVE_WARN)
    return archive_thread_error (p->tar, name, err);
  if (archive_entry_filetype (entry) == AE_IFREG
      && archive_entry_size (entry) > 0)
    return pack_data (p, name, err);
  return 0;
}

static int
pack_all (struct packer *p, struct archive_thread *t)
{
  struct archive_entry *entry;
  int r;

  for (;;) {
    entry = archive_entry_new ();
    if (!entry)
      return error_set (&t->err, ENOMEM, "copy_in: out of memory");
    r = archive_read_next_header2 (p->disk, entry);
    if (r == ARCHIVE_OK && pack_entry (p, entry, &t->err) == -1)
      r = ARCHIVE_FATAL;
    archive_entry_free (entry);
    if (r == ARCHIVE_EOF)
      break;
    if (r != ARCHIVE_OK)
      return archive_thread_error (p->disk, t->name, &t->err);
    if (archive_read_disk_can_descend (p->disk))
      archive_read_disk_descend (p->disk);
  }
  if (archive_write_close (p->tar) != ARCHIVE_OK)
    return archive_thread_error (p->tar, t->name, &t->err);
  return 0;
}

static int
pack (struct archive_thread *t)
{
  CLEANUP (packer_release) struct packer p = { NULL, NULL, NULL };

  return packer_init (&p, t) == -1 ? -1 : pack_all (&p, t);
}

/* "/a/b/" is "b" in "/a". */
static int
split (const char *path, char **ret_dir, char **ret_name, struct error *err)
{
  CLEANUP_FREE char *copy = strdup (path);
  char *slash;

  if (!copy)
    return error_errno (err, "copy_in");
  for (slash = copy + strlen (copy); slash > copy + 1 && slash[-1] == '/';)
    *--slash = '\0';
  slash = strrchr (copy, '/');
  *ret_name = strdup (slash && slash[1] ? slash + 1 : slash ? "." : copy);
  if (slash)
    slash[slash == copy] = '\0';
  *ret_dir = strdup (slash ? copy : ".");
  return *ret_dir && *ret_name ? 0 : error_errno (err, "copy_in");
}

static int
check_arguments (guestfs_h *g, const char *localpath, const char *remotedir,
                 struct error *err)
{
  struct stat st;
  int r;

  if (lstat (localpath, &st) == -1)
    return error_errno (err, "%s", localpath);
  r = impl_is_dir (g, remotedir, NULL, err);
  if (r == 0)
    return error_set (err, ENOTDIR, "%s: there is no such directory in the "
                      "guest", remotedir);
  return r == -1 ? -1 : 0;
}

int
impl_copy_in (guestfs_h *g, const char *localpath, const char *remotedir,
              struct error *err)
{
  struct archive_thread t = { .g = g, .run = pack };
  CLEANUP_FREE char *dir = NULL, *name = NULL;
  CLEANUP_ERROR struct error call_err = ERROR_INIT;
  int r;

  if (check_arguments (g, localpath, remotedir, err) == -1
      || split (localpath, &dir, &name, err) == -1)
    return -1;
  t.dir = dir;
  t.name = name;
  if (archive_thread_start (&t, false, err) == -1)
    return -1;
  r = impl_tar_in (g, t.filename, remotedir, NULL, &call_err);
  return archive_thread_join (&t, r, &call_err, err);
}
