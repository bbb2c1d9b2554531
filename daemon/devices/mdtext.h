/* Parsers for what mdadm and /proc/mdstat print about arrays.  Pure; names in
 * the text come from the superblocks of the guest's disks. */
#ifndef BATHYSCOPE_MDTEXT_H
#define BATHYSCOPE_MDTEXT_H

#include "vector.h"

struct mdtext_member {
  char *device; /* "/dev/sda1" */
  int index;    /* its number in the array */
  char *flags;  /* "F", "S", ... or empty */
};

DEFINE_VECTOR (mdtext_members, struct mdtext_member)

#define MDTEXT_MEMBERS_INIT VECTOR_INIT

/* "MD_LEVEL=raid1\n..." as mdadm --detail --export prints it, to a list of keys
 * and values: "level", "raid1", ...  Entries that describe single members are
 * left out.  NULL with errno ENOMEM. */
char **mdtext_detail (const char *text);

/* The members of an array ("md0") from the text of /proc/mdstat.  -1 with
 * errno: ENOENT when there is no such array. */
int mdtext_members (const char *text, const char *array,
                    struct mdtext_members *ret);
void mdtext_members_free (struct mdtext_members *members);

#endif
