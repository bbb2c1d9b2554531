/* Partitions in disklabels of BSDs that the kernel does not look at: it knows
 * those in the slices of MBR disks, and not those in a partition of GPT, as
 * OpenBSD has it with UEFI, or on a disk with no other table.
 *
 * They become /dev/mapper/bsd_sda2_a: "a" of the label in /dev/sda2. */
#ifndef BATHYSCOPE_BSDPARTS_H
#define BATHYSCOPE_BSDPARTS_H

#include "bsdlabel.h"

/* Make those of all labels in these devices, which are disks or partitions; what
 * cannot be made is left out. */
void bsd_parts_create (char *const *devices);

/* The label in a disk or a partition. */
bool bsd_parts_label (const char *device, struct bsdlabel *ret);

/* The name of such a partition, as a heap string, or NULL; whether or not it is
 * there. */
char *bsd_parts_name (const char *device, char letter);

/* The disk or partition that has the label, of a name as above; else NULL. */
char *bsd_parts_device (const char *name);

#endif
