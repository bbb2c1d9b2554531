/* The first call after a start from a template: what a cold boot would have
 * found out about this launch. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <time.h>
#include <unistd.h>

#include "actions.h"
#include "cleanup.h"
#include "io.h"

#define MAX_ENTROPY 512
#define MAX_PLACES 1024
#define CONSOLE_LEVEL 8 /* klogctl: SYSLOG_ACTION_CONSOLE_LEVEL */
#define EVERYTHING 8

/* Until here, all machines from one template have the same random numbers ahead
 * of them. */
static int
add_entropy (const char *entropy, size_t len, struct error *err)
{
  CLEANUP_CLOSE int fd = open ("/dev/urandom", O_WRONLY | O_CLOEXEC);
  CLEANUP_FREE struct rand_pool_info *pool = malloc (sizeof *pool + len);

  if (fd == -1 || !pool)
    return error_errno (err, "/dev/urandom");
  pool->entropy_count = len * 8;
  pool->buf_size = len;
  memcpy (pool->buf, entropy, len);
  if (ioctl (fd, RNDADDENTROPY, pool) == -1
      || ioctl (fd, RNDRESEEDCRNG) == -1)
    return error_errno (err, "random numbers");
  return 0;
}

/* Make the driver look at a place of the bus again.  One after the other, so
 * that disks get their names in order. */
static int
probe_place (int place, struct error *err)
{
  static const char file[] = "/sys/bus/platform/drivers_probe";
  CLEANUP_CLOSE int fd = open (file, O_WRONLY | O_CLOEXEC);
  char name[32];
  int n = snprintf (name, sizeof name, "virtio-mmio.%d", place);

  if (fd == -1 || write_full (fd, name, n) == -1)
    return error_errno (err, "%s: %s", file, name);
  return 0;
}

int
do_internal_resume (int first, int count, int64_t seconds, int nanoseconds,
                    int verbose, const char *entropy, size_t entropy_size,
                    struct error *err)
{
  const struct timespec now = { seconds, nanoseconds };
  int i;

  if (first < 0 || first > MAX_PLACES || count < 0 || count > MAX_PLACES)
    return error_set (err, EINVAL, "first %d, count %d: there are %d places",
                      first, count, MAX_PLACES);
  if (entropy_size == 0 || entropy_size > MAX_ENTROPY)
    return error_set (err, EINVAL, "%zu bytes of entropy", entropy_size);
  if (add_entropy (entropy, entropy_size, err) == -1)
    return -1;
  if (clock_settime (CLOCK_REALTIME, &now) == -1)
    return error_errno (err, "setting the clock");
  if (verbose)
    (void) klogctl (CONSOLE_LEVEL, NULL, EVERYTHING);
  for (i = 0; i < count; ++i)
    if (probe_place (first + i, err) == -1)
      return -1;
  return 0;
}
