/* Loop devices, and mount_loop: see loop.h and loop(4). */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "actions.h"
#include "guestpath.h"
#include "loop.h"
#include "mount.h"
#include "prefix.h"

char *
loop_attach (int fd, struct error *err)
{
  CLEANUP_CLOSE int control = open ("/dev/loop-control", O_RDWR | O_CLOEXEC);
  CLEANUP_CLOSE int device = -1;
  CLEANUP_FREE char *name = NULL;
  struct loop_config config = { .fd = fd };
  int number = -1;

  if ((fcntl (fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
    config.info.lo_flags |= LO_FLAGS_READ_ONLY;
  if (control >= 0)
    number = ioctl (control, LOOP_CTL_GET_FREE);
  if (number < 0) {
    error_errno (err, "finding a loop device");
    return NULL;
  }
  if (asprintf (&name, "/dev/loop%d", number) == -1) {
    name = NULL;
    error_errno (err, "loop device");
    return NULL;
  }
  device = open (name, O_RDWR | O_CLOEXEC);
  if (device == -1 || ioctl (device, LOOP_CONFIGURE, &config) == -1) {
    error_errno (err, "%s", name);
    return NULL;
  }
  return TAKE_PTR (name);
}

void
loop_release (const char *device)
{
  CLEANUP_CLOSE int fd = -1;

  if (!has_prefix (device, "/dev/loop"))
    return;
  fd = open (device, O_RDONLY | O_CLOEXEC);
  if (fd >= 0)
    (void) ioctl (fd, LOOP_CLR_FD);
}

int
do_mount_loop (const char *file, const char *mountpoint, struct error *err)
{
  CLEANUP_CLOSE int fd = guest_open (file, O_RDWR, 0, NULL);
  CLEANUP_FREE char *device = NULL;
  struct mountable mountable = MOUNTABLE_INIT;

  if (fd == -1)
    fd = guest_open (file, O_RDONLY, 0, err);
  if (fd == -1)
    return -1;
  device = loop_attach (fd, err);
  if (!device)
    return -1;
  mountable.string = mountable.device = device;
  if (mount_at (&mountable, mountpoint, NULL, NULL, err) == -1) {
    loop_release (device);
    return -1;
  }
  return 0;
}
