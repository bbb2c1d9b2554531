/* The first process: see init.h.
 *
 * The kernel has mounted /dev, if it can.  Every system call counts here: the launch of a
 * machine waits for this file.
 */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"
#include "io.h"
#include "memlimit.h"

#define PORT_NAME "org.bathyscope.rpc\n"
#define PORT_TIMEOUT 30000 /* ms */

static const struct {
  const char *type, *dir;
  unsigned long flags;
  const char *options;
} filesystems[] = {
  { "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
  { "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
  { "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777" },
  { "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755" },
};

int
init_system (struct error *err)
{
  size_t i;

  memlimit_set ();
  if (access ("/dev/null", F_OK) == -1
      && mount ("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, NULL) == -1)
    return error_errno (err, "mounting /dev");
  for (i = 0; i < sizeof filesystems / sizeof filesystems[0]; ++i)
    if (mount (filesystems[i].type, filesystems[i].dir, filesystems[i].type,
               filesystems[i].flags, filesystems[i].options) == -1)
      return error_errno (err, "mounting %s", filesystems[i].dir);
  memlimit_processes ();
  umask (022);
  return 0;
}

/* Is this /dev/vportNpM ours?  Its name is in sysfs. */
static int
is_our_port (const char *device)
{
  CLEANUP_CLOSE int fd = -1;
  char path[128], name[64];
  ssize_t n;

  (void) snprintf (path, sizeof path, "/sys/class/virtio-ports/%.32s/name",
                   device);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd == -1)
    return 0;
  n = read_full (fd, name, sizeof name - 1);
  name[n > 0 ? n : 0] = '\0';
  return strcmp (name, PORT_NAME) == 0;
}

static int
open_port (const char *device)
{
  char path[64];

  (void) snprintf (path, sizeof path, "/dev/%.32s", device);
  return open (path, O_RDWR | O_CLOEXEC);
}

/* Our port among those that exist; its descriptor or -1. */
static int
scan_ports (void)
{
  CLEANUP_CLOSEDIR DIR *dir = opendir ("/sys/class/virtio-ports");
  struct dirent *d;
  int fd = -1;

  if (!dir)
    return -1;
  while (fd == -1 && (d = readdir (dir)) != NULL)
    if (d->d_name[0] != '.' && is_our_port (d->d_name))
      fd = open_port (d->d_name);
  return fd;
}

/* Ports appear once the host has answered the driver; a port's name follows
 * a little after its device.  So look again after every new device, and, should
 * the name be the last to come, now and then. */
int
init_open_port (struct error *err)
{
  CLEANUP_CLOSE int watch = -1;
  int fd = scan_ports (), waited = 0;

  if (fd >= 0)
    return fd;
  watch = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (watch == -1 || inotify_add_watch (watch, "/dev", IN_CREATE) == -1)
    return error_errno (err, "inotify");
  while ((fd = scan_ports ()) == -1 && waited < PORT_TIMEOUT) {
    struct pollfd p = { .fd = watch, .events = POLLIN };
    char events[4096];

    waited += poll (&p, 1, 2) == 0 ? 2 : 0;
    (void) !read (watch, events, sizeof events);
  }
  if (fd == -1)
    return error_set (err, ENODEV, "no virtio-console port for the library");
  return fd;
}

void
init_power_off (void)
{
  sync ();
  (void) reboot (RB_POWER_OFF);
  for (;;)
    pause ();
}
