/* The older partition calls, which hand lines to the program sfdisk.  Their
 * geometries mean nothing to it any more. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libfdisk/libfdisk.h>
#include <linux/hdreg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "command.h"
#include "device.h"
#include "strbuf.h"

/* `number` NULL: the whole table. */
static int
feed (const char *device, const char *number, const struct strbuf *input,
      struct error *err)
{
  const char *argv[] = { "sfdisk", "--no-reread", "--force", "--quiet",
                         "--no-tell-kernel", NULL, NULL, NULL, NULL };
  struct command c = {
    .argv = argv, .input = input->data, .input_len = input->len,
  };
  size_t n = 5;
  int r;

  if (number) {
    argv[n++] = "-N";
    argv[n++] = number;
  }
  argv[n] = device;
  r = command_run (&c, err);
  free (c.out);
  free (c.err_out);
  return r == -1 ? -1 : do_blockdev_rereadpt (device, err);
}

int
do_sfdisk (const char *device, int cyls, int heads, int sectors,
           char *const *lines, struct error *err)
{
  CLEANUP_STRBUF struct strbuf input = STRBUF_INIT;

  for (; *lines; ++lines)
    if (strbuf_addf (&input, "%s\n", *lines) == -1)
      return error_errno (err, "sfdisk");
  return feed (device, NULL, &input, err);
}

/* "1,8,83" to "1MiB,8MiB,83": start and size are in MiB. */
static int
add_mib (struct strbuf *input, const char *line)
{
  int field = 0;

  for (; *line; ++line) {
    bool digit = isdigit ((unsigned char) *line);

    if (strbuf_addch (input, *line) == -1)
      return -1;
    if (digit && field < 2 && (line[1] == '\0' || line[1] == ',')
        && strbuf_addstr (input, "MiB") == -1)
      return -1;
    field += *line == ',';
  }
  return strbuf_addch (input, '\n');
}

int
do_sfdiskM (const char *device, char *const *lines, struct error *err)
{
  CLEANUP_STRBUF struct strbuf input = STRBUF_INIT;

  for (; *lines; ++lines)
    if (add_mib (&input, *lines) == -1)
      return error_errno (err, "sfdisk");
  return feed (device, NULL, &input, err);
}

int
do_sfdisk_N (const char *device, int partnum, int cyls, int heads,
             int sectors, const char *line, struct error *err)
{
  CLEANUP_STRBUF struct strbuf input = STRBUF_INIT;
  char number[16];

  snprintf (number, sizeof number, "%d", partnum);
  if (strbuf_addf (&input, "%s\n", line) == -1)
    return error_errno (err, "sfdisk");
  return feed (device, number, &input, err);
}

char *
do_sfdisk_l (const char *device, struct error *err)
{
  char *out = NULL;

  return run (&out, err, "sfdisk", "-l", device, NULL) == -1 ? NULL : out;
}

/* ---- geometry ------------------------------------------------------------ */

static char *
geometry_text (const char *device, unsigned long long cylinders,
               unsigned heads, unsigned sectors, struct error *err)
{
  char *ret;

  if (asprintf (&ret, "%s: %llu cylinders, %u heads, %u sectors/track", device,
                cylinders, heads, sectors) == -1) {
    error_errno (err, "%s", device);
    return NULL;
  }
  return ret;
}

/* As the table of partitions has it, if there is one. */
char *
do_sfdisk_disk_geometry (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);
  struct fdisk_context *disk;
  char *ret = NULL;

  if (fd == -1)
    return NULL;
  disk = fdisk_new_context ();
  if (!disk || fdisk_assign_device_by_fd (disk, fd, device, 1) < 0)
    error_errno (err, "%s", device);
  else
    ret = geometry_text (device, fdisk_get_geom_cylinders (disk),
                         fdisk_get_geom_heads (disk),
                         fdisk_get_geom_sectors (disk), err);
  fdisk_unref_context (disk);
  return ret;
}

char *
do_sfdisk_kernel_geometry (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);
  struct hd_geometry g;

  if (fd == -1)
    return NULL;
  if (ioctl (fd, HDIO_GETGEO, &g) == -1) {
    error_errno (err, "%s: geometry", device);
    return NULL;
  }
  return geometry_text (device, g.cylinders, g.heads, g.sectors, err);
}
