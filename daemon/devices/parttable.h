/* Partition tables, through libfdisk.
 *
 * parttable_open gives a context with the table of a disk loaded; after
 * changes, parttable_commit writes the table and makes the kernel read it.
 * Questions that libfdisk would put to a person are answered with an error,
 * and its warnings become part of the message.
 */
#ifndef BATHYSCOPE_PARTTABLE_H
#define BATHYSCOPE_PARTTABLE_H

#include <libfdisk.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct parttable {
  struct fdisk_context *cxt;
  struct fdisk_table *before; /* partitions when it was opened, or NULL */
  char *warning;              /* the last thing libfdisk complained about */
  const char *device;         /* not owned */
};

#define PARTTABLE_INIT { NULL, NULL, NULL, NULL }

enum parttable_mode { PARTTABLE_READ, PARTTABLE_WRITE };

/* Open a disk.  -1 also when it cannot be read; a disk without a table opens,
 * and parttable_need then fails. */
int parttable_open (struct parttable *d, const char *device,
                    enum parttable_mode mode, struct error *err);

/* EINVAL unless there is a partition table. */
int parttable_need (struct parttable *d, struct error *err);
/* ENOTSUP unless it is of this kind; `what` says what would need it. */
int parttable_need_gpt (struct parttable *d, const char *what,
                        struct error *err);
int parttable_need_mbr (struct parttable *d, const char *what,
                        struct error *err);

/* Fetch a partition by its number, from 1.  EINVAL, ENOENT. */
int parttable_partition (struct parttable *d, int partnum,
                         struct fdisk_partition **ret, struct error *err);

/* EBUSY while the disk, or one of its partitions, is in use: before anything is
 * overwritten.  Devices that are not partitioned give other errors. */
int parttable_unused (const char *device, struct error *err);

/* Write the table and tell the kernel. */
int parttable_commit (struct parttable *d, struct error *err);

/* Fill `err` from a libfdisk result (a negative errno). */
int parttable_error (struct parttable *d, int result, struct error *err,
                     const char *fmt, ...)
  __attribute__ ((format (printf, 4, 5)));

void parttable_release (struct parttable *d);

static inline void
cleanup_fdisk_partition (struct fdisk_partition **pa)
{
  if (*pa)
    fdisk_unref_partition (*pa);
}

#define CLEANUP_PARTTABLE CLEANUP (parttable_release)
#define CLEANUP_PARTITION CLEANUP (cleanup_fdisk_partition)

/* What an extended partition of an MBR is marked with. */
static inline bool
mbr_id_is_extended (unsigned int id)
{
  return id == 0x05 || id == 0x0f || id == 0x85;
}

#endif
