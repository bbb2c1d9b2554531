/* A partition table as virt-resize changes it: from the text of part_get_script
 * to the text for part_set_script, and the plan of where partitions go.
 *
 * All of it is pure; sizes are in sectors.  The text comes from the appliance,
 * so anything may be in it.
 */
#ifndef BATHYSCOPE_PARTITIONS_H
#define BATHYSCOPE_PARTITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define PARTITIONS_MAX 1024

struct partition {
  int number;
  uint64_t start, size;
  char *rest;            /* owned: ", type=..., uuid=..." */
  bool extended, logical;

  bool deleted;
  uint64_t want;         /* the size it shall have; an extended one grows with
                          * its logical ones, and shrinks when they change */
  int new_number;        /* what is planned */
  uint64_t new_start, new_size;
};

struct partitions {
  bool gpt;
  char *header;          /* owned: lines that a new table has as well */
  struct partition *list; /* owned; as in the table */
  size_t nr;
};

#define PARTITIONS_INIT { false, NULL, NULL, 0 }

/* EINVAL when it is no text of this kind, ENOTSUP for other kinds of tables
 * than MBR and GPT.  What is wanted and planned is as it was. */
int partitions_parse (const char *text, struct partitions *ret,
                      struct error *err);

/* The text of the new table; heap memory, NULL when memory is missing. */
char *partitions_text (const struct partitions *t);

void partitions_release (struct partitions *t);

/* The one with this number, or NULL. */
struct partition *partitions_find (struct partitions *t, int number);

/* What a disk offers. */
struct partitions_room {
  uint64_t sectors;
  unsigned sector_size;
  uint64_t alignment;  /* not 0 */
  bool align_first;
};

/* Where the last partition may end. */
uint64_t partitions_limit (const struct partitions *t,
                           const struct partitions_room *room);

/* Give each partition its new start, one behind the other in the order of their
 * old starts, and its new number; extended ones the size that their logical ones need.
 * *ret_end is where the last ends, which may be beyond the limit.  EOVERFLOW when
 * numbers become too large for a table. */
int partitions_plan (struct partitions *t, const struct partitions_room *room,
                     uint64_t *ret_end, struct error *err);

/* Choose the size of `p` so that the last partition ends at the limit, then
 * plan.  ENOSPC when nothing would be left of it. */
int partitions_fit (struct partitions *t, const struct partitions_room *room,
                    struct partition *p, struct error *err);

/* Add one for [start, end), of the usual type for Linux.  ENOSPC when the table is
 * full. */
int partitions_add (struct partitions *t, uint64_t start, uint64_t end,
                    struct error *err);

#endif
