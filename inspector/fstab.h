/* fstab(5). */
#ifndef BATHYSCOPE_FSTAB_H
#define BATHYSCOPE_FSTAB_H

#include "cleanup.h"
#include "vector.h"

struct fstab_entry {
  char *spec;    /* "UUID=...", "/dev/sda1" */
  char *file;    /* mount point, "none" or "swap" */
  char *type;
  char *options; /* "defaults" where there are none */
};

DEFINE_VECTOR (fstab, struct fstab_entry)

#define FSTAB_INIT VECTOR_INIT

/* Parse the text of the file; lines that make no sense are skipped, and lines
 * beyond a few thousand.  -1 with errno ENOMEM, and nothing in *ret. */
int fstab_parse (const char *text, struct fstab *ret);
void fstab_free (struct fstab *f);

/* The value of option `name` ("subvol") as a heap string; NULL where it is not
 * there, or empty. */
char *fstab_option (const struct fstab_entry *e, const char *name);

#define CLEANUP_FSTAB CLEANUP (fstab_free)

#endif
