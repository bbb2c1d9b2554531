/* Disklabels of the BSDs, and the subpartition tables of Minix: tables inside a
 * partition of an MBR disk (which a BSD calls a slice) or of a whole disk.
 *
 * Guests name partitions by their place in these tables; where such a partition
 * begins says which one of this machine it is. */
#ifndef BATHYSCOPE_BSDLABEL_H
#define BATHYSCOPE_BSDLABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BSDLABEL_SECTOR 1 /* of the slice: where the label is */
#define BSDLABEL_PARTITIONS_MAX 22 /* "a" to "v": as many as a sector holds */

#define BSDLABEL_WHOLE 2 /* "c": the slice, or the disk */

/* In sectors of 512 bytes from the start of the disk. */
struct bsd_partition {
  uint64_t start, size; /* size 0: there is none with this letter */
};

struct bsdlabel {
  struct bsd_partition partition[BSDLABEL_PARTITIONS_MAX];
  char duid[17]; /* of OpenBSD: 16 hexadecimal digits; empty where it has none */
};

/* Take the label's sector apart.  `slice` is where it was found, which may be
 * the whole disk.  false where it is no label. */
bool bsdlabel_parse (const unsigned char *sector, size_t len,
                     const struct bsd_partition *slice, struct bsdlabel *ret);

/* Subpartition `number`, from 0, by the first sector of the partition. */
bool minix_subpartition (const unsigned char *sector, size_t len,
                         unsigned number, struct bsd_partition *ret);

/* "0123456789abcdef.a": the letter after the point, or '\0'. */
char bsdlabel_duid_letter (const char *spec);

#endif
