/* Parsing of qcow2 headers: see qcow2-header.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "checked.h"
#include "qcow2-header.h"

#define V2_LENGTH 72
#define V3_LENGTH 104
#define MAX_BACKING_NAME 1023
#define MAX_SIZE (UINT64_C (1) << 62)

#define EXT_END 0
#define EXT_BACKING_FORMAT 0xe2792aca
#define EXT_FEATURE_NAMES 0x6803f857

#define FEATURE_SIZE 48
#define FEATURE_NAME_SIZE 46

/* What the parts of the parser share. */
struct parser {
  const uint8_t *data;
  size_t len;
  const char *name;
  struct qcow2_header *h;
  size_t header_length;
  const uint8_t *features; /* the feature name table, or NULL */
  size_t features_len;
};

uint32_t
qcow2_header_cluster_size (const void *data, size_t len, const char *name,
                           struct error *err)
{
  const uint8_t *p = data;
  uint32_t version, bits;

  if (len < V2_LENGTH) {
    error_set (err, EINVAL, "%s: too short for a qcow2 image (%zu bytes)",
               name, len);
    return 0;
  }
  if (memcmp (p, "QFI\xfb", 4) != 0) {
    error_set (err, EINVAL, "%s: not a qcow2 image (wrong magic number)",
               name);
    return 0;
  }
  version = get_be32 (p + 4);
  if (version != 2 && version != 3) {
    error_set (err, ENOTSUP, "%s: qcow2 version %u is not supported (2 and 3"
               " are)", name, version);
    return 0;
  }
  bits = get_be32 (p + 20);
  if (bits < QCOW2_MIN_CLUSTER_BITS || bits > QCOW2_MAX_CLUSTER_BITS) {
    error_set (err, EINVAL, "%s: broken qcow2 header: cluster size 2^%u",
               name, bits);
    return 0;
  }
  return UINT32_C (1) << bits;
}

static int
broken (struct parser *p, struct error *err, const char *what)
{
  return error_set (err, EINVAL, "%s: broken qcow2 header: %s", p->name, what);
}

/* Is this a table of `bytes` bytes at a cluster boundary? */
static bool
table_ok (const struct qcow2_header *h, uint64_t offset, uint64_t bytes)
{
  return (offset & ((UINT64_C (1) << h->cluster_bits) - 1)) == 0
    && range_fits (offset, bytes, MAX_SIZE);
}

static int
parse_fields (struct parser *p, struct error *err)
{
  struct qcow2_header *h = p->h;
  const uint8_t *d = p->data;
  uint32_t crypt = get_be32 (d + 32);

  h->version = get_be32 (d + 4);
  h->cluster_bits = get_be32 (d + 20);
  h->size = get_be64 (d + 24);
  h->l1_entries = get_be32 (d + 36);
  h->l1_offset = get_be64 (d + 40);
  h->reftable_offset = get_be64 (d + QCOW2_FIELD_REFTABLE);
  h->reftable_clusters = get_be32 (d + 56);
  h->nr_snapshots = get_be32 (d + 60);
  h->snapshots_offset = get_be64 (d + 64);
  h->refcount_order = 4;
  p->header_length = V2_LENGTH;
  if (h->version >= 3) {
    if (p->len < V3_LENGTH)
      return broken (p, err, "too short for version 3");
    h->incompatible = get_be64 (d + QCOW2_FIELD_INCOMPATIBLE);
    h->compatible = get_be64 (d + 80);
    h->autoclear = get_be64 (d + QCOW2_FIELD_AUTOCLEAR);
    h->refcount_order = get_be32 (d + 96);
    p->header_length = get_be32 (d + 100);
    if (p->header_length < V3_LENGTH || p->header_length % 8 != 0
        || p->header_length > p->len)
      return broken (p, err, "length of the header");
  }
  if (crypt != 0)
    return error_set (err, ENOTSUP, "%s: encrypted qcow2 images are not"
                      " supported (method %s)", p->name,
                      crypt == 1 ? "aes" : crypt == 2 ? "luks" : "unknown");
  return 0;
}

static int
check_fields (struct parser *p, struct error *err)
{
  struct qcow2_header *h = p->h;
  uint64_t cluster = UINT64_C (1) << h->cluster_bits;
  uint64_t per_l1 = cluster * (cluster / 8);

  if (h->refcount_order > 6)
    return broken (p, err, "refcount width");
  if (h->size > MAX_SIZE)
    return broken (p, err, "disk size");
  h->size = (h->size + 511) / 512 * 512;
  if (h->l1_entries > QCOW2_MAX_L1_BYTES / 8)
    return broken (p, err, "the L1 table is too large");
  if (h->l1_entries < (h->size + per_l1 - 1) / per_l1)
    return broken (p, err, "the L1 table is too small for the disk");
  if (!table_ok (h, h->l1_offset, UINT64_C (8) * h->l1_entries))
    return broken (p, err, "offset of the L1 table");
  if (h->reftable_clusters > QCOW2_MAX_REFTABLE_BYTES / cluster)
    return broken (p, err, "the refcount table is too large");
  if (!table_ok (h, h->reftable_offset, h->reftable_clusters * cluster))
    return broken (p, err, "offset of the refcount table");
  if (h->nr_snapshots > QCOW2_MAX_SNAPSHOTS)
    return broken (p, err, "too many snapshots");
  if (h->nr_snapshots > 0 && !table_ok (h, h->snapshots_offset, cluster))
    return broken (p, err, "offset of the snapshot table");
  return 0;
}

static char *
copy_string (const uint8_t *data, size_t len)
{
  char *s = strndup ((const char *) data, len);

  /* A name ends at its first NUL; control characters would garble messages. */
  for (char *q = s; q && *q; ++q) {
    if ((unsigned char) *q < ' ')
      *q = '?';
  }
  return s;
}

static int
parse_extensions (struct parser *p, size_t end, struct error *err)
{
  size_t at = p->header_length;

  while (at + 8 <= end) {
    uint32_t type = get_be32 (p->data + at);
    uint32_t len = get_be32 (p->data + at + 4);

    at += 8;
    if (type == EXT_END)
      break;
    if (!range_fits (at, len, end))
      return broken (p, err, "a header extension is too long");
    if (type == EXT_BACKING_FORMAT && !p->h->backing_format && len > 0) {
      p->h->backing_format = copy_string (p->data + at, len);
      if (!p->h->backing_format)
        return error_errno (err, "%s", p->name);
    } else if (type == EXT_FEATURE_NAMES) {
      p->features = p->data + at;
      p->features_len = len;
    }
    at += ((size_t) len + 7) / 8 * 8;
  }
  return 0;
}

static int
parse_backing (struct parser *p, size_t *ret_end, struct error *err)
{
  uint64_t offset = get_be64 (p->data + 8);
  uint32_t len = get_be32 (p->data + 16);

  *ret_end = p->len;
  if (offset == 0)
    return 0;
  if (len == 0 || len > MAX_BACKING_NAME || offset < p->header_length
      || !range_fits (offset, len, p->len))
    return broken (p, err, "name of the backing file");
  p->h->backing_name = copy_string (p->data + offset, len);
  if (!p->h->backing_name)
    return error_errno (err, "%s", p->name);
  /* Extensions lie before the name. */
  *ret_end = offset;
  return 0;
}

/* The image's own name for an incompatible feature, or NULL. */
static const char *
feature_name (struct parser *p, unsigned bit, char *buf)
{
  for (size_t at = 0; at + FEATURE_SIZE <= p->features_len;
       at += FEATURE_SIZE) {
    const uint8_t *f = p->features + at;

    if (f[0] != 0 || f[1] != bit)
      continue;
    memcpy (buf, f + 2, FEATURE_NAME_SIZE);
    buf[FEATURE_NAME_SIZE] = '\0';
    for (char *q = buf; *q; ++q) {
      if (*q < ' ' || *q > '~')
        *q = '?';
    }
    return buf;
  }
  return NULL;
}

static int
check_features (struct parser *p, struct error *err)
{
  uint64_t known = QCOW2_DIRTY | QCOW2_CORRUPT | QCOW2_COMPRESSION;
  uint64_t unknown = p->h->incompatible & ~known;
  char buf[FEATURE_NAME_SIZE + 1];

  if (unknown & QCOW2_DATA_FILE)
    return error_set (err, ENOTSUP, "%s: qcow2 images with an external data"
                      " file are not supported", p->name);
  if (unknown & QCOW2_EXTENDED_L2)
    return error_set (err, ENOTSUP, "%s: qcow2 images with subclusters"
                      " (extended L2 entries) are not supported", p->name);
  if (unknown != 0) {
    unsigned bit = __builtin_ctzll (unknown);
    const char *known_as = feature_name (p, bit, buf);

    return error_set (err, ENOTSUP, "%s: the image needs a qcow2 feature that"
                      " is not supported: %s (bit %u)", p->name,
                      known_as ? known_as : "unnamed", bit);
  }
  return 0;
}

static int
parse_compression (struct parser *p, struct error *err)
{
  unsigned type = p->header_length > V3_LENGTH ? p->data[V3_LENGTH] : 0;

  if (!(p->h->incompatible & QCOW2_COMPRESSION) != (type == 0))
    return broken (p, err, "compression type");
  if (type > QCOW2_ZSTD)
    return error_set (err, ENOTSUP, "%s: compression type %u is not"
                      " supported", p->name, type);
  p->h->compression = type;
  return 0;
}

int
qcow2_header_parse (const void *data, size_t len, const char *name,
                    struct qcow2_header *ret, struct error *err)
{
  struct qcow2_header h = QCOW2_HEADER_INIT;
  struct parser p = { data, len, name, &h };
  uint32_t cluster = qcow2_header_cluster_size (data, len, name, err);
  size_t end = 0;

  if (cluster == 0)
    return -1;
  if (p.len > cluster)
    p.len = cluster;
  if (parse_fields (&p, err) == -1
      || parse_backing (&p, &end, err) == -1
      || parse_extensions (&p, end, err) == -1
      || check_features (&p, err) == -1
      || parse_compression (&p, err) == -1
      || check_fields (&p, err) == -1) {
    qcow2_header_release (&h);
    return -1;
  }
  *ret = h;
  return 0;
}

void
qcow2_header_release (struct qcow2_header *h)
{
  free (h->backing_name);
  free (h->backing_format);
  h->backing_name = h->backing_format = NULL;
}
