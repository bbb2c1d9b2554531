/* Unpacking of compressed clusters: raw deflate and zstd.
 *
 * What is packed comes from an image, so it may be anything; the result is
 * `len` bytes or nothing.  More may follow it: a cluster ends somewhere in a
 * sector.  An unpacker has memory that is worth keeping for the next cluster,
 * and serves one thread at a time. */
#ifndef BATHYSCOPE_UNPACK_H
#define BATHYSCOPE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct unpacker;

/* NULL without memory. */
struct unpacker *unpacker_new (void);
/* NULL is allowed. */
void unpacker_free (struct unpacker *u);

bool unpack_deflate (struct unpacker *u, const void *packed,
                     size_t packed_len, void *data, size_t len);
bool unpack_zstd (struct unpacker *u, const void *packed, size_t packed_len,
                  void *data, size_t len);

#endif
