/* guestfs_copy_out: pack a file or directory in the guest, unpack it here.
 *
 * The archive comes from the guest and is hostile: nothing of it may land
 * outside of the directory, by whatever names and links.
 */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive-thread.h"
#include "impl.h"

#define BLOCK_SIZE (256 * 1024)

static void
cleanup_read (struct archive **a)
{
  archive_read_free (*a);
}

static void
cleanup_write (struct archive **a)
{
  archive_write_free (*a);
}

static int
copy_data (struct archive *tar, struct archive *disk, const char *name,
           struct error *err)
{
  const void *data;
  int64_t offset;
  size_t len;
  int r;

  while ((r = archive_read_data_block (tar, &data, &len, &offset))
         == ARCHIVE_OK)
    if (archive_write_data_block (disk, data, len, offset) < 0)
      return archive_thread_error (disk, name, err);
  return r == ARCHIVE_EOF ? 0 : archive_thread_error (tar, name, err);
}

static int
unpack_all (struct archive *tar, struct archive *disk, struct error *err)
{
  struct archive_entry *entry;
  int r;

  while ((r = archive_read_next_header (tar, &entry)) == ARCHIVE_OK) {
    const char *name = archive_entry_pathname (entry);

    if (!name)
      return error_set (err, EILSEQ, "an entry without a name");
    if (archive_write_header (disk, entry) != ARCHIVE_OK)
      return archive_thread_error (disk, name, err);
    if (archive_entry_size (entry) > 0
        && copy_data (tar, disk, name, err) == -1)
      return -1;
    if (archive_write_finish_entry (disk) < ARCHIVE_WARN)
      return archive_thread_error (disk, name, err);
  }
  if (r != ARCHIVE_EOF)
    return archive_thread_error (tar, "archive", err);
  if (archive_write_close (disk) < ARCHIVE_WARN)
    return archive_thread_error (disk, "archive", err);
  return 0;
}

static int
unpack_stream (struct archive_thread *t)
{
  CLEANUP (cleanup_read) struct archive *tar = archive_read_new ();
  CLEANUP (cleanup_write) struct archive *disk = archive_write_disk_new ();
  int flags = ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM
    | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT
    | ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS;

  if (!tar || !disk)
    return error_set (&t->err, ENOMEM, "copy_out: out of memory");
  if (geteuid () == 0)
    flags |= ARCHIVE_EXTRACT_OWNER;
  archive_write_disk_set_options (disk, flags);
  archive_read_support_format_tar (tar);
  if (archive_read_open_fd (tar, t->fd, BLOCK_SIZE) != ARCHIVE_OK)
    return archive_thread_error (tar, "archive", &t->err);
  return unpack_all (tar, disk, &t->err);
}

/* Whatever happens the pipe is read to its end: who writes to a pipe that
 * nobody reads would get a SIGPIPE. */
static int
unpack (struct archive_thread *t)
{
  char buf[4096];
  int r = unpack_stream (t);

  if (r == -1)
    archive_thread_cancel (t);
  while (read (t->fd, buf, sizeof buf) > 0)
    ;
  return r;
}

/* --- what is not complete has another name --------------------------------------- */

/* A hidden directory beside the target, in which the copy is made. */
struct staging {
  char *dir, *path; /* owned; NULL: there is none */
};

#define STAGING_INIT { NULL, NULL }

static int
remove_one (const char *path, const struct stat *st, int type,
            struct FTW *where)
{
  return remove (path);
}

/* With all that is in it. */
static void
staging_release (struct staging *s)
{
  if (s->dir)
    (void) nftw (s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  free (s->dir);
  free (s->path);
}

#define CLEANUP_STAGING CLEANUP (staging_release)

static int
staging_begin (struct staging *s, const char *localdir, const char *name,
               struct error *err)
{
  CLEANUP_FREE char *dir = NULL;

  if (asprintf (&dir, "%s/.%s.XXXXXX", localdir, name) == -1) {
    dir = NULL;
    return error_set (err, ENOMEM, "copy_out: out of memory");
  }
  if (!mkdtemp (dir))
    return error_errno (err, "%s", localdir);
  s->dir = TAKE_PTR (dir);
  if (asprintf (&s->path, "%s/%s", s->dir, name) == -1) {
    s->path = NULL;
    return error_set (err, ENOMEM, "copy_out: out of memory");
  }
  return 0;
}

static int
staging_end (const struct staging *s, const char *dest, struct error *err)
{
  return rename (s->path, dest) == 0 ? 0 : error_errno (err, "%s", dest);
}

/* --- copying ------------------------------------------------------------------------ */

static int
fill_directory (guestfs_h *g, const char *remotepath, const char *dest,
                struct error *err)
{
  struct archive_thread t = { .g = g, .dir = dest, .run = unpack };
  CLEANUP_ERROR struct error call_err = ERROR_INIT;
  int r;

  if (archive_thread_start (&t, true, err) == -1)
    return -1;
  r = impl_tar_out (g, remotepath, t.filename, NULL, &call_err);
  return archive_thread_join (&t, r, &call_err, err);
}

/* What is there already is added to. */
static int
copy_directory (guestfs_h *g, const char *remotepath, const char *localdir,
                const char *name, const char *dest, struct error *err)
{
  CLEANUP_STAGING struct staging staging = STAGING_INIT;
  struct stat st;

  if (lstat (dest, &st) == 0)
    return fill_directory (g, remotepath, dest, err);
  if (staging_begin (&staging, localdir, name, err) == -1)
    return -1;
  if (mkdir (staging.path, 0777) == -1)
    return error_errno (err, "%s", dest);
  if (fill_directory (g, remotepath, staging.path, err) == -1)
    return -1;
  return staging_end (&staging, dest, err);
}

/* Links and devices that are there are written to. */
static int
copy_file (guestfs_h *g, const char *remotepath, const char *localdir,
           const char *name, const char *dest, struct error *err)
{
  CLEANUP_STAGING struct staging staging = STAGING_INIT;
  struct stat st;

  if (lstat (dest, &st) == 0 && !S_ISREG (st.st_mode))
    return impl_download (g, remotepath, dest, err);
  if (staging_begin (&staging, localdir, name, err) == -1
      || impl_download (g, remotepath, staging.path, err) == -1)
    return -1;
  return staging_end (&staging, dest, err);
}

/* The last part of a path; of "/" there is none. */
static char *
last_part (const char *path)
{
  size_t len = strlen (path), start;

  while (len > 0 && path[len - 1] == '/')
    len--;
  for (start = len; start > 0 && path[start - 1] != '/'; --start)
    ;
  return strndup (path + start, len - start);
}

int
impl_copy_out (guestfs_h *g, const char *remotepath, const char *localdir,
               struct error *err)
{
  CLEANUP_FREE char *name = NULL, *dest = NULL;
  struct stat st;
  int r;

  if (stat (localdir, &st) == -1)
    return error_errno (err, "%s", localdir);
  if (!S_ISDIR (st.st_mode))
    return error_set (err, ENOTDIR, "%s: this is not a directory", localdir);
  name = last_part (remotepath);
  if (!name || asprintf (&dest, "%s%s%s", localdir, *name ? "/" : "",
                         name) == -1) {
    dest = NULL;
    return error_set (err, ENOMEM, "copy_out: out of memory");
  }
  r = impl_is_dir (g, remotepath, NULL, err);
  if (r == -1)
    return -1;
  if (r == 1)
    return copy_directory (g, remotepath, localdir, name, dest, err);
  r = impl_is_file (g, remotepath, NULL, err);
  if (r == 0)
    return error_set (err, ENOENT, "%s: this is neither a file nor a "
                      "directory in the guest", remotepath);
  if (r == -1)
    return -1;
  return copy_file (g, remotepath, localdir, name, dest, err);
}
