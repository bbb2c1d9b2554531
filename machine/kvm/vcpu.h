/* Virtual processors: one thread each, which runs guest code and handles what
 * the guest does that KVM does not handle itself.
 *
 * What a guest does is hostile: port numbers, addresses and data are taken as
 * they come and lead nowhere but into the handlers of struct vcpu_handlers,
 * which the threads of several vCPUs call at the same time.
 */
#ifndef BATHYSCOPE_KVM_VCPU_H
#define BATHYSCOPE_KVM_VCPU_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "kvm/vm.h"

struct kvm_cpuid2;
struct kvm_run;

/* How a guest that stops by itself has stopped. */
enum vcpu_end {
  VCPU_RESET,        /* it asked for a reset */
  VCPU_TRIPLE_FAULT, /* it could not handle an exception */
  VCPU_BROKEN,       /* KVM could not run it */
};

struct vcpu_handlers {
  /* First thing on the thread, which ends when it fails; may be NULL. */
  int (*enter) (void *opaque, struct error *err);
  void (*port_write) (void *opaque, uint16_t port, uint8_t value);
  uint8_t (*port_read) (void *opaque, uint16_t port);
  void (*mmio_write) (void *opaque, uint64_t address, const void *data,
                      unsigned len);
  /* Once; the thread ends afterwards. */
  void (*ended) (void *opaque, enum vcpu_end how, const char *message);
  void *opaque;
};

/* Exit reasons are counted up to this number, greater ones together. */
#define VCPU_EXITS 40

struct vcpu {
  int fd;
  unsigned index;
  struct kvm_run *run;
  size_t run_size;
  pthread_t thread;
  bool has_thread;
  bool stop; /* atomic */
  const struct vcpu_handlers *handlers;
  uint64_t exits[VCPU_EXITS];
};

#define VCPU_INIT { .fd = -1 }

/* Processor `index` of `smp`, in its state after power on. */
int vcpu_create (struct vcpu *vcpu, const struct vm *vm, unsigned index,
                 unsigned smp, const struct vcpu_handlers *handlers,
                 struct error *err);

/* Make the first processor enter the kernel. */
int vcpu_set_entry (struct vcpu *vcpu, uint64_t entry, struct error *err);

/* Run and stop the thread.  vcpu_stop waits for it, unless called from it. */
int vcpu_start (struct vcpu *vcpu, struct error *err);
void vcpu_stop (struct vcpu *vcpu);

/* Stop, with all that KVM was about to do for the guest done: the state is
 * complete then.  -1 when the guest has ended. */
int vcpu_pause (struct vcpu *vcpu, struct error *err);

void vcpu_release (struct vcpu *vcpu);

/* 64-bit mode with the GDT and the page tables of boot.h. */
int vcpu_set_long_mode (int fd, struct error *err);

/* The name of an exit reason of KVM. */
const char *vcpu_exit_name (unsigned reason);

#endif
