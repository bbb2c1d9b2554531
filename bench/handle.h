/* Handles of what is measured. */
#ifndef BATHYSCOPE_BENCH_HANDLE_H
#define BATHYSCOPE_BENCH_HANDLE_H

#include <guestfs.h>

/* A launched handle with a raw image that is a filesystem, read-only on /:
 * data that the appliance has not read before. */
guestfs_h *open_image (const char *image);

/* Shut it down and close it. */
void finish (guestfs_h *g);

#endif
