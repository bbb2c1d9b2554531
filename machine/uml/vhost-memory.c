/* Mappings of the user-mode kernel's memory file, see vhost.h.
 *
 * Every device is told of the same file, and one mapping serves them all: the
 * pages that one device has touched are mapped for the others too.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "vhost-internal.h"

void
vhost_memory_init (struct vhost_memory *memory, uint64_t limit)
{
  memset (memory, 0, sizeof *memory);
  pthread_mutex_init (&memory->lock, NULL);
  memory->limit = limit;
}

void
vhost_memory_release (struct vhost_memory *memory)
{
  size_t i;

  for (i = 0; i < memory->nr_mappings; ++i)
    munmap (memory->mappings[i].addr, memory->mappings[i].len);
  memory->nr_mappings = 0;
  pthread_mutex_destroy (&memory->lock);
}

static void *
find (const struct vhost_memory *memory, const struct stat *st, size_t *ret_len)
{
  size_t i;

  for (i = 0; i < memory->nr_mappings; ++i)
    if (memory->mappings[i].dev == st->st_dev
        && memory->mappings[i].ino == st->st_ino) {
      *ret_len = memory->mappings[i].len;
      return memory->mappings[i].addr;
    }
  return NULL;
}

void *
vhost_memory_map (struct vhost_memory *memory, int fd, size_t *ret_len,
                  struct error *err)
{
  CLEANUP_UNLOCK (&memory->lock);
  struct vhost_mapping *m;
  struct stat st;
  void *addr;

  if (fstat (fd, &st) == -1) {
    error_errno (err, "guest memory");
    return NULL;
  }
  addr = find (memory, &st, ret_len);
  if (addr)
    return addr;
  if (!S_ISREG (st.st_mode) || st.st_size <= 0
      || (uint64_t) st.st_size > memory->limit
      || memory->nr_mappings
         == sizeof memory->mappings / sizeof memory->mappings[0]) {
    error_set (err, EPROTO, "guest memory: not a file that can be mapped");
    return NULL;
  }
  /* A file that shrinks under a mapping would end this process. */
  if (fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK) == -1) {
    error_errno (err, "guest memory: sealing");
    return NULL;
  }
  if (fstat (fd, &st) == -1) {
    error_errno (err, "guest memory");
    return NULL;
  }
  addr = mmap (NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (addr == MAP_FAILED) {
    error_errno (err, "guest memory");
    return NULL;
  }
  m = &memory->mappings[memory->nr_mappings++];
  *m = (struct vhost_mapping) { st.st_dev, st.st_ino, addr, st.st_size };
  *ret_len = m->len;
  return addr;
}
