/* Compressed files: see decompress.h. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "decompress.h"

static void
archive_release (struct archive **a)
{
  archive_read_free (*a);
}

int
decompress_fd (int fd, const char *path,
               int (*piece) (void *opaque, const void *data, size_t len,
                             struct error *err),
               void *opaque, struct error *err)
{
  CLEANUP (archive_release) struct archive *a = archive_read_new ();
  struct archive_entry *entry;
  const void *data;
  size_t len;
  la_int64_t offset;
  int r;

  if (!a)
    return error_set (err, ENOMEM, "%s: libarchive", path);
  archive_read_support_filter_gzip (a);
  archive_read_support_filter_bzip2 (a);
  archive_read_support_filter_compress (a);
  archive_read_support_filter_lzma (a);
  archive_read_support_filter_xz (a);
  archive_read_support_filter_zstd (a);
  archive_read_support_filter_lz4 (a);
  archive_read_support_format_raw (a);
  archive_read_support_format_empty (a);
  if (archive_read_open_fd (a, fd, 128 * 1024) != ARCHIVE_OK)
    goto failed;
  r = archive_read_next_header (a, &entry);
  if (r == ARCHIVE_EOF)
    return 0;
  if (r < ARCHIVE_WARN)
    goto failed;
  while ((r = archive_read_data_block (a, &data, &len, &offset)) == ARCHIVE_OK)
    if ((r = piece (opaque, data, len, err)) != 0)
      return r == -1 ? -1 : 0;
  if (r == ARCHIVE_EOF)
    return 0;
 failed:
  return error_set (err, archive_errno (a) > 0 ? archive_errno (a) : EIO,
                    "%s: %s", path, archive_error_string (a)
                    ? archive_error_string (a) : "cannot be decompressed");
}
