/* Loop devices for mount_loop. */
#ifndef BATHYSCOPE_LOOP_H
#define BATHYSCOPE_LOOP_H

#include "error.h"

/* A block device that is the file `fd`; the caller frees its name. */
char *loop_attach (int fd, struct error *err);

/* Let go of a device that loop_attach made; others are left alone. */
void loop_release (const char *device);

#endif
