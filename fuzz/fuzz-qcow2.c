/* Fuzz target: a qcow2 image whose every byte is hostile.  It is read as it
 * is, then changed, then read again; which parts and how depends on the bytes
 * themselves.  Backing files are a small raw file. */

#include <config.h>

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "block.h"
#include "fuzz.h"
#include "io.h"

#define MAX_FILE (64 * 1024 * 1024)
#define MAX_READ (256 * 1024)
#define BACKING_SIZE 10000

static uint64_t state;

static uint64_t
next (void)
{
  state = state * UINT64_C (6364136223846793005) + 1442695040888963407;
  return state >> 20;
}

static int
file_of (const void *data, size_t size)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  if (fd != -1 && pwrite_full (fd, data, size, 0) == -1) {
    close (fd);
    return -1;
  }
  return fd;
}

static int
open_backing (void *opaque, const char *name, const char *parent,
              char **ret_name, struct error *err)
{
  static char data[BACKING_SIZE];
  int fd;

  memset (data, 'b', sizeof data);
  fd = file_of (data, sizeof data);
  return fd == -1 ? error_errno (err, "backing") : fd;
}

/* Somewhere in the disk: more often near its two ends. */
static uint64_t
somewhere (const struct block *b, uint64_t len)
{
  uint64_t room = b->size - len;

  switch (next () % 4) {
  case 0:
    return room;
  case 1:
    return room ? next () % room : 0;
  default:
    return room ? next () % (room < MAX_READ ? room : MAX_READ) : 0;
  }
}

static void
read_some (struct block *b, char *buf)
{
  uint64_t len = b->size < MAX_READ ? b->size : MAX_READ;

  (void) block_pread (b, buf, len, 0, NULL);
  for (int i = 0; i < 16; ++i) {
    len = next () % 5000;
    if (len > b->size)
      len = b->size;
    (void) block_pread (b, buf, len, somewhere (b, len), NULL);
  }
}

static void
change (struct block *b, char *buf)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint64_t len = next () % (next () % 4 ? 3000 : 100000);
  uint64_t offset;

  if (len > b->size)
    len = b->size;
  offset = somewhere (b, len);
  switch (next () % 8) {
  case 0:
    (void) block_discard (b, offset, len, &err);
    break;
  case 1:
    (void) block_write_zeroes (b, offset, len, BLOCK_MAY_UNMAP, &err);
    break;
  case 2:
    (void) block_write_zeroes (b, offset, len, 0, &err);
    break;
  case 3:
    (void) block_flush (b, &err);
    break;
  default:
    (void) block_pwrite (b, buf, len, offset, &err);
  }
}

static void
use (int fd, bool readonly)
{
  const struct block_opener opener = { open_backing, NULL };
  static char buf[MAX_READ];
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct block *b = block_open (fd, "image", "qcow2", readonly, &opener, &err);

  if (!b)
    return;
  read_some (b, buf);
  for (int i = 0; !readonly && i < 24; ++i)
    change (b, buf);
  (void) block_free (b, &err);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const struct rlimit limit = { MAX_FILE, MAX_FILE };
  int fd = file_of (data, size);

  (void) signal (SIGXFSZ, SIG_IGN);
  (void) setrlimit (RLIMIT_FSIZE, &limit);
  if (fd == -1)
    return 0;
  state = size;
  for (size_t i = 0; i < size && i < 4096; ++i)
    state = state * 31 + data[i];
  use (dup (fd), true);
  use (dup (fd), false);
  use (fd, true);
  return 0;
}
