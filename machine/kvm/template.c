/* Files of templates: see template.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checked.h"
#include "io.h"
#include "kvm/template.h"

#define MAGIC "BATHYTPL"
#define PAGE 4096

_Static_assert (sizeof (struct template_head) % 16 == 0, "aligned state");
_Static_assert (sizeof (struct template_extent) % 16 == 0, "aligned machine");
_Static_assert (sizeof (struct template_machine) % 8 == 0, "aligned devices");
_Static_assert (sizeof (struct mmio_state) % 8 == 0, "aligned vCPUs");

void
template_release (struct template *t)
{
  free (t->data);
  t->data = NULL;
}

/* --- reading ------------------------------------------------------------- */

static int
damaged (struct error *err, const char *what)
{
  return error_set (err, EINVAL, "the template is damaged: %s", what);
}

static uint64_t
head_sum (const struct template_head *h)
{
  struct template_head copy = *h;

  copy.head_sum = 0;
  return state_checksum (0, &copy, sizeof copy);
}

static uint64_t
state_size (const struct template_head *h)
{
  /* No overflow: counts are of 32 bits. */
  return h->nr_extents * (uint64_t) sizeof (struct template_extent)
    + sizeof (struct template_machine)
    + h->nr_devices * (uint64_t) sizeof (struct mmio_state)
    + h->nr_vcpus * (uint64_t) sizeof (struct vcpu_state);
}

static int
check_head (const struct template_head *h, uint64_t file_size,
            struct error *err)
{
  if (memcmp (h->magic, MAGIC, sizeof h->magic) != 0)
    return damaged (err, "it is none");
  if (h->version != TEMPLATE_VERSION || h->head_size != sizeof *h)
    return error_set (err, EINVAL, "the template is of another version");
  if (h->head_sum != head_sum (h))
    return damaged (err, "checksum of the head");
  if (!memchr (h->key, '\0', sizeof h->key))
    return damaged (err, "key");
  if (h->nr_devices != TEMPLATE_DEVICES || h->nr_vcpus < 1
      || h->nr_vcpus > BOOT_MAX_CPUS || h->state_size != state_size (h)
      || h->state_size > TEMPLATE_MAX_STATE)
    return damaged (err, "counts");
  if (h->memory_offset % PAGE != 0 || h->memory_size % PAGE != 0
      || h->memory_offset < sizeof *h + h->state_size
      || !range_fits (h->memory_offset, h->memory_size, file_size))
    return damaged (err, "size");
  return 0;
}

static int
check_extents (const struct template *t, struct error *err)
{
  uint64_t end = 0;
  uint32_t i;

  for (i = 0; i < t->head.nr_extents; ++i) {
    const struct template_extent *e = &t->extents[i];

    if (e->start < end || e->size == 0 || e->start % TEMPLATE_BLOCK != 0
        || e->size % PAGE != 0 || e->copy > 1
        || !range_fits (e->start, e->size, t->head.memory_size))
      return damaged (err, "extents of memory");
    end = e->start + e->size;
  }
  return 0;
}

static int
check_vcpus (const struct template *t, struct error *err)
{
  uint32_t i;

  for (i = 0; i < t->head.nr_vcpus; ++i)
    if (t->vcpus[i].nr_msrs > STATE_MAX_MSRS
        || t->vcpus[i].xcrs.nr_xcrs > KVM_MAX_XCRS)
      return damaged (err, "registers");
  return 0;
}

/* Where the parts of the state are. */
static void
find_parts (struct template *t)
{
  const uint8_t *p = (uint8_t *) t->data + sizeof t->head;

  t->extents = (const void *) p;
  p += t->head.nr_extents * sizeof *t->extents;
  t->machine = (const void *) p;
  p += sizeof *t->machine;
  t->devices = (const void *) p;
  p += t->head.nr_devices * sizeof *t->devices;
  t->vcpus = (const void *) p;
}

int
template_parse (void *data, size_t len, uint64_t file_size,
                struct template *ret, struct error *err)
{
  CLEANUP_TEMPLATE struct template t = { .data = data };

  if (len < sizeof t.head)
    return damaged (err, "too short");
  memcpy (&t.head, data, sizeof t.head);
  if (check_head (&t.head, file_size, err) == -1)
    return -1;
  if (len - sizeof t.head < t.head.state_size)
    return damaged (err, "too short");
  find_parts (&t);
  if (t.head.state_sum
      != state_checksum (0, t.extents, t.head.state_size))
    return damaged (err, "checksum of the state");
  if (check_extents (&t, err) == -1 || check_vcpus (&t, err) == -1)
    return -1;
  *ret = t;
  t.data = NULL;
  return 0;
}

int
template_read (int fd, struct template *ret, struct error *err)
{
  struct template_head h;
  struct stat st;
  ssize_t n;
  size_t len;
  void *data;

  if (fstat (fd, &st) == -1)
    return error_errno (err, "template");
  if (!S_ISREG (st.st_mode) || st.st_size < 0)
    return damaged (err, "not a file");
  n = pread_full (fd, &h, sizeof h, 0);
  if (n == -1)
    return error_errno (err, "template");
  if ((size_t) n < sizeof h)
    return damaged (err, "too short");
  if (check_head (&h, st.st_size, err) == -1)
    return -1;
  len = sizeof h + h.state_size;
  data = malloc (len);
  if (!data)
    return error_errno (err, "template");
  n = pread_full (fd, data, len, 0);
  if (n == -1) {
    free (data);
    return error_errno (err, "template");
  }
  return template_parse (data, n, st.st_size, ret, err);
}

/* Copy what is not a hole. */
static int
copy_extent (const struct template_extent *e, int fd, off_t offset,
             uint8_t *ram, struct error *err)
{
  const off_t end = offset + e->start + e->size;
  off_t data, hole = offset + e->start;
  ssize_t n;

  while (hole < end) {
    data = lseek (fd, hole, SEEK_DATA);
    if (data >= end || (data == -1 && errno == ENXIO)) /* no more data */
      return 0;
    if (data == -1 || (hole = lseek (fd, data, SEEK_HOLE)) == -1)
      return error_errno (err, "memory of the template");
    if (hole > end)
      hole = end;
    n = pread_full (fd, ram + (data - offset), hole - data, data);
    if (n == -1)
      return error_errno (err, "memory of the template");
    if (n < hole - data)
      return damaged (err, "too short");
  }
  return 0;
}

static int
map_extent (const struct template_extent *e, int fd, off_t offset, uint8_t *ram,
            struct error *err)
{
  if (mmap (ram + e->start, e->size, PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, fd, offset + e->start)
      == MAP_FAILED)
    return error_errno (err, "memory of the template");
  (void) madvise (ram + e->start, e->size, MADV_DONTDUMP);
  return 0;
}

int
template_map (const struct template *t, int fd, struct vm *vm,
              struct error *err)
{
  uint8_t *ram = vm->ram;
  uint32_t i;

  if (t->head.memory_size != vm->ram_size)
    return error_set (err, EINVAL, "the template has other memory");
  /* What was written to try KVM out. */
  if (madvise (ram, vm->ram_size, MADV_DONTNEED) == -1)
    return error_errno (err, "memory of the guest");
  for (i = 0; i < t->head.nr_extents; ++i) {
    const struct template_extent *e = &t->extents[i];

    if ((e->copy ? copy_extent : map_extent) (e, fd, t->head.memory_offset, ram,
                                              err) == -1)
      return -1;
  }
  return 0;
}

/* --- writing ------------------------------------------------------------- */

static bool
is_zero (const uint8_t *page)
{
  return page[0] == 0 && memcmp (page, page + 1, PAGE - 1) == 0;
}

/* Write the pages of a block that are not zero; returns how many, or -1. */
static int
write_block (const uint8_t *block, uint64_t size, int fd, uint64_t offset,
             struct error *err)
{
  uint64_t i, start = 0;
  int n = 0;

  for (i = 0; i < size; i += PAGE) {
    bool zero = is_zero (block + i);

    if (zero && start < i
        && pwrite_full (fd, block + start, i - start, offset + start) == -1)
      return error_errno (err, "template");
    if (zero)
      start = i + PAGE;
    else
      n++;
  }
  if (start < size
      && pwrite_full (fd, block + start, size - start, offset + start) == -1)
    return error_errno (err, "template");
  return n;
}

/* What a guest touches as it goes on: the beginning of its kernel, which has entry
 * code, scheduler and memory management, and blocks with room, which are those that
 * it allocates from.  The others are drivers, constants and tables. */
static bool
is_touched (uint64_t at, uint64_t size, int pages, uint64_t kernel)
{
  return (uint64_t) pages < size / PAGE || (kernel >= at && kernel - at < size);
}

static bool
continues (const struct template_extent *e, uint64_t at, bool copy)
{
  return e->start + e->size == at && e->copy == copy;
}

/* Returns the number of extents, of which there is room for as many as there
 * are blocks. */
static int
write_memory (const struct vm *vm, uint64_t kernel, int fd, uint64_t offset,
              struct template_extent *extents, struct error *err)
{
  const uint8_t *ram = vm->ram;
  uint64_t at, size;
  int n = 0;

  for (at = 0; at < vm->ram_size; at += size) {
    int pages;
    bool copy;

    size = vm->ram_size - at < TEMPLATE_BLOCK ? vm->ram_size - at
      : TEMPLATE_BLOCK;
    pages = write_block (ram + at, size, fd, offset + at, err);
    if (pages == -1)
      return -1;
    if (pages == 0)
      continue;
    copy = is_touched (at, size, pages, kernel);
    if (n > 0 && continues (&extents[n - 1], at, copy))
      extents[n - 1].size += size;
    else
      extents[n++] = (struct template_extent) { at, size, copy, { 0 } };
  }
  return n;
}

/* Head and state in one piece. */
static uint8_t *
pack (struct template *t, size_t *ret_len)
{
  struct template_head *h = &t->head;
  const size_t sizes[] = {
    h->nr_extents * sizeof *t->extents, sizeof *t->machine,
    h->nr_devices * sizeof *t->devices, h->nr_vcpus * sizeof *t->vcpus,
  };
  const void *const parts[] = { t->extents, t->machine, t->devices, t->vcpus };
  uint8_t *data, *p;
  size_t i;

  h->state_size = state_size (h);
  data = malloc (sizeof *h + h->state_size);
  if (!data)
    return NULL;
  p = data + sizeof *h;
  for (i = 0; i < sizeof parts / sizeof parts[0]; ++i) {
    if (sizes[i] > 0)
      memcpy (p, parts[i], sizes[i]);
    p += sizes[i];
  }
  memcpy (h->magic, MAGIC, sizeof h->magic);
  h->version = TEMPLATE_VERSION;
  h->head_size = sizeof *h;
  h->state_sum = state_checksum (0, data + sizeof *h, h->state_size);
  h->head_sum = head_sum (h);
  memcpy (data, h, sizeof *h);
  *ret_len = sizeof *h + h->state_size;
  return data;
}

/* The head comes last: a file that is not complete is no template. */
int
template_write (struct template *t, const struct vm *vm, uint64_t kernel,
                int fd, struct error *err)
{
  uint64_t blocks = vm->ram_size / TEMPLATE_BLOCK + 1;
  CLEANUP_FREE struct template_extent *extents
    = calloc (blocks, sizeof *extents);
  CLEANUP_FREE uint8_t *data = NULL;
  size_t len;
  int n;

  if (!extents)
    return error_errno (err, "template");
  /* Room for as many extents as there can be. */
  t->head.nr_extents = blocks;
  t->head.memory_offset = sizeof t->head + state_size (&t->head);
  t->head.memory_offset += -t->head.memory_offset % TEMPLATE_BLOCK;
  t->head.memory_size = vm->ram_size;
  n = write_memory (vm, kernel, fd, t->head.memory_offset, extents, err);
  if (n == -1)
    return -1;
  t->extents = extents;
  t->head.nr_extents = n;
  data = pack (t, &len);
  if (!data)
    return error_errno (err, "template");
  if (ftruncate (fd, t->head.memory_offset + vm->ram_size) == -1
      || pwrite_full (fd, data, len, 0) == -1)
    return error_errno (err, "template");
  t->extents = NULL;
  return 0;
}
