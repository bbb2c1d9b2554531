/* Compressed clusters: where they lie, unpacking, and the few that were
 * unpacked last, because a guest reads a cluster in small pieces. */

#include <config.h>

#include <errno.h>
#include <zlib.h>
#include <zstd.h>

#include "checked.h"
#include "iov.h"
#include "qcow2-image.h"

#define SECTOR 512
#define ZSTD_MAX_WINDOW 23 /* log2: a cluster has at most 2 MiB */

void
qcow2_compressed_range (const struct qcow2 *q, uint64_t entry,
                        uint64_t *ret_offset, uint64_t *ret_len)
{
  /* Low bits: offset; above them, cluster_bits - 8 bits: further sectors. */
  unsigned shift = 62 - (q->cluster_bits - 8);
  uint64_t offset = entry & ((UINT64_C (1) << shift) - 1);
  uint64_t sectors
    = (entry >> shift & ((UINT64_C (1) << (q->cluster_bits - 8)) - 1)) + 1;

  *ret_offset = offset;
  *ret_len = sectors * SECTOR - offset % SECTOR;
}

static bool
unpack_zlib (const void *packed, size_t packed_len, void *data, size_t len)
{
  z_stream z = { .next_in = (void *) packed, .avail_in = packed_len,
    .next_out = data, .avail_out = len };
  int r;

  if (inflateInit2 (&z, -15) != Z_OK)
    return false;
  r = inflate (&z, Z_FINISH);
  (void) inflateEnd (&z);
  return (r == Z_STREAM_END || r == Z_BUF_ERROR || r == Z_OK)
    && z.avail_out == 0;
}

static bool
unpack_zstd (const void *packed, size_t packed_len, void *data, size_t len)
{
  ZSTD_DCtx *context = ZSTD_createDCtx ();
  ZSTD_inBuffer in = { packed, packed_len, 0 };
  ZSTD_outBuffer out = { data, len, 0 };

  if (!context)
    return false;
  (void) ZSTD_DCtx_setParameter (context, ZSTD_d_windowLogMax,
                                 ZSTD_MAX_WINDOW);
  while (out.pos < out.size) {
    size_t before_in = in.pos, before_out = out.pos;
    size_t r = ZSTD_decompressStream (context, &out, &in);

    if (ZSTD_isError (r) || (in.pos == before_in && out.pos == before_out))
      break;
  }
  (void) ZSTD_freeDCtx (context);
  return out.pos == out.size;
}

/* Read and unpack a cluster; the caller frees it. */
static void *
unpack (struct qcow2 *q, uint64_t entry, struct error *err)
{
  CLEANUP_FREE void *packed = NULL;
  CLEANUP_FREE void *data = NULL;
  uint64_t offset, len, length = qcow2_file_length (q);
  struct iovec iov;
  bool ok;

  qcow2_compressed_range (q, entry, &offset, &len);
  if (offset == 0 || offset >= length) {
    error_set (err, EIO, "%s: a compressed cluster at offset %llu lies beyond"
               " the end of the file", q->b.name,
               (unsigned long long) offset);
    return NULL;
  }
  /* The last sector of the file may be short. */
  if (len > length - offset)
    len = length - offset;
  packed = malloc (len);
  data = malloc (q->cluster_size);
  if (!packed || !data) {
    error_errno (err, "%s", q->b.name);
    return NULL;
  }
  iov.iov_base = packed;
  iov.iov_len = len;
  if (q->b.next->ops->preadv (q->b.next, &iov, 1, offset, err) == -1)
    return NULL;
  ok = q->header.compression == QCOW2_ZSTD
    ? unpack_zstd (packed, len, data, q->cluster_size)
    : unpack_zlib (packed, len, data, q->cluster_size);
  if (!ok) {
    error_set (err, EIO, "%s: damaged compressed cluster at offset %llu",
               q->b.name, (unsigned long long) offset);
    return NULL;
  }
  return TAKE_PTR (data);
}

int
qcow2_read_compressed (struct qcow2 *q, uint64_t entry, uint64_t skip,
                       const struct iovec *iov, int iovcnt,
                       struct error *err)
{
  struct unpacked *u = &q->unpacked;
  size_t len = iov_length (iov, iovcnt);
  void *data;

  {
    CLEANUP_UNLOCK (&u->lock);

    for (size_t i = 0; i < UNPACKED_SLOTS; ++i) {
      if (u->slots[i].entry == entry) {
        iov_from_buf (iov, iovcnt, 0, (char *) u->slots[i].data + skip, len);
        return 0;
      }
    }
  }
  data = unpack (q, entry, err);
  if (!data)
    return -1;
  iov_from_buf (iov, iovcnt, 0, (char *) data + skip, len);
  {
    CLEANUP_UNLOCK (&u->lock);

    free (u->slots[u->next].data);
    u->slots[u->next].data = data;
    u->slots[u->next].entry = entry;
    u->next = (u->next + 1) % UNPACKED_SLOTS;
  }
  return 0;
}

void
qcow2_forget_unpacked (struct qcow2 *q)
{
  CLEANUP_UNLOCK (&q->unpacked.lock);

  for (size_t i = 0; i < UNPACKED_SLOTS; ++i) {
    free (q->unpacked.slots[i].data);
    q->unpacked.slots[i].data = NULL;
    q->unpacked.slots[i].entry = 0;
  }
}
