/* The probe gives an answer quickly wherever it runs: a rate where KVM is fit
 * for use, or else a reason. */

#include <config.h>

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "kvm/probe.h"

int
main (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct timespec a, b;
  double rate = 0, ms;
  int r;

  (void) clock_gettime (CLOCK_MONOTONIC, &a);
  r = kvm_probe (&rate, &err);
  (void) clock_gettime (CLOCK_MONOTONIC, &b);
  ms = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
  if (r == 0)
    printf ("%.1f ms: %.0f million instructions a second\n", ms, rate / 1e6);
  else
    printf ("%.1f ms: %s\n", ms, err.message);
  assert (r == 0 ? rate >= PROBE_HEALTHY_RATE : error_is_set (&err));
  assert (ms < 500); /* a busy machine */
  return 0;
}
