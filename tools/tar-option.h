/* Optional arguments of virt-tar-in and virt-tar-out, written as in the shell:
 * compress:gzip, numericowner:true, ... */
#ifndef BATHYSCOPE_TAR_OPTION_H
#define BATHYSCOPE_TAR_OPTION_H

#include <stdbool.h>

/* The value when `arg` is "NAME:value", or NULL. */
const char *tar_option (const char *arg, const char *name);

/* The same for true, yes, 1 and false, no, 0: into *ret.  False when it is
 * another argument or has another value. */
bool tar_option_bool (const char *arg, const char *name, int *ret);

#endif
