/* Properties of block devices, by ioctl. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "actions.h"
#include "device.h"
#include "sysblock.h"

/* A request that takes or fills `argument`. */
static int
request (const char *device, unsigned long number, void *argument,
         const char *what, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, err);

  if (fd == -1)
    return -1;
  if (ioctl (fd, number, argument) == -1)
    return error_errno (err, "%s: %s", device, what);
  return 0;
}

int
do_blockdev_flushbufs (const char *device, struct error *err)
{
  return request (device, BLKFLSBUF, NULL, "cannot flush", err);
}

int
do_blockdev_getbsz (const char *device, struct error *err)
{
  int ret = 0;

  if (request (device, BLKBSZGET, &ret, "block size", err) == -1)
    return -1;
  return ret;
}

int
do_blockdev_setbsz (const char *device, int blocksize, struct error *err)
{
  if (blocksize < 512 || (blocksize & (blocksize - 1)) != 0)
    return error_set (err, EINVAL, "a block size is a power of two, and 512 at "
                      "least: %d", blocksize);
  return request (device, BLKBSZSET, &blocksize, "cannot set the block size",
                  err);
}

int
do_blockdev_getss (const char *device, struct error *err)
{
  int ret = 0;

  if (request (device, BLKSSZGET, &ret, "sector size", err) == -1)
    return -1;
  return ret;
}

int64_t
do_blockdev_getsize64 (const char *device, struct error *err)
{
  uint64_t ret = 0;

  if (request (device, BLKGETSIZE64, &ret, "size", err) == -1)
    return -1;
  return (int64_t) ret;
}

int64_t
do_blockdev_getsz (const char *device, struct error *err)
{
  int64_t size = do_blockdev_getsize64 (device, err);

  return size == -1 ? -1 : size / 512;
}

int
do_blockdev_getro (const char *device, struct error *err)
{
  int ret = 0;

  if (request (device, BLKROGET, &ret, "read-only state", err) == -1)
    return -1;
  return ret != 0;
}

static int
set_readonly (const char *device, int value, struct error *err)
{
  return request (device, BLKROSET, &value,
                  value ? "cannot make it read-only"
                  : "cannot make it writable", err);
}

int
do_blockdev_setro (const char *device, struct error *err)
{
  return set_readonly (device, 1, err);
}

int
do_blockdev_setrw (const char *device, struct error *err)
{
  return set_readonly (device, 0, err);
}

int
do_blockdev_setra (const char *device, int sectors, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;

  if (sectors < 0)
    return error_set (err, EINVAL, "not a number of sectors: %d", sectors);
  fd = device_open (device, O_RDONLY, err);
  if (fd == -1)
    return -1;
  if (ioctl (fd, BLKRASET, (unsigned long) sectors) == -1)
    return error_errno (err, "%s: cannot set read-ahead", device);
  return 0;
}

int
do_is_whole_device (const char *device, struct error *err)
{
  return sysblock_is_whole (device, err);
}

/* --- discard ------------------------------------------------------------------ */

int
do_blkdiscard (const char *device, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDWR | O_EXCL, err);
  uint64_t range[2] = { 0, 0 };

  if (fd == -1)
    return -1;
  if (ioctl (fd, BLKGETSIZE64, &range[1]) == -1)
    return error_errno (err, "%s", device);
  if (ioctl (fd, BLKDISCARD, range) == -1)
    return error_errno (err, "%s: cannot discard", device);
  return 0;
}

int
do_blkdiscardzeroes (const char *device, struct error *err)
{
  unsigned int ret = 0;

  if (request (device, BLKDISCARDZEROES, &ret, "discard", err) == -1)
    return -1;
  return ret != 0;
}
