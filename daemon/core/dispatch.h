/* Between main.c and the generated dispatch.c.
 *
 * dispatch.c decodes the arguments of a call, checks them with the check_*
 * functions of checks.c, calls do_X and encodes what it returns.
 */
#ifndef BATHYSCOPE_DISPATCH_H
#define BATHYSCOPE_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "mountable.h"
#include "strbuf.h"

enum call_flags {
  CALL_FILEIN = 1,  /* chunks follow the call */
  CALL_FILEOUT = 2, /* chunks precede the reply */
};

/* Flags of a procedure, or -1 when there is none of this number. */
int dispatch_flags (uint32_t proc);

/* Has the call an argument that is a key? */
bool dispatch_has_key (uint32_t proc);

/* Its name, for messages; NULL when there is none. */
const char *dispatch_name (uint32_t proc);

/* Run one call: `args` is the body of a CALL frame.  0 with the body of the
 * REPLY frame appended to `reply`, or -1 with `err` filled. */
int dispatch_call (uint32_t proc, const void *args, size_t len,
                   struct strbuf *reply, struct error *err);

/* --- checks of arguments: 0, or -1 with `err` filled ---------------------- */

/* An absolute path, with something mounted to find it in. */
int check_path (const char *path, struct error *err);

/* A block device.  These replace a heap string by its real name. */
int check_device (char **device, struct error *err);
int check_devices (char **devices, struct error *err);

/* A device where the string starts with /dev/ and names one, else a path. */
int check_devpath (char **devpath, struct error *err);

/* A mountable; or, a mountable or a path (then device is NULL). */
int check_mountable (const char *string, struct mountable *ret,
                     struct error *err);
int check_mountpath (const char *string, struct mountable *ret,
                     struct error *err);

/* Is the group of the call available in this appliance?  ENOTSUP if not. */
int check_group (const char *group, struct error *err);

/* Something is mounted: for calls with no path argument that need it. */
int check_root_mounted (struct error *err);

#endif
