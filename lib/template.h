/* Templates of kvm machines, as the library keeps them
 * (machine/kvm/template.h says what they are).
 *
 * They are files in the folder `templates` of the user's cache, which nobody
 * else can read, named by a hash of what they depend on: the files of the
 * appliance, the program, the size of the machine, the host's kernel.  The same
 * in full, the key, is in each and is compared by the machine, together with
 * what KVM offers.  A file that is there is complete.  Making one takes a process
 * of its own, in the background, after the first launch that would have used it.
 * Where there is no cache, or anything goes wrong, launches are cold: nothing
 * here fails.
 */
#ifndef BATHYSCOPE_LIB_TEMPLATE_H
#define BATHYSCOPE_LIB_TEMPLATE_H

#include <stdbool.h>

#include "appliance.h"
#include "handle.h"

/* Is the machine that the handle describes one that a template can be of? */
bool template_applies (const guestfs_h *g, const char *engine);

/* The descriptor of the template for it, and its key (for the caller to free);
 * or -1. */
int template_open (const guestfs_h *g, const struct appliance *a,
                   char **ret_key);

/* Remove it; `failed`: and make no other for a day. */
void template_discard (const guestfs_h *g, bool failed);

/* When a launch has succeeded: replace a template that was refused, and make
 * one where there is none. */
void template_after_launch (guestfs_h *g);

#endif
