/* Shared by engine.c and engine-template.c. */
#ifndef BATHYSCOPE_KVM_ENGINE_INTERNAL_H
#define BATHYSCOPE_KVM_ENGINE_INTERNAL_H

#include "engine.h"
#include "kvm/mmio.h"
#include "kvm/serial.h"
#include "kvm/template.h"
#include "kvm/vcpu.h"
#include "kvm/vm.h"

struct kvm_machine {
  struct machine *machine;
  struct vm vm;
  struct vcpu vcpus[BOOT_MAX_CPUS];
  unsigned nr_vcpus;
  struct vcpu_handlers handlers;
  struct mmio_bus bus;
  uint64_t kernel;  /* guest-physical: where its text begins */
  size_t nr_places; /* on the bus: devices, and places for more */
  struct template template; /* what the machine starts from, until it runs */
  struct serial serial;
  bool ended; /* atomic: the guest has, and it has been told */
};

/* In place of loading a kernel: the state of vm and vCPUs. */
int kvm_resume_prepare (struct kvm_machine *k, struct error *err);

/* After the devices are attached, before the vCPUs run. */
int kvm_resume_devices (struct kvm_machine *k, struct error *err);

/* The pause and save of struct engine_ops. */
int kvm_pause (struct machine *m, struct error *err);
int kvm_save (struct machine *m, int fd, const char *key, struct error *err);

#endif
