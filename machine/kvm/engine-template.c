/* Templates of kvm machines: making one of a machine that has booted, and
 * starting from one.  See template.h.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/engine-internal.h"

_Static_assert (TEMPLATE_FIRST_DISK == MACHINE_FIRST_DRIVE, "places of disks");

/* --- starting ------------------------------------------------------------ */

static int
check_template (const struct kvm_machine *k, const struct template *t,
                struct error *err)
{
  const struct machine_config *c = &k->machine->config;
  uint64_t identity;

  if (vm_identity (&k->vm, &identity, err) == -1)
    return -1;
  if (identity != t->head.identity)
    return error_set (err, ESTALE, "the template is of another processor");
  if (!c->template_key || strcmp (t->head.key, c->template_key) != 0
      || t->head.nr_vcpus != k->nr_vcpus
      || t->machine->root_start != k->vm.root_start
      || t->machine->root_size != k->vm.root_size)
    return error_set (err, ESTALE, "the template is of another machine");
  return 0;
}

int
kvm_resume_prepare (struct kvm_machine *k, struct error *err)
{
  const struct machine_config *c = &k->machine->config;
  struct template *t = &k->template;
  unsigned i;

  if (k->machine->nr_devices > k->nr_places)
    return error_set (err, ENOTSUP, "the template has no place for that many "
                                    "disks");
  if (template_read (c->template_fd, t, err) == -1
      || vm_map_root (&k->vm, c->root_fd, err) == -1
      || check_template (k, t, err) == -1
      || template_map (t, c->template_fd, &k->vm, err) == -1
      || vm_state_set (&k->vm, &t->machine->vm, err) == -1)
    return -1;
  for (i = 0; i < k->nr_vcpus; ++i)
    if (vcpu_state_set (&k->vcpus[i], &t->vcpus[i], err) == -1)
      return -1;
  return 0;
}

int
kvm_resume_devices (struct kvm_machine *k, struct error *err)
{
  size_t i;

  serial_restore (&k->serial, &k->template.machine->serial);
  for (i = 0; i < TEMPLATE_DEVICES; ++i)
    if (mmio_restore (&k->bus, i, &k->template.devices[i], err) == -1)
      return -1;
  template_release (&k->template);
  return 0;
}

/* --- making -------------------------------------------------------------- */

int
kvm_pause (struct machine *m, struct error *err)
{
  struct kvm_machine *k = m->engine_data;
  unsigned i;

  for (i = 0; i < k->nr_vcpus; ++i)
    if (vcpu_pause (&k->vcpus[i], err) == -1)
      return -1;
  return 0;
}

static int
save_devices (struct kvm_machine *k, struct mmio_state *ret,
              struct error *err)
{
  size_t i;

  for (i = 0; i < TEMPLATE_DEVICES; ++i)
    if (mmio_save (&k->bus, i, &ret[i], err) == -1)
      return -1;
  return 0;
}

static int
save_vcpus (struct kvm_machine *k, struct vcpu_state *ret, struct error *err)
{
  unsigned i;

  for (i = 0; i < k->nr_vcpus; ++i)
    if (vcpu_state_get (&k->vcpus[i], &k->vm, &ret[i], err) == -1)
      return -1;
  return 0;
}

int
kvm_save (struct machine *m, int fd, const char *key, struct error *err)
{
  struct kvm_machine *k = m->engine_data;
  struct mmio_state devices[TEMPLATE_DEVICES];
  struct template_machine machine = { .root_start = k->vm.root_start,
                                      .root_size = k->vm.root_size };
  CLEANUP_FREE struct vcpu_state *vcpus = calloc (k->nr_vcpus, sizeof *vcpus);
  struct template t = {
    .head = { .nr_vcpus = k->nr_vcpus, .nr_devices = TEMPLATE_DEVICES },
    .machine = &machine, .devices = devices, .vcpus = vcpus,
  };

  if (!vcpus || strlen (key) >= sizeof t.head.key)
    return error_set (err, vcpus ? EINVAL : ENOMEM, "template");
  memcpy (t.head.key, key, strlen (key));
  if (save_devices (k, devices, err) == -1
      || vm_identity (&k->vm, &t.head.identity, err) == -1
      || vm_state_get (&k->vm, &machine.vm, err) == -1
      || save_vcpus (k, vcpus, err) == -1)
    return -1;
  serial_save (&k->serial, &machine.serial);
  return template_write (&t, &k->vm, k->kernel, fd, err);
}
