/* A limit of memory: see memlimit.h. */

#include <config.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "cleanup.h"
#include "memlimit.h"

/* The kernel's part of a process is about 100 KiB; its own limit leaves 128 KiB
 * for the stack alone of each. */
#define MEMORY_OF_PROCESS (512 << 10)

/* To end so many, all at work, takes 20 s. */
#define MOST_PROCESSES 400

/* For the kernel, programs, and pages of the root image: with less, all stand
 * still. */
#define LEAST_REST ((uint64_t) 64 << 20)

void
memlimit_set (void)
{
  struct sysinfo info;
  struct rlimit limit = { .rlim_max = RLIM_INFINITY };
  uint64_t total;

  if (sysinfo (&info) == -1)
    return;
  total = (uint64_t) info.totalram * info.mem_unit;
  if (total <= LEAST_REST)
    return;
  limit.rlim_cur = total < 4 * LEAST_REST ? total - LEAST_REST : total / 4 * 3;
  (void) setrlimit (RLIMIT_DATA, &limit);
}

void
memlimit_lift (void)
{
  const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

  (void) setrlimit (RLIMIT_DATA, &none);
}

void
memlimit_processes (void)
{
  CLEANUP_CLOSE int fd
    = open ("/proc/sys/kernel/threads-max", O_WRONLY | O_CLOEXEC);
  struct sysinfo info;
  uint64_t most;
  char text[24];

  if (fd == -1 || sysinfo (&info) == -1)
    return;
  most = (uint64_t) info.totalram * info.mem_unit / MEMORY_OF_PROCESS;
  if (most > MOST_PROCESSES)
    most = MOST_PROCESSES;
  (void) snprintf (text, sizeof text, "%" PRIu64, most);
  (void) !write (fd, text, strlen (text));
}
