/* Private data of a handle: see private.c. */
#ifndef BATHYSCOPE_PRIVATE_H
#define BATHYSCOPE_PRIVATE_H

#include "handle.h"

void private_release (guestfs_h *g);

#endif
