/* The probe gives an answer quickly wherever it runs: a rate where KVM is fit
 * for use, or else a reason. */

#include <config.h>

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "kvm/probe.h"

static int
probe (double *ret_rate, struct error *err)
{
  CLEANUP_VM struct vm vm = VM_INIT;
  struct vcpu vcpu = VCPU_INIT;
  int r;

  if (vm_open (&vm, err) == -1
      || vm_create (&vm, UINT64_C (256) << 20, err) == -1
      || vm_create_irqchip (&vm, err) == -1)
    return -1;
  r = vcpu_create (&vcpu, &vm, 0, 1, NULL, err);
  if (r == 0)
    r = kvm_probe (&vm, &vcpu, ret_rate, err);
  vcpu_release (&vcpu);
  return r;
}

int
main (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct timespec a, b;
  double rate = 0, ms;
  int r;

  (void) clock_gettime (CLOCK_MONOTONIC, &a);
  r = probe (&rate, &err);
  (void) clock_gettime (CLOCK_MONOTONIC, &b);
  ms = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
  if (r == 0)
    printf ("%.1f ms: %.0f million instructions a second\n", ms, rate / 1e6);
  else
    printf ("%.1f ms: %s\n", ms, err.message);
  assert (r == 0 ? rate >= PROBE_HEALTHY_RATE : error_is_set (&err));
  assert (ms < 60000); /* also where all is emulated, and busy */
  return 0;
}
