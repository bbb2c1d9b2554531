/* What the files of the sandbox share. */
#ifndef BATHYSCOPE_SANDBOX_INTERNAL_H
#define BATHYSCOPE_SANDBOX_INTERNAL_H

#include <seccomp.h>
#include <stdint.h>

#include "error.h"

/* Do `action` on the system calls that are named; NULL ends the list. */
int sandbox_add_rules (scmp_filter_ctx ctx, uint32_t action,
                       const char *const *names, struct error *err);

/* The filter holds from now on.  That it is refused is an error, unless
 * sandbox_make_optional was called. */
int sandbox_load (scmp_filter_ctx ctx, struct error *err);

/* Allow `access` below a path, or below a descriptor when path is NULL.  What
 * is not there cannot be reached, which is no error. */
int sandbox_add_path (int rules, const char *path, int fd, uint64_t access);

#endif
