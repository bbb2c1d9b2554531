/* The primary volume descriptor of an ISO 9660 image. */
#ifndef BATHYSCOPE_ISOINFO_H
#define BATHYSCOPE_ISOINFO_H

#include "error.h"
#include "structs.h"

/* Read it from an image that is open; `name` is for messages. */
struct guestfs_isoinfo *isoinfo_read (int fd, const char *name,
                                      struct error *err);

#endif
