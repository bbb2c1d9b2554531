/* The overlay against a plain buffer: random operations of one thread, then of
 * four threads that each own every fourth sector, so that blocks are shared. */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "block.h"
#include "check.h"

#define SIZE (2 * 1024 * 1024 + 512 * 3)
#define THREADS 4

static unsigned char model[SIZE], seen[SIZE];

static struct block *
make (int *ret_base)
{
  struct error err = ERROR_INIT;
  int fd = memory_file (SIZE);
  struct block *base, *b;

  for (size_t i = 0; i < SIZE; ++i)
    model[i] = i / 512 * 7 + 1;
  CHECK (pwrite (fd, model, SIZE, 0) == SIZE);
  *ret_base = dup (fd);
  base = block_open (fd, "base", "raw", true, NULL, &err);
  CHECK (base);
  b = overlay_new (base, memory_file (0), &err);
  CHECK (b && !b->readonly && b->size == SIZE);
  return b;
}

static void
compare (struct block *b)
{
  CHECK_OK (block_pread (b, seen, SIZE, 0, err));
  CHECK (memcmp (seen, model, SIZE) == 0);
}

static void
step (struct block *b, unsigned *seed)
{
  static unsigned char buf[256 * 512];
  unsigned kind = rand_r (seed) % 8;
  size_t sectors = rand_r (seed) % (rand_r (seed) % 4 ? 20 : 256) + 1;
  size_t offset = rand_r (seed) % (SIZE / 512 - sectors + 1) * 512;
  size_t len = sectors * 512;

  if (kind < 4) {
    struct iovec iov[2] = { { buf, len / 2 }, { buf + len / 2, len - len / 2 } };

    memset (buf, rand_r (seed), len);
    memcpy (model + offset, buf, len);
    CHECK_OK (block_pwritev (b, iov, 2, offset, err));
  } else if (kind == 4) {
    memset (model + offset, 0, len);
    CHECK_OK (block_write_zeroes (b, offset, len, BLOCK_MAY_UNMAP, err));
  } else if (kind == 5) {
    /* Discarded data is old data or zeroes; then it is what was read. */
    CHECK_OK (block_discard (b, offset, len, err));
    CHECK_OK (block_pread (b, buf, len, offset, err));
    for (size_t i = 0; i < len; ++i)
      CHECK (buf[i] == 0 || buf[i] == model[offset + i]);
    memcpy (model + offset, buf, len);
  } else {
    CHECK_OK (block_pread (b, buf, len, offset, err));
    CHECK (memcmp (buf, model + offset, len) == 0);
  }
}

static void
test_random (unsigned seed)
{
  int base_fd;
  struct block *b = make (&base_fd);
  static unsigned char base[SIZE];

  for (int i = 0; i < 3000; ++i)
    step (b, &seed);
  compare (b);
  CHECK_OK (block_flush (b, err));
  CHECK_OK (block_free (b, err));
  CHECK (pread (base_fd, base, SIZE, 0) == SIZE);
  for (size_t i = 0; i < SIZE; ++i)
    CHECK (base[i] == (unsigned char) (i / 512 * 7 + 1));
  close (base_fd);
}

static struct block *shared;

static void *
writer (void *opaque)
{
  size_t me = (size_t) opaque;
  unsigned seed = me;
  unsigned char buf[512];

  for (int i = 0; i < 4000; ++i) {
    size_t sector = rand_r (&seed) % (SIZE / 512 / THREADS) * THREADS + me;

    memset (buf, rand_r (&seed), sizeof buf);
    if (i % 16 == 0) {
      memset (buf, 0, sizeof buf);
      CHECK_OK (block_write_zeroes (shared, sector * 512, 512,
                                    BLOCK_MAY_UNMAP, err));
    } else
      CHECK_OK (block_pwrite (shared, buf, 512, sector * 512, err));
    memcpy (model + sector * 512, buf, 512);
  }
  return NULL;
}

static void
test_threads (void)
{
  pthread_t thread[THREADS];
  int base_fd;

  shared = make (&base_fd);
  for (size_t i = 0; i < THREADS; ++i)
    CHECK (pthread_create (&thread[i], NULL, writer, (void *) i) == 0);
  for (size_t i = 0; i < THREADS; ++i)
    CHECK (pthread_join (thread[i], NULL) == 0);
  compare (shared);
  CHECK_OK (block_free (shared, err));
  close (base_fd);
}

int
main (void)
{
  for (unsigned seed = 1; seed <= 3; ++seed)
    test_random (seed);
  test_threads ();
  return 0;
}
