/* compress_out and compress_device_out: a file or device, compressed on its way
 * to the library. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "actions.h"
#include "archiveio.h"
#include "guestfile.h"
#include "io.h"

static int
write_all (struct archive_out *out, int fd, const char *path,
           struct error *err)
{
  char *buf = io_buffer (err);
  ssize_t n;

  if (!buf)
    return -1;
  while ((n = read_full (fd, buf, IO_PIECE)) > 0)
    if (archive_write_data (out->a, buf, n) < 0)
      return archive_out_error (out, path, err);
  return n == -1 ? error_errno (err, "%s", path) : 0;
}

/* libarchive wants an entry, also in its "raw" format. */
static int
write_header (struct archive_out *out, const char *path, struct error *err)
{
  struct archive_entry *entry = archive_entry_new ();
  int r;

  if (!entry)
    return error_set (err, ENOMEM, "%s: out of memory", path);
  archive_entry_set_pathname (entry, "data");
  archive_entry_set_filetype (entry, AE_IFREG);
  r = archive_write_header (out->a, entry);
  archive_entry_free (entry);
  return r < ARCHIVE_WARN ? archive_out_error (out, path, err) : 0;
}

static int
compress_fd (int fd, const char *path, const char *method, int level,
             struct error *err)
{
  CLEANUP (archive_out_release) struct archive_out out = { .a = NULL };

  if (archive_out_init (&out, err) == -1)
    return -1;
  archive_write_set_format_raw (out.a);
  if (archive_add_filter (out.a, method, level, err) == -1
      || archive_out_open (&out, err) == -1
      || write_header (&out, path, err) == -1
      || write_all (&out, fd, path, err) == -1)
    return -1;
  return archive_out_finish (&out, err);
}

static int
check_level (int level, struct error *err)
{
  if (level < 1 || level > 9)
    return error_set (err, EINVAL, "the level is 1 to 9, not %d", level);
  return 0;
}

int
do_compress_out (const char *ctype, const char *file,
                 const struct guestfs_compress_out_argv *optargs,
                 struct error *err)
{
  bool has_level = optargs->bitmask & GUESTFS_COMPRESS_OUT_LEVEL_BITMASK;
  CLEANUP_CLOSE int fd = -1;

  if ((has_level && check_level (optargs->level, err) == -1)
      || (fd = file_open_read (file, err)) == -1)
    return -1;
  return compress_fd (fd, file, ctype, has_level ? optargs->level : 0, err);
}

int
do_compress_device_out (const char *ctype, const char *device,
                        const struct guestfs_compress_device_out_argv *optargs,
                        struct error *err)
{
  bool has_level =
    optargs->bitmask & GUESTFS_COMPRESS_DEVICE_OUT_LEVEL_BITMASK;
  CLEANUP_CLOSE int fd = -1;

  if ((has_level && check_level (optargs->level, err) == -1)
      || (fd = devpath_open (device, O_RDONLY, err)) == -1)
    return -1;
  return compress_fd (fd, device, ctype, has_level ? optargs->level : 0, err);
}
