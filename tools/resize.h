/* One run of virt-resize: what was asked for, what the disks have, what will be
 * done.  In the order of the files: virt-resize.c, resize-plan.c, resize-copy.c.
 */
#ifndef BATHYSCOPE_RESIZE_H
#define BATHYSCOPE_RESIZE_H

#include "contents.h"
#include "options.h"
#include "partitions.h"
#include "progress.h"

enum align_first { ALIGN_AUTO, ALIGN_NEVER, ALIGN_ALWAYS };
enum unknown { UNKNOWN_WARN, UNKNOWN_IGNORE, UNKNOWN_ERROR };

/* What is to be done with one partition. */
struct change {
  const char *option;   /* that asks for it, for messages: "--resize" */
  char *device;         /* owned: "/dev/sda2" */
  const char *size;     /* of --resize */
  bool force, ignore, delete, expand, shrink;
};

struct resize {
  struct options o;
  const char *input, *output;
  const char *output_format;
  struct change *changes; /* owned */
  size_t nr_changes;
  const char **volumes;   /* of --lv-expand; owned */
  size_t nr_volumes;
  uint64_t alignment;
  enum align_first align_first;
  enum unknown unknown;
  bool no_boot_loader, no_extra_partition, no_expand_content, no_sparse;
  bool ntfs_force, dry_run, debug, json;

  struct progress *progress;
  unsigned sector_size;
  struct partitions table;
  struct partitions_room room;
  struct contents *contents; /* of table.list, by index; owned */
  bool first_moved;
  struct partition *extra;   /* in the table; NULL: none */
};

/* "/dev/sda2" as users write it: also /dev/vda2, sda2; the number, or 0. */
int resize_device_number (const char *name);

/* The partition that a change is for; exits when there is none. */
struct partition *resize_partition (struct resize *r, const struct change *c);

/* resize-plan.c: read the table of the source, work out the changes, print what
 * will be done. */
void resize_plan (struct resize *r);
struct contents *resize_contents (struct resize *r,
                                  const struct partition *p);

/* resize-copy.c: make the table of the target, copy; then expand contents, with
 * another handle that has the target alone. */
void resize_copy (struct resize *r);
void resize_expand (struct resize *r);

#endif
