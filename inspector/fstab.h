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
 * beyond a few thousand.  *ret_bad is the number of the first one that makes no
 * sense, or 0.  -1 with errno ENOMEM, and nothing returned. */
int fstab_parse (const char *text, struct fstab *ret, size_t *ret_bad);
void fstab_free (struct fstab *f);

/* The value of option `name` ("subvol") as a heap string; NULL where it is not
 * there, or empty. */
char *fstab_option (const struct fstab_entry *e, const char *name);

#define CLEANUP_FSTAB CLEANUP (fstab_free)

#endif
