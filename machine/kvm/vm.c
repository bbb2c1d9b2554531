/* Virtual machine, memory, interrupt controller: see vm.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "checked.h"
#include "kvm/vm.h"

#define MIB (UINT64_C (1) << 20)

/* The kernel's granularity for memory that it describes later, and the least
 * that its driver takes. */
#define ROOT_ALIGN (16 * MIB)

/* Guest memory in pages of this size takes few page faults, each of which
 * stops the guest. */
#define HUGE_PAGE (2 * MIB)

/* Three pages that KVM needs for itself on some Intel processors, and one for
 * a page table; in the gap. */
#define TSS_ADDRESS 0xfffbd000
#define IDENTITY_MAP_ADDRESS 0xfffbc000

enum slot { SLOT_LOW, SLOT_HIGH, SLOT_ROOT, SLOT_FREE };

static int
open_error (struct error *err)
{
  switch (errno) {
  case ENOENT:
  case ENXIO:
  case ENODEV:
    return error_set (err, errno, "this machine offers no hardware "
                                  "virtualization (there is no /dev/kvm)");
  case EACCES:
  case EPERM:
    return error_set (err, errno, "no permission to open /dev/kvm (is the "
                                  "user in the group kvm?)");
  default:
    return error_errno (err, "/dev/kvm");
  }
}

int
vm_open (struct vm *vm, struct error *err)
{
  static const struct {
    int number;
    const char *name;
  } needed[] = {
    { KVM_CAP_USER_MEMORY, "user memory" },
    { KVM_CAP_EXT_CPUID, "processor identification" },
    { KVM_CAP_IRQCHIP, "an interrupt controller" },
    { KVM_CAP_IOEVENTFD, "I/O events" },
    { KVM_CAP_READONLY_MEM, "read-only memory" },
    { KVM_CAP_IMMEDIATE_EXIT, "immediate exit" },
    { KVM_CAP_TSC_DEADLINE_TIMER, "the TSC deadline timer" },
  };
  size_t i;
  int version, size;

  vm->kvm_fd = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (vm->kvm_fd == -1)
    return open_error (err);
  version = ioctl (vm->kvm_fd, KVM_GET_API_VERSION, 0);
  if (version == -1)
    return error_errno (err, "/dev/kvm");
  if (version != KVM_API_VERSION)
    return error_set (err, ENOTSUP, "/dev/kvm has version %d, not %d",
                      version, KVM_API_VERSION);
  for (i = 0; i < sizeof needed / sizeof needed[0]; ++i)
    if (ioctl (vm->kvm_fd, KVM_CHECK_EXTENSION, needed[i].number) <= 0)
      return error_set (err, ENOTSUP, "/dev/kvm does not offer %s",
                        needed[i].name);
  size = ioctl (vm->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
  if (size == -1)
    return error_errno (err, "/dev/kvm");
  vm->run_size = size;
  return 0;
}

static int
set_slot (struct vm *vm, unsigned slot, uint32_t flags, uint64_t address,
          void *host, uint64_t size, struct error *err)
{
  struct kvm_userspace_memory_region r = {
    .slot = slot, .flags = flags, .guest_phys_addr = address,
    .memory_size = size, .userspace_addr = (uintptr_t) host,
  };

  if (ioctl (vm->vm_fd, KVM_SET_USER_MEMORY_REGION, &r) == -1)
    return error_errno (err, "KVM_SET_USER_MEMORY_REGION");
  return 0;
}

static int
add_ram (struct vm *vm, unsigned slot, uint64_t address, uint64_t offset,
         uint64_t size, struct error *err)
{
  struct guest_region *r = &vm->memory.regions[vm->memory.nr_regions];

  if (size == 0)
    return 0;
  r->start = address;
  r->size = size;
  r->host = (uint8_t *) vm->ram + offset;
  vm->memory.nr_regions++;
  return set_slot (vm, slot, 0, address, r->host, size, err);
}

/* Reserve memory that starts where a huge page can. */
static void *
map_aligned (uint64_t size)
{
  uint8_t *p = mmap (NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  uint64_t before;

  if (p == MAP_FAILED)
    return NULL;
  before = -(uintptr_t) p % HUGE_PAGE;
  if (before > 0)
    (void) munmap (p, before);
  p += before;
  (void) munmap (p + size, HUGE_PAGE - before);
  return p;
}

int
vm_create (struct vm *vm, uint64_t size, struct error *err)
{
  uint64_t low = boot_low_memory (size);

  /* Interrupted by a signal, creation fails with EINTR. */
  do
    vm->vm_fd = ioctl (vm->kvm_fd, KVM_CREATE_VM, 0);
  while (vm->vm_fd == -1 && errno == EINTR);
  if (vm->vm_fd == -1)
    return error_errno (err, "KVM_CREATE_VM");
  vm->ram = map_aligned (size);
  if (!vm->ram)
    return error_errno (err, "memory of the guest");
  vm->ram_size = size;
  (void) madvise (vm->ram, size, MADV_HUGEPAGE);
  (void) madvise (vm->ram, size, MADV_DONTDUMP);
  if (add_ram (vm, SLOT_LOW, 0, 0, low, err) == -1
      || add_ram (vm, SLOT_HIGH, BOOT_GAP_END, low, size - low, err) == -1)
    return -1;
  return 0;
}

int
vm_create_irqchip (struct vm *vm, struct error *err)
{
  uint64_t identity = IDENTITY_MAP_ADDRESS;

  if (ioctl (vm->vm_fd, KVM_SET_IDENTITY_MAP_ADDR, &identity) == -1)
    return error_errno (err, "KVM_SET_IDENTITY_MAP_ADDR");
  if (ioctl (vm->vm_fd, KVM_SET_TSS_ADDR, TSS_ADDRESS) == -1)
    return error_errno (err, "KVM_SET_TSS_ADDR");
  if (ioctl (vm->vm_fd, KVM_CREATE_IRQCHIP, 0) == -1)
    return error_errno (err, "KVM_CREATE_IRQCHIP");
  return 0;
}

int
vm_map_root (struct vm *vm, int fd, struct error *err)
{
  uint64_t start, size;
  struct stat st;
  void *root;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "root image");
  if (!S_ISREG (st.st_mode) || st.st_size == 0)
    return error_set (err, EINVAL, "root image: not a file with contents");
  if (!checked_add_u64 (st.st_size, ROOT_ALIGN - 1, &size))
    return error_set (err, EFBIG, "root image");
  size -= size % ROOT_ALIGN;
  start = boot_high_end (vm->ram_size) + ROOT_ALIGN - 1;
  start -= start % ROOT_ALIGN;
  root = mmap (NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (root == MAP_FAILED)
    return error_errno (err, "root image");
  vm->root = root;
  vm->root_size = size;
  vm->root_start = start;
  if (mmap (root, st.st_size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0)
      == MAP_FAILED)
    return error_errno (err, "root image");
  return set_slot (vm, SLOT_ROOT, KVM_MEM_READONLY, start, root, size, err);
}

int
vm_map_readonly (struct vm *vm, unsigned slot, uint64_t address, void *host,
                 uint64_t size, struct error *err)
{
  return set_slot (vm, SLOT_FREE + slot, KVM_MEM_READONLY, address, host,
                   size, err);
}

/* One at a time: of two devices on one line, the second to raise it would make
 * no edge, and the guest may have looked at that device already. */
void
vm_pulse (struct vm *vm, unsigned gsi)
{
  CLEANUP_UNLOCK (&vm->pulse_lock);
  struct kvm_irq_level line = { .irq = gsi, .level = 1 };

  (void) ioctl (vm->vm_fd, KVM_IRQ_LINE, &line);
  line.level = 0;
  (void) ioctl (vm->vm_fd, KVM_IRQ_LINE, &line);
}

void
vm_release (struct vm *vm)
{
  if (vm->vm_fd >= 0)
    close (vm->vm_fd);
  if (vm->kvm_fd >= 0)
    close (vm->kvm_fd);
  if (vm->root)
    munmap (vm->root, vm->root_size);
  if (vm->ram)
    munmap (vm->ram, vm->ram_size);
  *vm = (struct vm) VM_INIT;
}
