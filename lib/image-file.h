/* Files that hold disk images: checks, opening, temporary files.
 *
 * Nothing here reads what is in an image.
 */
#ifndef BATHYSCOPE_IMAGE_FILE_H
#define BATHYSCOPE_IMAGE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "settings.h"

/* The name with the current directory in front where it is relative.  Symbolic
 * links stay: backing files are looked for beside the link, as qemu does. */
char *image_file_absolute (const char *name, struct error *err);

/* Can this be a drive?  ENOENT, EACCES, EISDIR, EINVAL (empty or special
 * file). */
int image_file_check (const char *path, bool readonly, struct error *err);

/* Open an image that passes the check; a file that is opened for writing is
 * locked against other writers as qemu does it (EBUSY).  Returns the
 * descriptor or -1. */
int image_file_open (const char *path, bool readonly, struct error *err);

/* A file without a name, `size` bytes long, in the temporary or cache directory,
 * or in memory when neither can be written. */
int image_file_temporary (const struct settings *s, uint64_t size,
                          struct error *err);

/* Resolve the name of a backing file as it stands in the header of the image
 * `parent`: relative to its directory.  NULL and ENOTSUP for what is not a
 * file name (json:, nbd: ...). */
char *image_file_backing_path (const char *parent, const char *name,
                               struct error *err);

#endif
