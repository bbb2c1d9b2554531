/* Partition tables, through libfdisk: see parttable.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "parttable.h"

/* libfdisk talks through this: keep complaints, refuse questions. */
static int
answer (struct fdisk_context *cxt, struct fdisk_ask *ask, void *data)
{
  struct parttable *d = data;
  const char *text;

  switch (fdisk_ask_get_type (ask)) {
  case FDISK_ASKTYPE_WARN:
  case FDISK_ASKTYPE_WARNX:
    text = fdisk_ask_print_get_mesg (ask);
    free (d->warning);
    d->warning = text ? strdup (text) : NULL;
    return 0;
  case FDISK_ASKTYPE_INFO:
    return 0;
  case FDISK_ASKTYPE_YESNO:
    return fdisk_ask_yesno_set_result (ask, 1);
  default:
    return -EINVAL;
  }
}

int
parttable_error (struct parttable *d, int result, struct error *err,
                 const char *fmt, ...)
{
  CLEANUP_FREE char *text = NULL;
  int errnum = result < 0 ? -result : EIO;
  va_list args;

  va_start (args, fmt);
  if (vasprintf (&text, fmt, args) < 0)
    text = NULL;
  va_end (args);
  return error_set (err, errnum, "%s: %s: %s", d->device,
                    text ? text : "partition table",
                    d->warning ? d->warning : strerror (errnum));
}

int
parttable_open (struct parttable *d, const char *device,
                enum parttable_mode mode, struct error *err)
{
  int r;

  d->device = device;
  d->cxt = fdisk_new_context ();
  if (!d->cxt)
    return error_errno (err, "%s", device);
  fdisk_set_ask (d->cxt, answer, d);

  r = fdisk_assign_device (d->cxt, device, mode == PARTTABLE_READ);
  if (r < 0)
    return parttable_error (d, r, err, "cannot open the disk");

  /* Sectors go where the caller says: neither the usual 1 MiB before the first
   * partition nor any rounding is wanted. */
  (void) fdisk_save_user_grain (d->cxt, fdisk_get_sector_size (d->cxt));
  (void) fdisk_reset_alignment (d->cxt);
  (void) fdisk_set_first_lba (d->cxt, 1);
  if (mode == PARTTABLE_WRITE && fdisk_has_label (d->cxt))
    (void) fdisk_get_partitions (d->cxt, &d->before);
  return 0;
}

int
parttable_need (struct parttable *d, struct error *err)
{
  if (!fdisk_has_label (d->cxt))
    return error_set (err, EINVAL, "%s: there is no partition table that is "
                      "understood", d->device);
  return 0;
}

int
parttable_need_gpt (struct parttable *d, const char *what, struct error *err)
{
  if (parttable_need (d, err) == -1)
    return -1;
  if (!fdisk_is_label (d->cxt, GPT))
    return error_set (err, ENOTSUP, "%s: only a GPT partition table has %s",
                      d->device, what);
  return 0;
}

int
parttable_need_mbr (struct parttable *d, const char *what, struct error *err)
{
  if (parttable_need (d, err) == -1)
    return -1;
  if (!fdisk_is_label (d->cxt, DOS))
    return error_set (err, ENOTSUP, "%s: only an MBR partition table has %s",
                      d->device, what);
  return 0;
}

int
parttable_partition (struct parttable *d, int partnum,
                     struct fdisk_partition **ret, struct error *err)
{
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;

  if (partnum < 1)
    return error_set (err, EINVAL, "partitions are counted from 1: %d",
                      partnum);
  if (parttable_need (d, err) == -1)
    return -1;
  if ((size_t) partnum > fdisk_get_npartitions (d->cxt)
      || fdisk_get_partition (d->cxt, partnum - 1, &pa) < 0
      || !fdisk_partition_is_used (pa))
    return error_set (err, ENOENT, "%s: there is no partition %d", d->device,
                      partnum);
  if (ret)
    *ret = TAKE_PTR (pa);
  return 0;
}

int
parttable_unused (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);

  if (fd == -1)
    return -1;
  if (ioctl (fd, BLKRRPART) == -1 && errno == EBUSY)
    return error_errno (err, "%s", device);
  return 0;
}

/* Make the kernel take over the new table.  While one of the partitions is in
 * use it refuses to read the whole table: then tell it only what changed. */
static int
update_kernel (struct parttable *d, struct error *err)
{
  int fd = fdisk_get_devfd (d->cxt);
  int r;

  if (fsync (fd) == -1)
    return error_errno (err, "%s", d->device);
  /* EINVAL: a device such as a logical volume, which is not partitioned. */
  if (ioctl (fd, BLKRRPART) == 0 || errno == EINVAL)
    return 0;
  if (errno != EBUSY || !d->before)
    return error_errno (err, "%s: the table was written, but the kernel did "
                        "not read it", d->device);
  r = fdisk_reread_changes (d->cxt, d->before);
  if (r < 0)
    return parttable_error (d, r, err, "the table was written, but the kernel "
                            "did not take it over");
  return 0;
}

int
parttable_commit (struct parttable *d, struct error *err)
{
  int r = fdisk_write_disklabel (d->cxt);

  if (r < 0)
    return parttable_error (d, r, err, "cannot write the partition table");
  return update_kernel (d, err);
}

void
parttable_release (struct parttable *d)
{
  if (d->before)
    fdisk_unref_table (d->before);
  if (d->cxt) {
    (void) fdisk_deassign_device (d->cxt, 1);
    fdisk_unref_context (d->cxt);
  }
  free (d->warning);
  *d = (struct parttable) PARTTABLE_INIT;
}
