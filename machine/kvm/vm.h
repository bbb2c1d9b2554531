/* A virtual machine of the Linux KVM interface: its descriptor, its memory and
 * its interrupt controller.
 *
 * Guest memory is private to the process and anonymous.  The root image is
 * mapped shared and read-only, so that all machines of a host use one copy of
 * it.  Not for concurrent use, except vm_pulse.
 */
#ifndef BATHYSCOPE_KVM_VM_H
#define BATHYSCOPE_KVM_VM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "kvm/boot.h"
#include "virtio/memory.h"

struct vm {
  int kvm_fd, vm_fd;
  size_t run_size; /* of the shared structure of a vCPU */

  struct guest_memory memory; /* RAM only */
  void *ram;
  uint64_t ram_size;

  void *root; /* the root image, padded with zeroes to root_size */
  uint64_t root_start, root_size;

  pthread_mutex_t pulse_lock;
};

#define VM_INIT { .kvm_fd = -1, .vm_fd = -1, \
                  .pulse_lock = PTHREAD_MUTEX_INITIALIZER }

/* Open /dev/kvm and check that it offers what we use.  The error says what a
 * user can do about it. */
int vm_open (struct vm *vm, struct error *err);

/* Make the virtual machine with `size` bytes of memory. */
int vm_create (struct vm *vm, uint64_t size, struct error *err);

/* Make the interrupt controllers: local APICs and one I/O APIC. */
int vm_create_irqchip (struct vm *vm, struct error *err);

/* Map the root image behind all memory. */
int vm_map_root (struct vm *vm, int fd, struct error *err);

/* Give the guest a window onto `host` that it can read at no cost; its writes
 * become exits. */
int vm_map_readonly (struct vm *vm, unsigned slot, uint64_t address,
                     void *host, uint64_t size, struct error *err);

/* Pulse an interrupt line.  From any thread. */
void vm_pulse (struct vm *vm, unsigned gsi);

void vm_release (struct vm *vm);

#define CLEANUP_VM CLEANUP (vm_release)

#endif
