/* Reading a compressed file with libarchive's filters (gzip, bzip2, xz, zstd,
 * lz4, ...); never a program. */
#ifndef BATHYSCOPE_DECOMPRESS_H
#define BATHYSCOPE_DECOMPRESS_H

#include <stddef.h>

#include "error.h"

/* Hand the contents to `piece`, decompressed when they are compressed, until
 * it returns other than 0; -1 when `piece` or the file failed. */
int decompress_fd (int fd, const char *path,
                   int (*piece) (void *opaque, const void *data, size_t len,
                                 struct error *err),
                   void *opaque, struct error *err);

#endif
