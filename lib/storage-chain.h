/* The images behind an image of a format that qemu-storage-daemon reads: VMDK,
 * QED, QCOW.
 *
 * Their names are in headers, which bathyscope-machine reads in its sandbox.  The
 * rules are those of qcow2: a file whose format is not recorded is raw, and
 * refused when it looks like something else; what is behind a VMDK is a VMDK.
 */
#ifndef BATHYSCOPE_STORAGE_CHAIN_H
#define BATHYSCOPE_STORAGE_CHAIN_H

#include "handle.h"
#include "strlist.h"

/* The next image first. */
struct storage_chain {
  struct strlist paths, formats;
};

#define STORAGE_CHAIN_INIT { STRLIST_INIT, STRLIST_INIT }

/* Find and check them. */
int storage_chain_find (guestfs_h *g, const struct drive *d,
                        const char *format, struct storage_chain *c,
                        struct error *err);
void storage_chain_release (struct storage_chain *c);

#endif
