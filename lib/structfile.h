/* Lists that the daemon sends as a file of structs (daemon/core/structout.h), so that
 * it need not hold them in memory.
 *
 * The file is in memory of this process, and gone with its descriptor.
 */
#ifndef BATHYSCOPE_STRUCTFILE_H
#define BATHYSCOPE_STRUCTFILE_H

#include "error.h"
#include "layout.h"

struct structfile {
  int fd;
  char path[32]; /* for a `fileout` argument */
};

#define STRUCTFILE_INIT { -1, "" }

int structfile_open (struct structfile *f, struct error *err);

/* The list in the file, a struct guestfs_X_list; NULL on error. */
void *structfile_read (const struct structfile *f, const struct layout *l,
                       struct error *err);

/* Of a file that is not of structs but of strings, each with a NUL behind it:
 * these, sorted; NULL on error. */
char **structfile_read_names (const struct structfile *f, struct error *err);

void structfile_release (struct structfile *f);

#define CLEANUP_STRUCTFILE CLEANUP (structfile_release)

#endif
