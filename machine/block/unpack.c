/* Unpacking of compressed clusters: see unpack.h. */

#include <config.h>

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#ifdef HAVE_DEFLATE
#include <libdeflate.h>
#endif

#include "cleanup.h"
#include "unpack.h"

#define MAX_WINDOW 23 /* log2: a cluster has at most 2 MiB */

struct unpacker {
  ZSTD_DCtx *zstd; /* NULL before the first time, as are all of these */
#ifdef HAVE_DEFLATE
  struct libdeflate_decompressor *deflate;
#endif
};

struct unpacker *
unpacker_new (void)
{
  return calloc (1, sizeof (struct unpacker));
}

void
unpacker_free (struct unpacker *u)
{
  if (!u)
    return;
  (void) ZSTD_freeDCtx (u->zstd);
#ifdef HAVE_DEFLATE
  if (u->deflate)
    libdeflate_free_decompressor (u->deflate);
#endif
  free (u);
}

/* Twice as fast as zlib, but it takes only streams that end with the
 * cluster. */
static bool
unpack_quickly (struct unpacker *u, const void *packed, size_t packed_len,
                void *data, size_t len)
{
#ifdef HAVE_DEFLATE
  size_t used;

  if (!u->deflate)
    u->deflate = libdeflate_alloc_decompressor ();
  return u->deflate
    && libdeflate_deflate_decompress_ex (u->deflate, packed, packed_len, data,
                                         len, &used, NULL)
       == LIBDEFLATE_SUCCESS;
#else
  return false;
#endif
}

bool
unpack_deflate (struct unpacker *u, const void *packed, size_t packed_len,
                void *data, size_t len)
{
  z_stream z = { .next_in = (void *) packed, .avail_in = packed_len,
    .next_out = data, .avail_out = len };
  int r;

  if (unpack_quickly (u, packed, packed_len, data, len))
    return true;
  if (inflateInit2 (&z, -15) != Z_OK)
    return false;
  r = inflate (&z, Z_FINISH);
  (void) inflateEnd (&z);
  return (r == Z_STREAM_END || r == Z_BUF_ERROR || r == Z_OK)
    && z.avail_out == 0;
}

bool
unpack_zstd (struct unpacker *u, const void *packed, size_t packed_len,
             void *data, size_t len)
{
  ZSTD_inBuffer in = { packed, packed_len, 0 };
  ZSTD_outBuffer out = { data, len, 0 };

  if (!u->zstd) {
    u->zstd = ZSTD_createDCtx ();
    if (!u->zstd)
      return false;
    (void) ZSTD_DCtx_setParameter (u->zstd, ZSTD_d_windowLogMax, MAX_WINDOW);
  }
  (void) ZSTD_DCtx_reset (u->zstd, ZSTD_reset_session_only);
  while (out.pos < out.size) {
    size_t before_in = in.pos, before_out = out.pos;
    size_t r = ZSTD_decompressStream (u->zstd, &out, &in);

    if (ZSTD_isError (r) || (in.pos == before_in && out.pos == before_out))
      break;
  }
  return out.pos == out.size;
}
