/* The node at the bottom: a regular file or a block device.
 *
 * As a raw drive (FILE_RAW) its size is fixed: the file's size rounded up to
 * 512 bytes, where the tail beyond the end reads as zeroes, and reading where
 * the file has been cut off meanwhile is EIO.  As the ground of a format
 * (FILE_GROUND) writes extend it, and every read beyond the end gives zeroes:
 * the format compares offsets with ops->length.
 */
#ifndef BATHYSCOPE_FILE_H
#define BATHYSCOPE_FILE_H

#include "block.h"

enum file_use { FILE_RAW, FILE_GROUND };

/* Takes `fd`, also on failure. */
struct block *file_new (int fd, const char *name, enum file_use use,
                        bool readonly, struct error *err);

#endif
