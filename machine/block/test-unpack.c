/* Unpacking clusters: whole, with something behind them, too long, cut short,
 * damaged; with one unpacker for all, as a failure must not reach the next
 * cluster. */

#include <config.h>

#include <stdint.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "test.h"
#include "unpack.h"

#define LEN 65536
#define ROOM (3 * LEN)

static unsigned char plain[2 * LEN], packed[ROOM], got[LEN + 1];
static struct unpacker *unpacker;

/* Something that can be packed, but not too well. */
static void
make_plain (void)
{
  uint32_t x = 1;

  for (size_t i = 0; i < sizeof plain; ++i) {
    x = x * 1103515245 + 12345;
    plain[i] = i % 7 == 0 ? x >> 16 : i >> 8;
  }
}

static size_t
pack_deflate (size_t len)
{
  z_stream z = { .next_in = plain, .avail_in = len, .next_out = packed,
                 .avail_out = sizeof packed };

  CHECK (deflateInit2 (&z, Z_BEST_COMPRESSION, Z_DEFLATED, -12, 9,
                       Z_DEFAULT_STRATEGY) == Z_OK);
  CHECK (deflate (&z, Z_FINISH) == Z_STREAM_END);
  CHECK (deflateEnd (&z) == Z_OK);
  return z.total_out;
}

/* As several frames of the same length. */
static size_t
pack_zstd (size_t len, size_t frames)
{
  size_t done = 0;

  for (size_t i = 0; i < frames; ++i) {
    size_t n = ZSTD_compress (packed + done, sizeof packed - done,
                              plain + i * (len / frames), len / frames, 3);

    CHECK (!ZSTD_isError (n));
    done += n;
  }
  return done;
}

typedef bool (*unpack_function) (struct unpacker *u, const void *packed,
                                 size_t packed_len, void *data, size_t len);

static bool
unpacks (unpack_function unpack, size_t packed_len)
{
  memset (got, 0, sizeof got);
  if (!unpack (unpacker, packed, packed_len, got, LEN))
    return false;
  CHECK (memcmp (got, plain, LEN) == 0);
  CHECK (got[LEN] == 0);
  return true;
}

/* `len` bytes of `packed` are a cluster. */
static void
check_cluster (unpack_function unpack, size_t len)
{
  CHECK (unpacks (unpack, len));
  memset (packed + len, 0xa5, 300);
  CHECK (unpacks (unpack, len + 300));
  CHECK (!unpacks (unpack, len / 2));
  CHECK (!unpacks (unpack, 0));
  CHECK (unpacks (unpack, len));
}

int
main (void)
{
  size_t n;

  make_plain ();
  unpacker = unpacker_new ();
  CHECK (unpacker != NULL);

  check_cluster (unpack_deflate, pack_deflate (LEN));
  check_cluster (unpack_zstd, pack_zstd (LEN, 1));
  check_cluster (unpack_zstd, pack_zstd (LEN, 2));

  /* What holds more than a cluster gives its beginning. */
  CHECK (unpacks (unpack_deflate, pack_deflate (2 * LEN)));
  CHECK (unpacks (unpack_zstd, pack_zstd (2 * LEN, 1)));
  /* What holds less is damaged. */
  CHECK (!unpacks (unpack_deflate, pack_deflate (LEN - 1)));
  CHECK (!unpacks (unpack_zstd, pack_zstd (LEN / 2, 1)));

  n = pack_deflate (LEN);
  memset (packed, 0xff, 16);
  CHECK (!unpacks (unpack_deflate, n));
  n = pack_zstd (LEN, 1);
  packed[0] ^= 1;
  CHECK (!unpacks (unpack_zstd, n));
  CHECK (unpacks (unpack_zstd, pack_zstd (LEN, 1)));
  CHECK (unpacks (unpack_deflate, pack_deflate (LEN)));

  unpacker_free (unpacker);
  unpacker_free (NULL);
  return 0;
}
