/* What users set for guestfish, guestmount and virt-rescue, in the syntax of
 * libconfig: libguestfs-tools.conf(5). */
#ifndef BATHYSCOPE_CONFIG_FILE_H
#define BATHYSCOPE_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

/* The settings in a text; those that are not known are left alone, and so is what
 * the text does not set.  Pure; 0, or the number of the line that is wrong. */
unsigned config_parse (const char *text, bool *read_only);

/* What the files say, the most important one last; exits when one is wrong. */
bool config_read_only (const struct options *o);

#endif
