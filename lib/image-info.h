/* What an image is: its format, size and backing file.
 *
 * Images may be hostile, so they are never looked at in the caller's process:
 * bathyscope-machine --image-info does it, in its sandbox.
 */
#ifndef BATHYSCOPE_IMAGE_INFO_H
#define BATHYSCOPE_IMAGE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "handle.h"

struct image_info {
  char *format;         /* owned */
  char *backing_file;   /* owned; NULL when there is none, "" when it is not known */
  char *backing_format; /* owned; NULL where it is not recorded */
  int64_t virtual_size;
  int64_t file_size;
};

#define IMAGE_INFO_INIT { NULL, NULL, NULL, 0, 0 }

/* Without `with_size` virtual_size may be -1: not known. */
int image_info_get (guestfs_h *g, const char *path, bool with_size,
                    struct image_info *ret, struct error *err);
void image_info_release (struct image_info *info);

#define CLEANUP_IMAGE_INFO CLEANUP (image_info_release)

#endif
