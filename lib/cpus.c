/* CPUs for appliances: see cpus.h.  Without a lock, which a fork could leave locked. */

#include <config.h>

#include <sched.h>
#include <stdatomic.h>

#include "cpus.h"

static atomic_uint users[CPU_SETSIZE]; /* appliances that were given this CPU */

static int
next_cpu (int cpu)
{
  return cpu + 1 < CPU_SETSIZE ? cpu + 1 : 0;
}

/* The one with the fewest users; of those, the first after `here`, which itself
 * comes last. */
static int
least_used (const cpu_set_t *allowed, int here, unsigned *ret_users)
{
  int ret = -1, cpu = next_cpu (here), i;

  for (i = 0; i < CPU_SETSIZE; ++i, cpu = next_cpu (cpu)) {
    unsigned n;

    if (!CPU_ISSET (cpu, allowed))
      continue;
    n = atomic_load (&users[cpu]);
    if (ret == -1 || n < *ret_users) {
      ret = cpu;
      *ret_users = n;
    }
  }
  return ret;
}

int
cpus_take (void)
{
  cpu_set_t allowed;
  int here = sched_getcpu (), ret;
  unsigned n = 0;

  if (here < 0 || here >= CPU_SETSIZE
      || sched_getaffinity (0, sizeof allowed, &allowed) == -1
      || CPU_COUNT (&allowed) < 2)
    return -1;
  do
    ret = least_used (&allowed, here, &n);
  while (!atomic_compare_exchange_strong (&users[ret], &n, n + 1));
  return ret;
}

void
cpus_release (int cpu)
{
  if (cpu >= 0)
    atomic_fetch_sub (&users[cpu], 1);
}
