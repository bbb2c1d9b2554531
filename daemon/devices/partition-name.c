/* From partitions to the disks they are on, and back; and making the kernel
 * read a partition table again. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "actions.h"
#include "device.h"
#include "sysblock.h"

char *
do_part_to_dev (const char *partition, struct error *err)
{
  char *ret = NULL;

  if (sysblock_partition (partition, &ret, NULL, err) == -1)
    return NULL;
  return ret;
}

int
do_part_to_partnum (const char *partition, struct error *err)
{
  int number = 0;

  if (sysblock_partition (partition, NULL, &number, err) == -1)
    return -1;
  return number;
}

int
do_blockdev_rereadpt (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);

  if (fd == -1)
    return -1;
  if (ioctl (fd, BLKRRPART) == -1)
    return error_errno (err, "%s: the kernel did not read the partition table",
                        device);
  return 0;
}
