/* Tests of template.c: a file comes back as it was written, and nothing that
 * differs by a bit, or ends early, is taken for a template. */

#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io.h"
#include "kvm/template.h"
#include "test.h"

#define MEMORY (5 * TEMPLATE_BLOCK + 4096)
#define NR_VCPUS 2

static struct template_machine machine;
static struct mmio_state devices[TEMPLATE_DEVICES];
static struct vcpu_state vcpus[NR_VCPUS];

static void
make_vm (struct vm *vm)
{
  *vm = (struct vm) VM_INIT;
  vm->ram = mmap (NULL, MEMORY, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK (vm->ram != MAP_FAILED);
  vm->ram_size = MEMORY;
}

static void
fill (struct vm *vm)
{
  uint8_t *ram = vm->ram;

  ram[0] = 1;
  ram[TEMPLATE_BLOCK + 5 * 4096 + 4095] = 2; /* the next block, last byte */
  memset (ram + 3 * TEMPLATE_BLOCK, 3, TEMPLATE_BLOCK); /* full, after a hole */
  ram[MEMORY - 1] = 4;                       /* less than a block */
  memset (&machine, 5, sizeof machine);
  memset (devices, 6, sizeof devices);
  memset (vcpus, 7, sizeof vcpus);
  vcpus[0].nr_msrs = vcpus[1].nr_msrs = STATE_MAX_MSRS;
  vcpus[0].xcrs.nr_xcrs = vcpus[1].xcrs.nr_xcrs = KVM_MAX_XCRS;
}

static int
make_file (const struct vm *vm, uint64_t kernel)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct template t = {
    .head = { .identity = 42, .nr_vcpus = NR_VCPUS,
              .nr_devices = TEMPLATE_DEVICES, .key = "the key" },
    .machine = &machine, .devices = devices, .vcpus = vcpus,
  };
  int fd = memfd_create ("template", MFD_CLOEXEC);

  CHECK (fd >= 0);
  CHECK (template_write (&t, vm, kernel, fd, &err) == 0);
  return fd;
}

static void
test_round_trip (int fd, const struct vm *vm)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_TEMPLATE struct template t = { .data = NULL };
  struct vm other;

  CHECK (template_read (fd, &t, &err) == 0);
  CHECK (strcmp (t.head.key, "the key") == 0 && t.head.identity == 42);
  CHECK (memcmp (t.machine, &machine, sizeof machine) == 0);
  CHECK (memcmp (t.devices, devices, sizeof devices) == 0);
  CHECK (memcmp (t.vcpus, vcpus, sizeof vcpus) == 0);
  CHECK (t.head.nr_extents == 3);
  CHECK (t.extents[0].start == 0 && t.extents[0].size == 2 * TEMPLATE_BLOCK
         && t.extents[0].copy == 1);
  CHECK (t.extents[1].start == 3 * TEMPLATE_BLOCK
         && t.extents[1].size == TEMPLATE_BLOCK && t.extents[1].copy == 0);
  CHECK (t.extents[2].start == 5 * TEMPLATE_BLOCK
         && t.extents[2].size == 4096 && t.extents[2].copy == 0);

  make_vm (&other);
  memset (other.ram, 9, MEMORY); /* what was there before */
  CHECK (template_map (&t, fd, &other, &err) == 0);
  CHECK (memcmp (other.ram, vm->ram, MEMORY) == 0);
  /* It is a copy. */
  memset (other.ram, 8, MEMORY);
  CHECK (munmap (other.ram, MEMORY) == 0);
  make_vm (&other);
  CHECK (template_map (&t, fd, &other, &err) == 0);
  CHECK (memcmp (other.ram, vm->ram, MEMORY) == 0);
  other.ram_size -= 4096;
  CHECK (template_map (&t, fd, &other, NULL) == -1);
  CHECK (munmap (other.ram, MEMORY) == 0);
}

/* Copied, though it is full. */
static void
test_kernel (const struct vm *vm)
{
  CLEANUP_CLOSE int fd = make_file (vm, 4 * TEMPLATE_BLOCK - 1);
  CLEANUP_TEMPLATE struct template t = { .data = NULL };
  struct vm other;

  CHECK (template_read (fd, &t, NULL) == 0);
  CHECK (t.head.nr_extents == 3 && t.extents[1].copy == 1);
  make_vm (&other);
  CHECK (template_map (&t, fd, &other, NULL) == 0);
  CHECK (memcmp (other.ram, vm->ram, MEMORY) == 0);
  CHECK (munmap (other.ram, MEMORY) == 0);
}

/* Parse a copy of the head and the state, of `len` bytes. */
static int
parse (const uint8_t *data, size_t len, uint64_t file_size)
{
  CLEANUP_TEMPLATE struct template t = { .data = NULL };
  uint8_t *copy = malloc (len ? len : 1);

  CHECK (copy);
  memcpy (copy, data, len);
  return template_parse (copy, len, file_size, &t, NULL);
}

static void
test_damage (int fd)
{
  CLEANUP_TEMPLATE struct template t = { .data = NULL };
  CLEANUP_FREE uint8_t *data = NULL;
  uint64_t file_size;
  size_t len, i;

  CHECK (template_read (fd, &t, NULL) == 0);
  file_size = t.head.memory_offset + t.head.memory_size;
  len = sizeof t.head + t.head.state_size;
  data = malloc (len);
  CHECK (data && pread_full (fd, data, len, 0) == (ssize_t) len);
  CHECK (parse (data, len, file_size) == 0);
  for (i = 0; i < len; i += i < sizeof t.head ? 1 : 97)
    CHECK (parse (data, i, file_size) == -1);
  CHECK (parse (data, len - 1, file_size) == -1);
  CHECK (parse (data, len, file_size - 1) == -1);
  for (i = 0; i < 8 * sizeof t.head; ++i) {
    data[i / 8] ^= 1 << i % 8;
    CHECK (parse (data, len, file_size) == -1);
    data[i / 8] ^= 1 << i % 8;
  }
  for (i = sizeof t.head; i < len; i += 61) {
    data[i] ^= 0x10;
    CHECK (parse (data, len, file_size) == -1);
    data[i] ^= 0x10;
  }
}

/* Numbers that make no sense, under checksums that are right. */
static void
test_bad_numbers (const struct vm *vm)
{
  vcpus[1].nr_msrs = STATE_MAX_MSRS + 1;
  {
    CLEANUP_CLOSE int fd = make_file (vm, 0);
    struct template t;

    CHECK (template_read (fd, &t, NULL) == -1);
  }
  vcpus[1].nr_msrs = 0;
  vcpus[0].xcrs.nr_xcrs = KVM_MAX_XCRS + 1;
  {
    CLEANUP_CLOSE int fd = make_file (vm, 0);
    struct template t;

    CHECK (template_read (fd, &t, NULL) == -1);
  }
}

int
main (void)
{
  CLEANUP_CLOSE int fd = -1;
  struct vm vm;

  make_vm (&vm);
  fill (&vm);
  fd = make_file (&vm, 0);
  test_round_trip (fd, &vm);
  test_kernel (&vm);
  test_damage (fd);
  CHECK (ftruncate (fd, 100) == 0);
  CHECK (template_read (fd, &(struct template) { .data = NULL }, NULL) == -1);
  test_bad_numbers (&vm);
  return 0;
}
