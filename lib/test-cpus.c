/* The CPUs that appliances of one process are given. */

#include <config.h>

#include <sched.h>
#include <stdio.h>

#include "cpus.h"
#include "test-lib.h"

static void
check_round (const cpu_set_t *allowed)
{
  const int n = CPU_COUNT (allowed);
  static int taken[CPU_SETSIZE];
  cpu_set_t seen;
  int i, again;

  CPU_ZERO (&seen);
  for (i = 0; i < n; ++i) {
    taken[i] = cpus_take ();
    CHECK (taken[i] >= 0 && CPU_ISSET (taken[i], allowed));
    CHECK (!CPU_ISSET (taken[i], &seen)); /* each is alone while there is room */
    CPU_SET (taken[i], &seen);
  }
  again = cpus_take ();
  CHECK (again >= 0 && CPU_ISSET (again, allowed));
  cpus_release (again);
  cpus_release (taken[n - 1]);
  CHECK (cpus_take () == taken[n - 1]); /* the only one that is free */
  for (i = 0; i < n; ++i)
    cpus_release (taken[i]);
}

int
main (void)
{
  cpu_set_t allowed, one;
  int here;

  CHECK (sched_getaffinity (0, sizeof allowed, &allowed) == 0);
  if (CPU_COUNT (&allowed) > 1) {
    check_round (&allowed);
    check_round (&allowed); /* all were returned */
  }

  here = sched_getcpu ();
  CPU_ZERO (&one);
  CPU_SET (here, &one);
  CHECK (sched_setaffinity (0, sizeof one, &one) == 0);
  CHECK (cpus_take () == -1); /* there is nothing to choose */
  cpus_release (-1);
  return 0;
}
