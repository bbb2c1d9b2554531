/* Templates: a machine that has booted and waits for its first call, in a file.
 *
 * The file has a head, the state of everything but memory, and from a page
 * boundary on an image of memory with holes where it is all zeroes.  To start
 * from it is to put the parts of that image which are not in place, and the state
 * back.  Most are mapped, copy on write; what the guest is sure to touch is copied
 * into huge pages, as each page of a mapping stops the guest once or twice.
 * Console and entropy source are in it, and places for TEMPLATE_DISKS disks in
 * which the guest has found nothing yet.
 *
 * The format is for one build of this program on one kind of machine: structs
 * are written as they are.  A reader trusts none of it: head and state have
 * checksums, every size and count is checked, and what the state means is
 * checked by those who take it (KVM, mmio_restore).  What the guest's memory
 * holds is the guest's, and as hostile as ever.
 */
#ifndef BATHYSCOPE_KVM_TEMPLATE_H
#define BATHYSCOPE_KVM_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "control.h"
#include "error.h"
#include "kvm/mmio.h"
#include "kvm/serial.h"
#include "kvm/state.h"
#include "kvm/vm.h"

#define TEMPLATE_VERSION 2
#define TEMPLATE_DEVICES TEMPLATE_FIRST_DISK /* MACHINE_CONSOLE, MACHINE_RNG */
#define TEMPLATE_KEY_SIZE 512
#define TEMPLATE_MAX_STATE (16u << 20)

/* Extents of memory start and end at multiples of this, a huge page, or at the
 * end of memory. */
#define TEMPLATE_BLOCK (UINT64_C (2) << 20)

struct template_head {
  char magic[8];
  uint32_t version;
  uint32_t head_size;
  uint64_t head_sum; /* with this field 0 */
  uint64_t state_sum;
  uint64_t state_size;
  uint64_t memory_offset; /* in the file */
  uint64_t memory_size;
  uint64_t identity; /* vm_identity */
  uint32_t nr_extents, nr_vcpus, nr_devices;
  uint32_t reserved;
  char key[TEMPLATE_KEY_SIZE]; /* with a NUL */
};

/* Of the guest's memory without its gap: what is not all zeroes. */
struct template_extent {
  uint64_t start, size;
  uint32_t copy; /* 1: into huge pages; 0: map it */
  uint32_t reserved[3];
};

struct template_machine {
  struct vm_state vm;
  struct serial_state serial;
  uint64_t root_start, root_size;
};

/* A template, or what one is to be made of.  The pointers lead into `data`
 * where that is not NULL. */
struct template {
  struct template_head head;
  void *data; /* owned */
  const struct template_extent *extents;
  const struct template_machine *machine;
  const struct mmio_state *devices;
  const struct vcpu_state *vcpus;
};

/* Check head and state, which are `len` bytes at `data` (taken over, whether or
 * not this succeeds; from malloc), of a file of file_size bytes. */
int template_parse (void *data, size_t len, uint64_t file_size,
                    struct template *ret, struct error *err);

/* Read and check a file. */
int template_read (int fd, struct template *ret, struct error *err);

/* Put memory in place. */
int template_map (const struct template *t, int fd, struct vm *vm,
                  struct error *err);

/* Write a template of `machine`, `devices`, `vcpus` and the memory of vm into
 * an empty file.  The head has key, identity and numbers of vCPUs and devices;
 * this fills in the rest.  The text of the guest's kernel begins at `kernel`. */
int template_write (struct template *t, const struct vm *vm, uint64_t kernel,
                    int fd, struct error *err);

void template_release (struct template *t);

#define CLEANUP_TEMPLATE CLEANUP (template_release)

#endif
