/* Recognising Windows dynamic disks, and the devices made of them: see dynamicdisk.h.
 *
 * On a disk with an MBR all primary partitions have type 0x42; on one with a GPT
 * a partition of a type of its own holds the database.
 */

#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "dmname.h"
#include "io.h"
#include "dynamicdisk.h"
#include "prefix.h"
#include "scan.h"
#include "strlist.h"

#define MBR_TYPE_LDM 0x42
#define MBR_TYPE_GPT 0xee
#define MBR_FIRST_TYPE 0x1c2 /* type of the first entry */
/* Both sector sizes: 128 entries of 128 bytes after two sectors. */
#define HEAD_SIZE (8192 + 128 * 128)
#define GPT_ENTRY_SIZE 128

/* 5808c8aa-7e8f-42e0-85d2-e1e90434cfb3 as it is on disk. */
static const unsigned char metadata_guid[16] = {
  0xaa, 0xc8, 0x08, 0x58, 0x8f, 0x7e, 0xe0, 0x42,
  0x85, 0xd2, 0xe1, 0xe9, 0x04, 0x34, 0xcf, 0xb3,
};

bool
ldm_is_dynamic_disk (const char *disk)
{
  CLEANUP_CLOSE int fd = open (disk, O_RDONLY | O_CLOEXEC);
  unsigned char head[HEAD_SIZE];
  size_t i;
  ssize_t n;

  if (fd == -1)
    return false;
  n = read_full (fd, head, sizeof head);
  if (n < 512 || head[510] != 0x55 || head[511] != 0xaa)
    return false;
  if (head[MBR_FIRST_TYPE] == MBR_TYPE_LDM)
    return true;
  if (head[MBR_FIRST_TYPE] != MBR_TYPE_GPT)
    return false;
  for (i = 1024; i + GPT_ENTRY_SIZE <= (size_t) n; i += GPT_ENTRY_SIZE)
    if (memcmp (head + i, metadata_guid, sizeof metadata_guid) == 0)
      return true;
  return false;
}

static char **
list (const char *prefix, struct error *err)
{
  CLEANUP_STRINGS char **all = NULL;
  CLEANUP_STRLIST struct strlist ret = STRLIST_INIT;
  size_t i;

  storage_scan ();
  all = dm_list_others (err);
  if (!all)
    return NULL;
  for (i = 0; all[i]; ++i)
    if (has_prefix (all[i], prefix)
        && strlist_add (&ret, all[i]) == -1) {
      error_errno (err, "listing devices");
      return NULL;
    }
  return strlist_take (&ret);
}

char **
do_list_ldm_volumes (struct error *err)
{
  return list (LDM_VOLUME_PREFIX, err);
}

char **
do_list_ldm_partitions (struct error *err)
{
  return list (LDM_PARTITION_PREFIX, err);
}
