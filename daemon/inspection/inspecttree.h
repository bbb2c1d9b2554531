/* A guest's filesystems, mounted together as the guest has them, read-only and
 * out of the caller's sight. */
#ifndef BATHYSCOPE_INSPECTTREE_H
#define BATHYSCOPE_INSPECTTREE_H

#include "error.h"
#include "mountpoint.h"

struct inspect_tree {
  struct mountpoint top;
  int root; /* O_PATH descriptor of the system's root directory, or -1 */
};

#define INSPECT_TREE_INIT { MOUNTPOINT_INIT, -1 }

/* Mount the root filesystem, a mountable; `type` may be NULL. */
int inspect_tree_open (struct inspect_tree *tree, const char *mountable,
                       const char *type, struct error *err);

/* Mount another one at a path of the guest, which is resolved inside it. */
int inspect_tree_add (struct inspect_tree *tree, const char *path,
                      const char *mountable, struct error *err);

/* Make a directory of the tree its root: where the system is not at the top of
 * its filesystem. */
int inspect_tree_enter (struct inspect_tree *tree, const char *path,
                        struct error *err);

/* Show a directory of the filesystem at another place of the tree. */
int inspect_tree_bind (struct inspect_tree *tree, const char *from,
                       const char *path, struct error *err);

void inspect_tree_release (struct inspect_tree *tree);

#define CLEANUP_INSPECT_TREE CLEANUP (inspect_tree_release)

#endif
