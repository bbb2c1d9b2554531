/* Names of disks and partitions as guests write them. */
#ifndef BATHYSCOPE_DEVNAME_H
#define BATHYSCOPE_DEVNAME_H

#include <stdbool.h>

struct devname {
  char disk[32]; /* the disk's name in the guest: "hda", "cciss/c0d1" */
  int index;     /* it is the guest's n-th disk of this kind, from 0 */
  int partition; /* 0: the disk itself */
  /* In the disklabel of that partition, which a BSD calls a slice; where it is
   * 0, in that of the disk, wherever it is.  '\0': no such name. */
  char letter;
  int sub; /* a subpartition of Minix, from 1; 0: no such name */
};

/* Take "/dev/vdb2", "/dev/cciss/c0d0p1", "/dev/nvme0n1p3", "/dev/mmcblk0p1",
 * "/dev/ada0p2", "/dev/ada0s1a", "/dev/wd0a", "/dev/dk0", "/dev/c0d0p0s0"
 * apart.  false where the name is none of these. */
bool devname_parse (const char *name, struct devname *ret);

#endif
