/* Locks against two writers of one image, which QEMU understands too.
 *
 * QEMU marks what a process does to an image with shared locks on single
 * bytes: 100 + n, "I do this", and 200 + n, "nobody else may".  We take those
 * of a writer, so that an image of a running virtual machine is refused, and
 * QEMU refuses ours.  They belong to the open file description and vanish with
 * it.  Readers take none: looking at the disk of a running machine is allowed.
 */
#ifndef BATHYSCOPE_LOCK_H
#define BATHYSCOPE_LOCK_H

#include "error.h"

/* EBUSY when somebody else uses the image.  Filesystems that have no locks are
 * no error. */
int lock_image (int fd, const char *name, struct error *err);

#endif
