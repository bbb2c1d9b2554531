/* Disklabels of the BSDs: see bsdlabel.h.  Pure; the bytes come from guests.
 *
 * The struct is that of <sys/disklabel.h>, which is the same in all three but
 * for fields that OpenBSD gave a meaning to. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bsdlabel.h"
#include "bytes.h"

enum {
  MAGIC = 0x82564557, MAGIC_AT = 0, MAGIC2_AT = 132, DUID_AT = 64,
  COUNT_AT = 138, PARTITIONS_AT = 148, PARTITION_SIZE = 16,
  MINIX_TYPE = 0x81, TABLE_AT = 0x1be, TABLE_ENTRY = 16, TABLE_ENTRIES = 4,
};

/* FreeBSD counts from the start of the slice, and says so by a "c" that is the
 * slice and begins at 0; older releases, and the others, count from the start
 * of the disk, which is what OpenBSD's "c" is. */
static uint64_t
origin (const unsigned char *entries, unsigned count,
        const struct bsd_partition *slice)
{
  const unsigned char *whole = entries + BSDLABEL_WHOLE * PARTITION_SIZE;

  return count > BSDLABEL_WHOLE && get_le32 (whole + 4) == 0
         && get_le32 (whole) <= slice->size ? slice->start : 0;
}

bool
bsdlabel_parse (const unsigned char *sector, size_t len,
                const struct bsd_partition *slice, struct bsdlabel *ret)
{
  const unsigned char *entries = sector + PARTITIONS_AT;
  struct bsdlabel label = { 0 };
  unsigned count, i;
  uint64_t begin;

  if (len < PARTITIONS_AT || get_le32 (sector + MAGIC_AT) != MAGIC
      || get_le32 (sector + MAGIC2_AT) != MAGIC)
    return false;
  count = get_le16 (sector + COUNT_AT);
  if (count > BSDLABEL_PARTITIONS_MAX)
    count = BSDLABEL_PARTITIONS_MAX;
  if (count > (len - PARTITIONS_AT) / PARTITION_SIZE)
    count = (len - PARTITIONS_AT) / PARTITION_SIZE;
  begin = origin (entries, count, slice);
  for (i = 0; i < count; ++i) {
    const unsigned char *e = entries + (size_t) i * PARTITION_SIZE;

    if (e[12] == 0 && i != BSDLABEL_WHOLE)
      continue;
    label.partition[i].size = get_le32 (e);
    label.partition[i].start = begin + get_le32 (e + 4);
  }
  for (i = 0; i < 8; ++i)
    (void) snprintf (label.duid + 2 * i, 3, "%02x", sector[DUID_AT + i]);
  if (strspn (label.duid, "0") == 16)
    label.duid[0] = '\0';
  *ret = label;
  return true;
}

bool
minix_subpartition (const unsigned char *sector, size_t len, unsigned wanted,
                    struct bsd_partition *ret)
{
  const unsigned char *e;

  if (len < 512 || wanted >= TABLE_ENTRIES || get_le16 (sector + 510) != 0xaa55)
    return false;
  e = sector + TABLE_AT + (size_t) wanted * TABLE_ENTRY;
  if (e[4] != MINIX_TYPE)
    return false;
  ret->start = get_le32 (e + 8);
  ret->size = get_le32 (e + 12);
  return ret->size > 0;
}

char
bsdlabel_duid_letter (const char *spec)
{
  size_t i;

  for (i = 0; i < 16; ++i)
    if (!isxdigit ((unsigned char) spec[i]))
      return '\0';
  return spec[16] == '.' && islower ((unsigned char) spec[17])
         && spec[18] == '\0' ? spec[17] : '\0';
}
