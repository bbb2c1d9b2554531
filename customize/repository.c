/* Looking at images, and compressing them: see repository.h. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "known.h"
#include "repository.h"
#include "strlist.h"

/* What virt-resize shall make larger with the disk: the root filesystem, and
 * where that is a logical volume the partition with the only physical volume. */
static void
find_expand (guestfs_h *g, const char *root, struct repository_image *ret)
{
  CLEANUP_STRINGS char **volumes = NULL;

  if (guestfs_part_to_partnum (g, root) > 0) {
    ret->expand = xstrdup (root);
    return;
  }
  if (guestfs_is_lv (g, root) != 1)
    return;
  ret->lvexpand = xstrdup (root);
  volumes = guestfs_pvs (g);
  if (volumes && strings_count (volumes) == 1
      && guestfs_part_to_partnum (g, volumes[0]) > 0)
    ret->expand = xstrdup (volumes[0]);
}

void
repository_inspect (const struct builder *b, const char *file,
                    const char *format, struct repository_image *ret)
{
  guestfs_h *g = options_new_handle (&b->o);
  CLEANUP_STRINGS char **roots = NULL;

  ret->format = format ? xstrdup (format) : guestfs_disk_format (g, file);
  ret->size = ret->format ? guestfs_disk_virtual_size (g, file) : -1;
  if (ret->size == -1
      || guestfs_add_drive_opts (g, file, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
                                 GUESTFS_ADD_DRIVE_OPTS_FORMAT, ret->format,
                                 -1) == -1
      || guestfs_launch (g) == -1 || !(roots = guestfs_inspect_os (g)))
    die_handle (&b->o);
  if (roots[0]) {
    guestfs_push_error_handler (g, NULL, NULL);
    ret->arch = known (guestfs_inspect_get_arch (g, roots[0]));
    ret->osinfo = known (guestfs_inspect_get_osinfo (g, roots[0]));
    ret->name = known (guestfs_inspect_get_product_name (g, roots[0]));
    find_expand (g, roots[0], ret);
    guestfs_pop_error_handler (g);
  }
  guestfs_close (g);
}

void
repository_image_release (struct repository_image *image)
{
  free (image->format);
  free (image->arch);
  free (image->osinfo);
  free (image->name);
  free (image->expand);
  free (image->lvexpand);
}

/* --- compressing ------------------------------------------------------------------ */

static int
copy_data (struct archive *a, int fd)
{
  static char buf[1 << 20];
  ssize_t n;

  while ((n = read_full (fd, buf, sizeof buf)) > 0)
    if (archive_write_data (a, buf, n) != n)
      return -1;
  return (int) n;
}

void
repository_compress (const struct builder *b, const char *from, const char *to)
{
  CLEANUP_CLOSE int fd = open (from, O_RDONLY | O_CLOEXEC);
  struct archive *a = archive_write_new ();
  struct archive_entry *entry = archive_entry_new ();

  if (fd == -1)
    die (&b->o, "%s: %s", from, strerror (errno));
  if (!a || !entry)
    die (&b->o, "out of memory");
  archive_entry_set_pathname (entry, "image");
  archive_entry_set_filetype (entry, AE_IFREG);
  if (archive_write_set_format_raw (a) != ARCHIVE_OK
      || archive_write_add_filter_xz (a) != ARCHIVE_OK)
    die (&b->o, "%s: %s", to, archive_error_string (a));
  /* All processors, where the library can. */
  (void) archive_write_set_filter_option (a, "xz", "threads", "0");
  if (archive_write_open_filename (a, to) != ARCHIVE_OK
      || archive_write_header (a, entry) != ARCHIVE_OK
      || copy_data (a, fd) == -1 || archive_write_close (a) != ARCHIVE_OK)
    die (&b->o, "%s: %s", to, archive_error_string (a)
         ? archive_error_string (a) : strerror (errno));
  archive_entry_free (entry);
  archive_write_free (a);
}
