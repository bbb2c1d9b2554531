/* Unit tests of the parts of qcow2 that need no image file: the header and the
 * set of metadata clusters; and of an image that is made here byte by byte. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "block.h"
#include "bytes.h"
#include "check.h"
#include "qcow2-clusters.h"
#include "qcow2-header.h"

#define CLUSTER 512
#define DISK (100 * CLUSTER)

/* Header, refcount table, refcount block, L1 table, L2 tables: an empty disk
 * of version 3 with 512-byte clusters, refcounts of 16 bits. */
static void
make_image (uint8_t *p)
{
  memset (p, 0, 4 * CLUSTER);
  memcpy (p, "QFI\xfb", 4);
  put_be32 (p + 4, 3);
  put_be32 (p + 20, 9);
  put_be64 (p + 24, DISK);
  put_be32 (p + 36, 2);
  put_be64 (p + 40, 3 * CLUSTER);
  put_be64 (p + QCOW2_FIELD_REFTABLE, CLUSTER);
  put_be32 (p + 56, 1);
  put_be32 (p + 96, 4);
  put_be32 (p + 100, 104);
  put_be64 (p + CLUSTER, 2 * CLUSTER);
  for (int i = 0; i < 4; ++i)
    put_be16 (p + 2 * CLUSTER + 2 * i, 1);
}

static int
parse (const void *data, size_t len, struct qcow2_header *h,
       struct error *err)
{
  return qcow2_header_parse (data, len, "test", h, err);
}

static void
test_header (void)
{
  uint8_t image[4 * CLUSTER];
  struct qcow2_header h = QCOW2_HEADER_INIT;

  make_image (image);
  CHECK_OK (parse (image, CLUSTER, &h, err));
  CHECK (h.version == 3 && h.cluster_bits == 9 && h.size == DISK);
  CHECK (h.l1_entries == 2 && h.refcount_order == 4 && !h.backing_name);
  qcow2_header_release (&h);

  /* Name and format of the backing file. */
  put_be32 (image + 104, 0xe2792aca);
  put_be32 (image + 108, 3);
  memcpy (image + 112, "raw", 3);
  put_be64 (image + 8, 200);
  put_be32 (image + 16, 5);
  memcpy (image + 200, "a\nb.r-more", 10);
  CHECK_OK (parse (image, CLUSTER, &h, err));
  CHECK (strcmp (h.backing_format, "raw") == 0);
  CHECK (strcmp (h.backing_name, "a?b.r") == 0);
  qcow2_header_release (&h);

  put_be32 (image + 100, 112);
  put_be32 (image + 20, 22);
  CHECK_ERRNO (EINVAL, parse (image, CLUSTER, &h, err));
}

/* Whatever the bytes: no crash, and on failure nothing is left behind. */
static void
test_header_garbage (void)
{
  unsigned seed = 1;

  for (int i = 0; i < 20000; ++i) {
    struct qcow2_header h = QCOW2_HEADER_INIT;
    size_t len = rand_r (&seed) % (CLUSTER + 1);
    uint8_t image[4 * CLUSTER], *exact = malloc (len + 1);

    CHECK (exact);
    make_image (image);
    for (int n = rand_r (&seed) % 4; n > 0; --n)
      image[rand_r (&seed) % 120] = rand_r (&seed);
    memcpy (exact, image, len);
    if (parse (exact, len, &h, NULL) == -1)
      CHECK (!h.backing_name && !h.backing_format);
    qcow2_header_release (&h);
    free (exact);
  }
}

static void
test_cluster_set (void)
{
  struct cluster_set s = { NULL };
  static uint8_t model[1000];
  unsigned seed = 2;

  CHECK (cluster_set_find (&s, 7) == METADATA_NONE);
  cluster_set_remove (&s, 7);
  for (int i = 0; i < 100000; ++i) {
    unsigned cluster = rand_r (&seed) % 1000;
    enum metadata_kind kind = rand_r (&seed) % 5 + 1;

    if (rand_r (&seed) % 3 == 0) {
      cluster_set_remove (&s, cluster * 64);
      model[cluster] = METADATA_NONE;
    } else if (model[cluster] != METADATA_NONE) {
      CHECK (cluster_set_add (&s, cluster * 64, kind) == -1);
      CHECK (errno == EEXIST);
    } else {
      CHECK (cluster_set_add (&s, cluster * 64, kind) == 0);
      model[cluster] = kind;
    }
    cluster = rand_r (&seed) % 1000;
    CHECK (cluster_set_find (&s, cluster * 64) == model[cluster]);
  }
  CHECK (cluster_set_find (&s, 1) == METADATA_NONE);
  cluster_set_release (&s);
}

static struct block *
open_image (int fd)
{
  struct block *b = block_open (fd, "test", NULL, false, NULL, NULL);

  CHECK (b);
  return b;
}

/* Writing, closing, reading again; and what the refcounts are then. */
static void
test_image (void)
{
  uint8_t image[16 * CLUSTER] = { 0 }, buf[3 * CLUSTER];
  int fd = memory_file (4 * CLUSTER), keep = dup (fd);
  struct block *b;

  make_image (image);
  CHECK (pwrite (fd, image, 4 * CLUSTER, 0) == 4 * CLUSTER);
  b = open_image (fd);
  CHECK (b->size == DISK);
  memset (buf, 'x', sizeof buf);
  CHECK_OK (block_pwrite (b, buf, 1000, 300, err));
  CHECK_OK (block_pread (b, buf, sizeof buf, 0, err));
  CHECK (buf[299] == 0 && buf[300] == 'x' && buf[1299] == 'x');
  CHECK (buf[1300] == 0);
  CHECK_OK (block_free (b, err));

  CHECK (pread (keep, image, sizeof image, 0) >= 7 * CLUSTER);
  /* One L2 table and three data clusters more, all in the L1 and L2 tables. */
  for (int i = 0; i < 8; ++i)
    CHECK (get_be16 (image + 2 * CLUSTER + 2 * i) == 1);
  CHECK (get_be16 (image + 2 * CLUSTER + 16) == 0);
  CHECK (get_be64 (image + 3 * CLUSTER) == (UINT64_C (1) << 63 | 4 * CLUSTER));
  CHECK (get_be64 (image + 4 * CLUSTER) == (UINT64_C (1) << 63 | 5 * CLUSTER));

  /* Everything is given back but the table. */
  b = open_image (keep);
  keep = dup (keep);
  CHECK_OK (block_write_zeroes (b, 0, DISK, BLOCK_MAY_UNMAP, err));
  CHECK_OK (block_free (b, err));
  CHECK (pread (keep, image, sizeof image, 0) >= 5 * CLUSTER);
  CHECK (get_be16 (image + 2 * CLUSTER + 8) == 1);
  CHECK (get_be16 (image + 2 * CLUSTER + 10) == 0);
  CHECK (get_be64 (image + 4 * CLUSTER) == 0);
  close (keep);
}

static enum block_now
read_now (struct block *b, void *buf, size_t len, uint64_t offset, bool idle)
{
  struct iovec iov = { buf, len };

  return block_preadv_now (b, &iov, 1, offset, idle);
}

/* Reading without waiting gives the same, or says why not. */
static void
test_now (void)
{
  uint8_t image[7 * CLUSTER] = { 0 }, buf[3 * CLUSTER], same[3 * CLUSTER];
  int fd = memory_file (sizeof image);
  struct block *b;

  /* A cluster of one stored block (RFC 1951, section 3.2.4), which takes two
   * sectors. */
  make_image (image);
  for (int i = 4; i < 7; ++i)
    put_be16 (image + 2 * CLUSTER + 2 * i, 1);
  put_be64 (image + 3 * CLUSTER, UINT64_C (1) << 63 | 4 * CLUSTER);
  put_be64 (image + 4 * CLUSTER, UINT64_C (1) << 62 | UINT64_C (1) << 61
                                 | 5 * CLUSTER);
  memcpy (image + 5 * CLUSTER, "\x01\x00\x02\xff\xfd", 5);
  memset (image + 5 * CLUSTER + 5, 'c', CLUSTER);
  CHECK (pwrite (fd, image, sizeof image, 0) == sizeof image);
  b = open_image (fd);
  /* The L2 table is not here. */
  CHECK (read_now (b, buf, CLUSTER, CLUSTER, true) == BLOCK_WAITS);
  CHECK_OK (block_pread (b, buf, CLUSTER, CLUSTER, err));
  CHECK (read_now (b, buf, CLUSTER, CLUSTER, false) == BLOCK_DONE);
  CHECK (buf[0] == 0);
  /* It has to be unpacked once. */
  CHECK (read_now (b, buf, 3, 7, false) == BLOCK_COMPUTES);
  CHECK (read_now (b, buf, 3, 7, true) == BLOCK_DONE);
  CHECK (memcmp (buf, "ccc", 3) == 0);
  CHECK (read_now (b, buf, CLUSTER, 0, false) == BLOCK_DONE);
  CHECK (buf[CLUSTER - 1] == 'c');
  /* Compressed, data, and a hole in one. */
  memset (buf, 'x', CLUSTER);
  CHECK_OK (block_pwrite (b, buf, CLUSTER - 10, CLUSTER + 5, err));
  CHECK_OK (block_pread (b, same, sizeof same, 0, err));
  CHECK (read_now (b, buf, sizeof buf, 0, false) == BLOCK_DONE);
  CHECK (memcmp (buf, same, sizeof same) == 0 && buf[CLUSTER + 5] == 'x');
  CHECK (read_now (b, buf, CLUSTER, DISK - 1, false) == BLOCK_WAITS);
  CHECK_OK (block_free (b, err));
}

/* An image that nobody changes is not touched, not even opened for writing. */
static void
test_untouched (void)
{
  uint8_t image[4 * CLUSTER], after[4 * CLUSTER];
  int fd = memory_file (0), keep = dup (fd);
  struct block *b;

  make_image (image);
  put_be64 (image + QCOW2_FIELD_AUTOCLEAR, 3);
  CHECK (pwrite (fd, image, sizeof image, 0) == sizeof image);
  b = open_image (fd);
  CHECK_OK (block_flush (b, err));
  CHECK_OK (block_free (b, err));
  CHECK (pread (keep, after, sizeof after, 0) == sizeof after);
  CHECK (memcmp (image, after, sizeof image) == 0);

  b = open_image (keep);
  keep = dup (keep);
  CHECK_OK (block_pwrite (b, "x", 1, 0, err));
  CHECK_OK (block_free (b, err));
  CHECK (pread (keep, after, sizeof after, 0) == sizeof after);
  CHECK (get_be64 (after + QCOW2_FIELD_AUTOCLEAR) == 0);
  close (keep);
}

/* More new L2 tables than the cache takes: making room for one of them writes
 * many, so that the disk does not wait for refcounts with each. */
#define MANY_TABLES 8192
#define TABLE_SPAN (CLUSTER / 8 * CLUSTER) /* bytes of the disk that one maps */
#define L1_CLUSTERS (MANY_TABLES * 8 / CLUSTER)

static unsigned flushes;
static const struct block_ops *counted;

static int
counting_flush (struct block *b, struct error *err)
{
  ++flushes;
  return counted->flush (b, err);
}

static void
test_many_tables (void)
{
  uint8_t image[4 * CLUSTER];
  int fd = memory_file ((3 + L1_CLUSTERS) * CLUSTER);
  struct block_ops counting;
  struct block *b;
  char c;

  make_image (image);
  put_be64 (image + 24, (uint64_t) MANY_TABLES * TABLE_SPAN);
  put_be32 (image + 36, MANY_TABLES);
  for (int i = 0; i < L1_CLUSTERS; ++i)
    put_be16 (image + 2 * CLUSTER + 2 * (3 + i), 1);
  CHECK (pwrite (fd, image, sizeof image, 0) == sizeof image);
  b = open_image (fd);
  counted = b->next->ops;
  counting = *counted;
  counting.flush = counting_flush;
  b->next->ops = &counting;

  for (uint64_t i = 0; i < MANY_TABLES; ++i)
    CHECK_OK (block_pwrite (b, "x", 1, i * TABLE_SPAN, err));
  CHECK (flushes > 0 && flushes < MANY_TABLES / 32);
  for (uint64_t i = 0; i < MANY_TABLES; ++i) {
    CHECK_OK (block_pread (b, &c, 1, i * TABLE_SPAN, err));
    CHECK (c == 'x');
  }
  CHECK_OK (block_free (b, err));
}

int
main (void)
{
  test_header ();
  test_header_garbage ();
  test_cluster_set ();
  test_image ();
  test_now ();
  test_untouched ();
  test_many_tables ();
  return 0;
}
