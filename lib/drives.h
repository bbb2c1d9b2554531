/* The drives of a handle, in the order of /dev/sda, /dev/sdb, ...
 *
 * A drive is checked when it is added and opened when the machine starts.  All
 * functions need the handle's lock.
 */
#ifndef BATHYSCOPE_DRIVES_H
#define BATHYSCOPE_DRIVES_H

#include "handle.h"

#define DRIVES_MAX 255

struct remote;

struct drive {
  char *path; /* absolute, or a name at a server; NULL for a scratch drive */
  struct remote *remote; /* remote.h; owned; NULL for files */
  int scratch_fd; /* the file of a scratch drive, else -1 */
  char *format;    /* "raw", "qcow2", ..., or "": find out */
  char *label;     /* serial number, or NULL */
  char *name;      /* what the program that was copied calls it, or NULL */
  char *cachemode; /* "writeback" or "unsafe" */
  char *discard;   /* "disable", "enable" or "besteffort" */
  int blocksize;   /* 512 or 4096 */
  bool readonly;
};

/* Forget the drives from number `len` on. */
void drives_truncate (guestfs_h *g, size_t len);
/* Forget all drives. */
void drives_clear (guestfs_h *g);
void drive_free (struct drive *d);

/* What messages call the drive. */
const char *drive_display_name (const struct drive *d);

/* "sda", "sdz", "sdaa"... for an index; the caller frees.  NULL: no memory. */
char *drive_letters (size_t index);

#endif
