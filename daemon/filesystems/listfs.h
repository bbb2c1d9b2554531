/* All filesystems of the machine. */
#ifndef BATHYSCOPE_LISTFS_H
#define BATHYSCOPE_LISTFS_H

#include "error.h"
#include "strlist.h"

/* Append mountable, type, mountable, type, ... */
int listfs (struct strlist *ret, struct error *err);

/* The same for one device that holds btrfs. */
int listfs_add_btrfs (const char *device, struct strlist *ret,
                      struct error *err);

#endif
