/* Systems that ostree (and bootc, rpm-ostree) deploys: the root filesystem holds
 * several trees, each a whole system. */
#ifndef BATHYSCOPE_OSTREE_H
#define BATHYSCOPE_OSTREE_H

/* The tree that was deployed last, "/ostree/deploy/OS/deploy/CHECKSUM.0"; a heap
 * string, or NULL where there is none. */
char *ostree_find (int root);

/* Its /var, beside the trees: "/ostree/deploy/OS/var"; NULL where `tree` is not
 * such a path. */
char *ostree_var (const char *tree);

#endif
