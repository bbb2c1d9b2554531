/* qemu-storage-daemon, for the image formats and protocols that we do not
 * handle ourselves.  It is found at run time, confined, and serves NBD on a
 * socket that has no name any more when it starts (machine/storage.c).
 */
#ifndef BATHYSCOPE_STORAGE_H
#define BATHYSCOPE_STORAGE_H

#include <stdbool.h>

#include "handle.h"

/* The daemons of a launch. */
struct storage {
  pid_t pid;
  int life; /* it ends when this closes */
  struct storage *next;
};

/* What messages of the machine may ask for, and disk_format finds. */
bool storage_knows_format (const char *format);

/* The name that the disk has as an NBD export. */
#define STORAGE_EXPORT "disk"

/* Start a daemon for a drive, whose format ("" for its plain bytes) is given,
 * and add it to *list.  Returns a socket that is connected to it. */
int storage_start (guestfs_h *g, struct storage **list,
                   const struct drive *d, const char *format,
                   struct error *err);

/* End them all: what they hold is written back. */
void storage_end (struct storage **list);

/* In a forked process, which did not start them. */
void storage_forget (struct storage **list);

#endif
