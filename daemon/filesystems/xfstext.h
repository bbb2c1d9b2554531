/* What the programs of xfs print about a filesystem, as names and values. */
#ifndef BATHYSCOPE_XFSTEXT_H
#define BATHYSCOPE_XFSTEXT_H

#include "strlist.h"
#include "structs.h"

/* Names and values in turn: "data.bsize", "4096"; "log", "internal log".
 * Units stay: "25600 blks".  -1 without memory. */
int xfs_parse_info (const char *text, struct strlist *ret);

/* The same as a structure; numbers that are not there are all ones. */
struct guestfs_xfsinfo *xfs_fill_info (const struct strlist *info);

#endif
