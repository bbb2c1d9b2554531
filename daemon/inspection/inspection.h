/* What the last inspection found.
 *
 * inspection_run looks at all filesystems; the result stays until the next one,
 * and the inspect_get_ calls look things up in it.
 */
#ifndef BATHYSCOPE_INSPECTION_H
#define BATHYSCOPE_INSPECTION_H

#include <stdbool.h>

#include "inspector.h"
#include "inspecttree.h"
#include "mountable.h"
#include "vector.h"

/* A system.  All is owned. */
struct inspected {
  char *root; /* a mountable */
  struct system_info info;
  char **mountpoints;    /* path, mountable, ...; "/" first */
  char **filesystems;    /* mountables */
  char **drive_mappings; /* "C", "/dev/sda2", ... */
  char *fstab_root;      /* on btrfs: what its fstab says its root is, or NULL */
};

DEFINE_VECTOR (inspected_vector, struct inspected)

struct inspection {
  bool done;
  struct inspected_vector systems;
};

/* Look (again).  On failure nothing is known. */
int inspection_run (struct error *err);

const struct inspection *inspection_result (void);

/* The system with this root; NULL, with *err set, where inspection has not
 * found it. */
const struct inspected *inspection_find (const struct mountable *root,
                                         struct error *err);

/* Note for inspect_get_warnings what could not be read of a system; the same
 * only once. */
void inspection_warn (const struct inspected *system, const char *text);

/* Mount all filesystems of a system; `tree`, initialised, is the caller's to
 * release.  Those that cannot be mounted, but for the root, are left out. */
int inspection_open_tree (const struct inspected *system,
                          struct inspect_tree *tree, struct error *err);

#endif
