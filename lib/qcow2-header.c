/* Making a new, empty qcow2 image: see qcow2-header.h.
 *
 * The file is: header cluster, refcount table, refcount blocks, L1 table, and
 * with map_all also L2 tables and data, each starting at a cluster.
 */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checked.h"
#include "io.h"
#include "qcow2-header.h"
#include "strbuf.h"

#define MAGIC 0x514649fbU /* "QFI\xfb" */
#define BACKING_FORMAT_EXTENSION 0xe2792acaU
#define BACKING_NAME_MAX 1023
#define L1_BYTES_MAX (32 * 1024 * 1024)
#define COPIED (UINT64_C (1) << 63) /* the refcount is exactly one */

struct layout {
  uint64_t cluster;
  uint64_t data_clusters;  /* of the whole disk */
  uint64_t l1_entries, l1_clusters;
  uint64_t l2_tables;      /* 0 unless map_all */
  uint64_t refcount_blocks, table_clusters;
  uint64_t total;          /* clusters of the file */
  uint64_t blocks_at, l1_at, l2_at, data_at; /* cluster numbers */
};

static uint64_t
divide_up (uint64_t a, uint64_t b)
{
  return a / b + (a % b != 0);
}

/* Refcounts count their own clusters too: grow until it is enough. */
static void
place (struct layout *l, uint64_t fixed)
{
  uint64_t blocks = 1, tables = 1;

  for (;;) {
    l->total = fixed + tables + blocks;
    l->refcount_blocks = divide_up (l->total, l->cluster / 2);
    l->table_clusters = divide_up (l->refcount_blocks * 8, l->cluster);
    if (l->refcount_blocks <= blocks && l->table_clusters <= tables)
      break;
    blocks = l->refcount_blocks;
    tables = l->table_clusters;
  }
  l->refcount_blocks = blocks;
  l->table_clusters = tables;
  l->blocks_at = 1 + tables;
  l->l1_at = l->blocks_at + blocks;
  l->l2_at = l->l1_at + l->l1_clusters;
  l->data_at = l->l2_at + l->l2_tables;
}

static int
plan (const struct qcow2_create *what, struct layout *l, struct error *err)
{
  const uint64_t cs = what->cluster_size, l2_entries = cs / 8;

  l->cluster = cs;
  l->data_clusters = divide_up (what->size, cs);
  l->l1_entries = divide_up (l->data_clusters, l2_entries);
  if (l->l1_entries > L1_BYTES_MAX / 8)
    return error_set (err, EFBIG, "a qcow2 image with clusters of %u bytes "
                      "cannot have %llu bytes", what->cluster_size,
                      (unsigned long long) what->size);
  l->l1_clusters = divide_up (l->l1_entries * 8, cs);
  l->l2_tables = what->map_all ? l->l1_entries : 0;
  place (l, 1 + l->l1_clusters + l->l2_tables
         + (what->map_all ? l->data_clusters : 0));
  return 0;
}

static int
add32 (struct strbuf *b, uint32_t value)
{
  value = htobe32 (value);
  return strbuf_add (b, &value, sizeof value);
}

static int
add64 (struct strbuf *b, uint64_t value)
{
  value = htobe64 (value);
  return strbuf_add (b, &value, sizeof value);
}

static int
add_padded (struct strbuf *b, const char *str)
{
  static const char zeroes[8];
  size_t len = strlen (str);

  return strbuf_add (b, str, len) == -1
    || strbuf_add (b, zeroes, -len % 8) == -1 ? -1 : 0;
}

/* The extensions that follow the header. */
static int
add_extensions (struct strbuf *b, const struct qcow2_create *what)
{
  if (what->backing_format
      && (add32 (b, BACKING_FORMAT_EXTENSION) == -1
          || add32 (b, strlen (what->backing_format)) == -1
          || add_padded (b, what->backing_format) == -1))
    return -1;
  return add32 (b, 0) == -1 || add32 (b, 0) == -1 ? -1 : 0;
}

static int
add_header (struct strbuf *b, const struct qcow2_create *what,
            const struct layout *l, uint64_t backing_at)
{
  uint32_t backing_len = what->backing ? strlen (what->backing) : 0;
  int r = 0;

  r |= add32 (b, MAGIC);
  r |= add32 (b, what->version);
  r |= add64 (b, backing_at);
  r |= add32 (b, backing_len);
  r |= add32 (b, __builtin_ctz (what->cluster_size));
  r |= add64 (b, what->size);
  r |= add32 (b, 0); /* not encrypted */
  r |= add32 (b, l->l1_entries);
  r |= add64 (b, l->l1_at * l->cluster);
  r |= add64 (b, 1 * l->cluster); /* the refcount table */
  r |= add32 (b, l->table_clusters);
  r |= add32 (b, 0); /* no snapshots */
  r |= add64 (b, 0);
  if (what->version == 3) {
    r |= add64 (b, 0); /* incompatible, compatible, autoclear features */
    r |= add64 (b, 0);
    r |= add64 (b, 0);
    r |= add32 (b, 4);   /* refcounts have 1 << 4 bits */
    r |= add32 (b, 104); /* length of the header */
  }
  r |= add_extensions (b, what);
  return r;
}

static int
write_header (int fd, const struct qcow2_create *what, const struct layout *l,
              struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  uint64_t backing_at;

  if (add_header (&b, what, l, 0) == -1)
    return error_errno (err, "qcow2 header");
  backing_at = what->backing ? b.len : 0;
  strbuf_release (&b);
  if (add_header (&b, what, l, backing_at) == -1
      || (what->backing && strbuf_addstr (&b, what->backing) == -1))
    return error_errno (err, "qcow2 header");
  if (b.len > what->cluster_size
      || (what->backing && strlen (what->backing) > BACKING_NAME_MAX))
    return error_set (err, ENAMETOOLONG, "the name of the backing file is too "
                      "long");
  if (pwrite_full (fd, b.data, b.len, 0) == -1)
    return error_errno (err, "write");
  return 0;
}

/* Write `n` 64-bit table entries at a cluster: first, first + step, ... */
static int
write_table (int fd, const struct layout *l, uint64_t at, uint64_t n,
             uint64_t first, uint64_t flags, struct error *err)
{
  uint64_t chunk[4096], done = 0;

  while (done < n) {
    uint64_t i, part = n - done < 4096 ? n - done : 4096;

    for (i = 0; i < part; ++i)
      chunk[i] = htobe64 ((first + done + i) * l->cluster | flags);
    if (pwrite_full (fd, chunk, part * 8, at * l->cluster + done * 8) == -1)
      return error_errno (err, "write");
    done += part;
  }
  return 0;
}

static int
write_refcounts (int fd, const struct layout *l, struct error *err)
{
  uint16_t ones[8192];
  uint64_t done = 0;
  size_t i;

  for (i = 0; i < 8192; ++i)
    ones[i] = htobe16 (1);
  while (done < l->total) {
    uint64_t part = l->total - done < 8192 ? l->total - done : 8192;

    if (pwrite_full (fd, ones, part * 2,
                     l->blocks_at * l->cluster + done * 2) == -1)
      return error_errno (err, "write");
    done += part;
  }
  return write_table (fd, l, 1, l->refcount_blocks, l->blocks_at, 0, err);
}

int
qcow2_create (int fd, const struct qcow2_create *what, uint64_t *ret_end,
              struct error *err)
{
  struct layout l = { .cluster = 0 };
  const uint64_t end_max = INT64_MAX;
  uint64_t end;

  if (plan (what, &l, err) == -1)
    return -1;
  if (!checked_mul_u64 (l.total, l.cluster, &end) || end > end_max)
    return error_set (err, EFBIG, "the image would be too large");
  if (ftruncate (fd, end) == -1)
    return error_errno (err, "resize");
  if (write_header (fd, what, &l, err) == -1
      || write_refcounts (fd, &l, err) == -1)
    return -1;
  if (what->map_all
      && (write_table (fd, &l, l.l1_at, l.l1_entries, l.l2_at, COPIED,
                       err) == -1
          || write_table (fd, &l, l.l2_at, l.data_clusters, l.data_at, COPIED,
                          err) == -1))
    return -1;
  *ret_end = end;
  return 0;
}
