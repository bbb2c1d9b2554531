/* Block devices as /sys describes them: which partition belongs to which
 * disk, and what a device mapper device is. */
#ifndef BATHYSCOPE_SYSBLOCK_H
#define BATHYSCOPE_SYSBLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "strlist.h"

/* The disk that a partition is on and its number, each where its pointer is
 * not NULL; the caller frees *ret_disk.  EINVAL when it is no partition. */
int sysblock_partition (const char *partition, char **ret_disk,
                        int *ret_number, struct error *err);

/* Where on its disk a partition begins, 0 for a disk, and its size, both in
 * sectors of 512 bytes. */
int sysblock_place (const char *device, uint64_t *ret_start,
                    uint64_t *ret_size, struct error *err);

/* 1 when the device is a disk, 0 when it is a partition or made of other
 * devices (LVM, LUKS, ...), -1 on error. */
int sysblock_is_whole (const char *device, struct error *err);

/* Does the kernel see partitions on this disk? */
bool sysblock_has_partitions (const char *disk);

enum sysblock_kind {
  SYSBLOCK_MD,    /* running arrays: /dev/md0 */
  SYSBLOCK_LVM,   /* active logical volumes: /dev/VG/LV */
  SYSBLOCK_LDM,   /* volumes of dynamic disks: /dev/mapper/ldm_vol_NAME */
  SYSBLOCK_BSD,   /* partitions of BSDs: /dev/mapper/bsd_sda2_a */
  SYSBLOCK_CRYPT, /* open encrypted devices: /dev/mapper/NAME */
  SYSBLOCK_BCACHE, /* backing devices with their caches: /dev/bcache0 */
};

/* The names of all devices of a kind, sorted. */
int sysblock_list (enum sysblock_kind kind, struct strlist *ret,
                   struct error *err);

/* The name that callers use for a device mapper node (/dev/dm-0,
 * /dev/mapper/vg-lv): /dev/VG/LV or /dev/mapper/NAME.  A copy of `device`
 * itself for all others. */
char *sysblock_canonical (const char *device, struct error *err);

/* The open encrypted device that is made of this one, by the name that callers
 * use, or NULL. */
char *sysblock_opened (const char *device);

/* Is it an active logical volume? */
bool sysblock_is_lv (const char *device);

#endif
