/* A limit of memory: see memlimit.h. */

#include <config.h>

#include <stdint.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>

#include "memlimit.h"

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
