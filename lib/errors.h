/* Errors of a handle: see errors.c.  handle_report_error is in handle.h. */
#ifndef BATHYSCOPE_ERRORS_H
#define BATHYSCOPE_ERRORS_H

#include "handle.h"

void errors_init (guestfs_h *g);
void errors_release (guestfs_h *g);

#endif
