/* /init of the guest that the tests of the machine boot: no daemon, only what
 * shows that disks and the RPC port work.  Linked statically.
 *
 * Commands are 16 bytes: a letter, padding, and a number of bytes (host
 * order) at offset 8.  Each answers with 16 bytes, unless said otherwise:
 *   e  echo the command
 *   g  send that many bytes            k  take that many bytes
 *   r  read the first disk to the end, or that many bytes; answers the sum
 *   c  as r, and send the bytes instead of an answer
 *   w  write that many bytes to the first disk and sync it
 *   n  answers the number of disks  a  set the first one's read-ahead, in KiB
 *   p  panic          x  exit         o  power off
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "prefix.h"

#define CHUNK (1024 * 1024)

struct command {
  char letter;
  char padding[7];
  uint64_t number;
};

static char buffer[CHUNK];

static void
die (const char *what)
{
  perror (what);
  reboot (RB_POWER_OFF);
  _exit (1);
}

/* -1 with ENOENT while the port is not there. */
static int
try_port (void)
{
  char path[64], name[64];
  int i, fd, n;

  for (i = 0; i < 8; ++i) {
    snprintf (path, sizeof path, "/sys/class/virtio-ports/vport0p%d/name", i);
    fd = open (path, O_RDONLY);
    if (fd == -1)
      continue;
    n = read (fd, name, sizeof name - 1);
    close (fd);
    if (n > 0 && has_prefix (name, "org.bathyscope.rpc")) {
      snprintf (path, sizeof path, "/dev/vport0p%d", i);
      return open (path, O_RDWR);
    }
  }
  errno = ENOENT;
  return -1;
}

/* Ports come, and then get their names, once the host has answered the
 * driver. */
static int
open_port (void)
{
  int fd = -1;

  for (int i = 0; i < 30000 && (fd = try_port ()) == -1 && errno == ENOENT; ++i)
    usleep (2000);
  return fd;
}

static void
write_all (int fd, const void *data, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = write (fd, (const char *) data + done, len - done);

    if (n <= 0)
      die ("write");
    done += n;
  }
}

static void
read_all (int fd, void *data, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = read (fd, (char *) data + done, len - done);

    if (n < 0)
      die ("read");
    if (n == 0) {
      reboot (RB_POWER_OFF);
      _exit (0);
    }
    done += n;
  }
}

static uint64_t
move_bytes (int from, int to, uint64_t limit)
{
  uint64_t sum = 0, left = limit ? limit : UINT64_MAX;

  while (left > 0) {
    size_t i, want = left < CHUNK ? left : CHUNK;
    ssize_t n = from >= 0 ? read (from, buffer, want) : (ssize_t) want;

    if (n < 0)
      die ("read");
    if (n == 0)
      break;
    if (to >= 0)
      write_all (to, buffer, n);
    else
      for (i = 0; i < (size_t) n; i += 512)
        sum += (unsigned char) buffer[i];
    left -= n;
  }
  return sum;
}

static uint64_t
count_disks (void)
{
  char path[32];
  struct stat st;
  uint64_t n = 0;
  unsigned i;

  for (i = 0; i < 26 * 27; ++i) {
    if (i < 26)
      snprintf (path, sizeof path, "/dev/sd%c", 'a' + i);
    else
      snprintf (path, sizeof path, "/dev/sd%c%c", 'a' + i / 26 - 1,
                'a' + i % 26);
    if (stat (path, &st) == -1)
      break;
    n++;
  }
  return n;
}

static int
open_disk (int flags)
{
  int fd = open ("/dev/sda", flags);

  if (fd == -1)
    die ("/dev/sda");
  return fd;
}

static void
obey (int port, struct command *c)
{
  int fd;

  switch (c->letter) {
  case 'g':
    move_bytes (-1, port, c->number);
    return;
  case 'k':
    move_bytes (port, -1, c->number);
    break;
  case 'r':
  case 'c':
    fd = open_disk (O_RDONLY);
    c->number = move_bytes (fd, c->letter == 'c' ? port : -1, c->number);
    close (fd);
    if (c->letter == 'c')
      return;
    break;
  case 'w':
    fd = open_disk (O_WRONLY);
    memset (buffer, 'w', sizeof buffer);
    c->number = move_bytes (-1, fd, c->number);
    if (fsync (fd) == -1)
      c->number = errno;
    close (fd);
    break;
  case 'a':
    fd = open ("/sys/block/sda/queue/read_ahead_kb", O_WRONLY);
    snprintf (buffer, sizeof buffer, "%u", (unsigned) c->number);
    if (fd == -1 || write (fd, buffer, strlen (buffer)) == -1)
      die ("read_ahead_kb");
    close (fd);
    break;
  case 'n':
    c->number = count_disks ();
    break;
  case 'u':
    c->number = sysconf (_SC_NPROCESSORS_ONLN);
    break;
  case 'x':
    _exit (3);
  case 'p':
    _exit (0); /* the end of init is a panic */
  case 'o':
    sync ();
    reboot (RB_POWER_OFF);
    break;
  default:
    break;
  }
  write_all (port, c, sizeof *c);
}

int
main (void)
{
  struct command c = { .letter = 'R' };
  int port;

  (void) mount ("none", "/dev", "devtmpfs", 0, NULL);
  (void) mount ("none", "/sys", "sysfs", 0, NULL);
  port = open_port ();
  if (port == -1)
    die ("RPC port");
  write_all (port, &c, sizeof c); /* ready */
  for (;;) {
    read_all (port, &c, sizeof c);
    obey (port, &c);
  }
}
