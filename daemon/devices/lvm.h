/* Running the lvm program.
 *
 * It runs without udev, backup files and hints: nothing of that is in the
 * appliance.  Device nodes are made by lvm itself.  A filter set by the caller
 * applies to every run.
 */
#ifndef BATHYSCOPE_LVM_H
#define BATHYSCOPE_LVM_H

#include <stddef.h>

#include "error.h"

/* `lvm COMMAND ARGUMENT... [EXTRA...]`, arguments up to NULL, extra ones from a
 * list or NULL.  Stdout to *ret_out unless that is NULL; the caller frees. */
int lvm_run (char **ret_out, struct error *err, char *const *extra,
             const char *command, ...) __attribute__ ((sentinel));

/* Activate every volume group. */
int lvm_activate_all (struct error *err);

/* EINVAL unless it can be the name of a volume group or a volume: a name that
 * begins with a dash would be an option. */
int lvm_check_name (const char *name, struct error *err);

#endif
