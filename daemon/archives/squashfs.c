/* mksquashfs: a directory as a squashfs image.
 *
 * The program goes back to the start of its output, so the image is made in the
 * memory of the appliance, and sent when it is complete.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "command.h"
#include "guestpath.h"
#include "io.h"
#include "strlist.h"
#include "transfer.h"

struct work {
  char dir[32]; /* of the files; empty when there is none */
  char image[48], excludes[48];
};

static void
work_release (struct work *w)
{
  if (!w->dir[0])
    return;
  (void) unlink (w->image);
  (void) unlink (w->excludes);
  (void) rmdir (w->dir);
}

static int
work_init (struct work *w, struct error *err)
{
  char dir[] = "/tmp/squashfsXXXXXX";

  if (!mkdtemp (dir))
    return error_errno (err, "%s", dir);
  memcpy (w->dir, dir, sizeof dir);
  snprintf (w->image, sizeof w->image, "%s/image", dir);
  snprintf (w->excludes, sizeof w->excludes, "%s/excludes", dir);
  return 0;
}

/* One pattern a line. */
static int
write_excludes (const struct work *w, char *const *patterns, struct error *err)
{
  CLEANUP_CLOSE int fd = open (w->excludes, O_WRONLY | O_CREAT | O_CLOEXEC,
                               0600);

  if (fd == -1)
    return error_errno (err, "%s", w->excludes);
  for (; *patterns; ++patterns) {
    if (strchr (*patterns, '\n'))
      return error_set (err, EINVAL, "a pattern with a line break");
    if (write_full (fd, *patterns, strlen (*patterns)) == -1
        || write_full (fd, "\n", 1) == -1)
      return error_errno (err, "%s", w->excludes);
  }
  return 0;
}

static int
check_compress (const char *name, struct error *err)
{
  static char *const names[] = {
    (char *) "gzip", (char *) "lz4", (char *) "lzma", (char *) "lzo",
    (char *) "xz", (char *) "zstd", NULL
  };

  return strings_contain (names, name) ? 0
    : error_set (err, EINVAL, "\"%s\": compress is gzip, lz4, lzma, lzo, xz "
                 "or zstd", name);
}

int
do_mksquashfs (const char *path, const struct guestfs_mksquashfs_argv *o,
               struct error *err)
{
  CLEANUP (work_release) struct work w = { .dir = "" };
  CLEANUP_CLOSE int source = guest_open (path, O_RDONLY | O_DIRECTORY, 0, err);
  CLEANUP_CLOSE int fd = -1;
  CLEANUP_FREE char *real = NULL;
  const char *argv[16] = { "mksquashfs" };
  size_t n = 3;

  if (source == -1 || !(real = guest_program_path (source, path, err))
      || work_init (&w, err) == -1)
    return -1;
  argv[1] = real;
  argv[2] = w.image;
  argv[n++] = "-noappend";
  argv[n++] = "-no-progress";
  argv[n++] = "-quiet";
  if (o->bitmask & GUESTFS_MKSQUASHFS_COMPRESS_BITMASK) {
    if (check_compress (o->compress, err) == -1)
      return -1;
    argv[n++] = "-comp";
    argv[n++] = o->compress;
  }
  if (o->bitmask & GUESTFS_MKSQUASHFS_EXCLUDES_BITMASK && o->excludes[0]) {
    if (write_excludes (&w, o->excludes, err) == -1)
      return -1;
    argv[n++] = "-wildcards";
    argv[n++] = "-ef";
    argv[n++] = w.excludes;
  }
  argv[n] = NULL;
  if (runv (NULL, err, argv) == -1)
    return -1;
  fd = open (w.image, O_RDONLY | O_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "%s", w.image);
  return send_fd (fd, UINT64_MAX, err) == -1 ? -1 : send_end (err);
}
