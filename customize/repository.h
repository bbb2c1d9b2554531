/* Images on their way into a repository of virt-builder-repository. */
#ifndef BATHYSCOPE_REPOSITORY_H
#define BATHYSCOPE_REPOSITORY_H

#include "builder.h"

/* What is found out of an image.  Owned; NULL where it is not known. */
struct repository_image {
  char *format, *arch, *osinfo, *name;
  char *expand, *lvexpand; /* at most one of them */
  int64_t size;            /* bytes */
};

#define REPOSITORY_IMAGE_INIT { NULL, NULL, NULL, NULL, NULL, NULL, 0 }

/* Look at a disk image, which need not have a system in it.  `format` may be
 * NULL.  Exits when it cannot be read. */
void repository_inspect (const struct builder *b, const char *file,
                         const char *format, struct repository_image *ret);
void repository_image_release (struct repository_image *image);

#define CLEANUP_REPOSITORY_IMAGE CLEANUP (repository_image_release)

/* Compress a file with xz; exits where that fails. */
void repository_compress (const struct builder *b, const char *from,
                          const char *to);

#endif
