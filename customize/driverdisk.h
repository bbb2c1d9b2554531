/* The disk with the drivers for Windows (virtio-win): an ISO image of the
 * user's, or a folder with the same contents. */
#ifndef BATHYSCOPE_CUSTOMIZE_DRIVERDISK_H
#define BATHYSCOPE_CUSTOMIZE_DRIVERDISK_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* Whether a file is wanted, by its path on the disk, such as
 * "NetKVM/w10/amd64/netkvm.inf". */
typedef bool driverdisk_wants (const char *path, void *data);

/* A file that was wanted. */
typedef int driverdisk_file (const char *path, const void *content, size_t len,
                             void *data, struct error *err);

/* `method` is the name of the image or folder, or "osinfo" for what is
 * installed on the host.  -1 also when `file` fails. */
int driverdisk_read (const char *method, driverdisk_wants *wants,
                     driverdisk_file *file, void *data, struct error *err);

#endif
