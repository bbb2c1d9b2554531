/* Reading a disk with drivers: see driverdisk.h. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "driverdisk.h"

/* Larger is no driver. */
#define FILE_MAX ((size_t) 256 << 20)

struct reading {
  driverdisk_wants *wants;
  driverdisk_file *file;
  void *data;
};

static int
read_file (struct archive *a, const char *path, size_t size,
           const struct reading *r, struct error *err)
{
  CLEANUP_FREE char *content = NULL;

  if (size > FILE_MAX)
    return error_set (err, EFBIG, "%s: too large for a driver", path);
  content = malloc (size + 1);
  if (!content)
    return error_errno (err, "%s", path);
  if (archive_read_data (a, content, size) != (la_ssize_t) size)
    return error_set (err, EIO, "%s: %s", path, archive_error_string (a));
  return r->file (path, content, size, r->data, err);
}

/* The paths of a folder's files begin with the folder's name, those of an image
 * do not. */
static const char *
path_on_disk (struct archive_entry *entry, const char *top)
{
  const char *path = archive_entry_pathname (entry);
  size_t len = strlen (top);

  if (path && strncmp (path, top, len) == 0)
    path += len;
  return path ? path + strspn (path, "./") : NULL;
}

static int
read_entries (struct archive *a, const char *name, const char *top,
              const struct reading *r, struct error *err)
{
  struct archive_entry *entry;
  int status;

  while ((status = archive_read_next_header (a, &entry)) == ARCHIVE_OK
         || status == ARCHIVE_WARN) {
    const char *path = path_on_disk (entry, top);

    if (*top)
      (void) archive_read_disk_descend (a);
    if (path && archive_entry_filetype (entry) == AE_IFREG
        && r->wants (path, r->data)
        && read_file (a, path, archive_entry_size (entry), r, err) == -1)
      return -1;
  }
  return status == ARCHIVE_EOF ? 0
    : error_set (err, EINVAL, "%s: %s", name, archive_error_string (a));
}

static const char *
installed_disk (void)
{
  static const char *const places[] = {
    "/usr/share/virtio-win/virtio-win.iso", "/usr/share/virtio-win",
  };
  const char *place = getenv ("VIRTIO_WIN");
  struct stat st;
  size_t i;

  if (place)
    return place;
  for (i = 0; i < sizeof places / sizeof *places; ++i)
    if (stat (places[i], &st) == 0)
      return places[i];
  return NULL;
}

int
driverdisk_read (const char *method, driverdisk_wants *wants,
                 driverdisk_file *file, void *data, struct error *err)
{
  const struct reading r = { wants, file, data };
  const char *name = strcmp (method, "osinfo") == 0 ? installed_disk ()
    : method;
  struct archive *a;
  struct stat st;
  int ret = -1;

  if (!name)
    return error_set (err, ENOENT, "virtio-win is not installed on this host: "
                      "name its ISO image, or a folder with its files");
  if (stat (name, &st) == -1)
    return error_errno (err, "%s", name);
  a = S_ISDIR (st.st_mode) ? archive_read_disk_new () : archive_read_new ();
  if (!a)
    return error_errno (err, "%s", name);
  if (S_ISDIR (st.st_mode))
    ret = archive_read_disk_open (a, name);
  else if ((ret = archive_read_support_format_iso9660 (a)) == ARCHIVE_OK)
    ret = archive_read_open_filename (a, name, 1 << 16);
  if (ret != ARCHIVE_OK)
    ret = error_set (err, EINVAL, "%s: %s", name, archive_error_string (a));
  else
    ret = read_entries (a, name, S_ISDIR (st.st_mode) ? name : "", &r, err);
  archive_read_free (a);
  return ret;
}
