/* The output file of guestfs_internal_test: see internal-test.c. */
#ifndef BATHYSCOPE_INTERNAL_TEST_H
#define BATHYSCOPE_INTERNAL_TEST_H

#include "handle.h"

void internal_test_release (guestfs_h *g);

#endif
