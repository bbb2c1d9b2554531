/* What a partition table says about a partition, besides where it is: names,
 * types, identifiers, attributes, the flag of the one to boot from. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "actions.h"
#include "parttable.h"

#define GPT_TYPE_ESP "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define GPT_TYPE_LINUX "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
#define GPT_ATTRIBUTE_LEGACY_BOOT (UINT64_C (1) << 2)
#define GPT_NAME_MAX 36 /* UTF-16 units, UEFI specification 5.3.3 */

/* --- shared steps --------------------------------------------------------- */

/* Open a disk and fetch one of its partitions. */
static int
open_partition (struct parttable *d, const char *device, int partnum,
                enum parttable_mode mode, struct fdisk_partition **ret,
                struct error *err)
{
  if (parttable_open (d, device, mode, err) == -1)
    return -1;
  return parttable_partition (d, partnum, ret, err);
}

/* The change in `change` applied to a partition, and written. */
static int
apply (struct parttable *d, int partnum, struct fdisk_partition *change,
       struct error *err)
{
  int r = fdisk_set_partition (d->cxt, partnum - 1, change);

  if (r < 0)
    return parttable_error (d, r, err, "cannot change partition %d", partnum);
  return parttable_commit (d, err);
}

static int
check_guid (const char *guid, struct error *err)
{
  uuid_t bytes;

  if (uuid_parse (guid, bytes) == -1)
    return error_set (err, EINVAL, "\"%s\" is not a GUID", guid);
  return 0;
}

/* GUIDs are told in capitals, as the tables of types have them. */
static char *
guid_string (const char *guid, struct error *err)
{
  char *ret = strdup (guid ? guid : "");
  char *p;

  if (!ret) {
    error_errno (err, "strdup");
    return NULL;
  }
  for (p = ret; *p; ++p)
    if (*p >= 'a' && *p <= 'f')
      *p -= 'a' - 'A';
  return ret;
}

/* --- names ---------------------------------------------------------------- */

int
do_part_set_name (const char *device, int partnum, const char *name,
                  struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *change = fdisk_new_partition ();

  if (!change)
    return error_errno (err, "%s", device);
  if (open_partition (&d, device, partnum, PARTTABLE_WRITE, NULL, err) == -1
      || parttable_need_gpt (&d, "names of partitions", err) == -1)
    return -1;
  /* No string of more bytes than this can fit; libfdisk would cut it off. */
  if (strlen (name) > GPT_NAME_MAX)
    return error_set (err, EINVAL, "\"%s\": the name of a partition has at "
                      "most %d characters", name, GPT_NAME_MAX);
  fdisk_partition_set_name (change, name);
  return apply (&d, partnum, change, err);
}

char *
do_part_get_name (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;
  const char *name;
  char *ret;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, &pa, err) == -1
      || parttable_need_gpt (&d, "names of partitions", err) == -1)
    return NULL;
  name = fdisk_partition_get_name (pa);
  ret = strdup (name ? name : "");
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}

/* --- the partition to boot from ------------------------------------------- */

static bool
has_gpt_type (struct fdisk_partition *pa, const char *guid)
{
  struct fdisk_parttype *type = fdisk_partition_get_type (pa);
  const char *have = type ? fdisk_parttype_get_string (type) : NULL;

  return have && strcasecmp (have, guid) == 0;
}

static int
set_gpt_type (struct parttable *d, int partnum, const char *guid,
              struct error *err)
{
  CLEANUP_PARTITION struct fdisk_partition *change = fdisk_new_partition ();
  struct fdisk_parttype *type;
  int r;

  if (!change)
    return error_errno (err, "%s", d->device);
  type = fdisk_label_parse_parttype (fdisk_get_label (d->cxt, NULL), guid);
  if (!type)
    return error_set (err, EINVAL, "\"%s\" is not the type of a partition",
                      guid);
  r = fdisk_partition_set_type (change, type);
  fdisk_unref_parttype (type);
  if (r < 0)
    return parttable_error (d, r, err, "cannot set the type");
  return apply (d, partnum, change, err);
}

/* An MBR has one active partition: setting the flag on one clears it on the
 * others. */
static int
set_mbr_active (struct parttable *d, int partnum, bool active,
                struct error *err)
{
  size_t i, n = fdisk_get_npartitions (d->cxt);
  int r;

  for (i = 0; i < n; ++i) {
    CLEANUP_PARTITION struct fdisk_partition *pa = NULL;
    bool want = i == (size_t) partnum - 1 && active;
    bool affected = active ? i < 4 || want : i == (size_t) partnum - 1;

    if (!affected || fdisk_get_partition (d->cxt, i, &pa) < 0
        || !fdisk_partition_is_used (pa)
        || (fdisk_partition_is_bootable (pa) == 1) == want)
      continue;
    r = fdisk_toggle_partition_flag (d->cxt, i, DOS_FLAG_ACTIVE);
    if (r < 0)
      return parttable_error (d, r, err, "cannot change the boot flag of "
                              "partition %zu", i + 1);
  }
  return parttable_commit (d, err);
}

int
do_part_set_bootable (const char *device, int partnum, int bootable,
                      struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;

  if (open_partition (&d, device, partnum, PARTTABLE_WRITE, &pa, err) == -1)
    return -1;
  if (fdisk_is_label (d.cxt, DOS))
    return set_mbr_active (&d, partnum, bootable, err);
  if (parttable_need_gpt (&d, "a partition to boot from", err) == -1)
    return -1;
  if (bootable)
    return set_gpt_type (&d, partnum, GPT_TYPE_ESP, err);
  if (has_gpt_type (pa, GPT_TYPE_ESP))
    return set_gpt_type (&d, partnum, GPT_TYPE_LINUX, err);
  return 0;
}

int
do_part_get_bootable (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;
  uint64_t attributes = 0;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, &pa, err) == -1)
    return -1;
  if (!fdisk_is_label (d.cxt, GPT))
    return fdisk_partition_is_bootable (pa) == 1;
  (void) fdisk_gpt_get_partition_attrs (d.cxt, partnum - 1, &attributes);
  return has_gpt_type (pa, GPT_TYPE_ESP)
         || (attributes & GPT_ATTRIBUTE_LEGACY_BOOT) != 0;
}

/* --- MBR ------------------------------------------------------------------ */

int
do_part_set_mbr_id (const char *device, int partnum, int idbyte,
                    struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *change = fdisk_new_partition ();
  struct fdisk_parttype *type;
  int r;

  if (!change)
    return error_errno (err, "%s", device);
  if (idbyte < 1 || idbyte > 255)
    return error_set (err, EINVAL, "a type of an MBR partition is 1 to 255: "
                      "%d", idbyte);
  if (open_partition (&d, device, partnum, PARTTABLE_WRITE, NULL, err) == -1
      || parttable_need_mbr (&d, "type bytes", err) == -1)
    return -1;
  type = fdisk_new_unknown_parttype (idbyte, NULL);
  if (!type)
    return error_errno (err, "%s", device);
  r = fdisk_partition_set_type (change, type);
  fdisk_unref_parttype (type);
  if (r < 0)
    return parttable_error (&d, r, err, "cannot set the type");
  return apply (&d, partnum, change, err);
}

static int
mbr_id (struct fdisk_partition *pa)
{
  struct fdisk_parttype *type = fdisk_partition_get_type (pa);

  return type ? (int) fdisk_parttype_get_code (type) : 0;
}

int
do_part_get_mbr_id (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, &pa, err) == -1
      || parttable_need_mbr (&d, "type bytes", err) == -1)
    return -1;
  return mbr_id (pa);
}

char *
do_part_get_mbr_part_type (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;
  const char *kind = "primary";
  char *ret;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, &pa, err) == -1)
    return NULL;
  if (fdisk_is_label (d.cxt, DOS)) {
    if (partnum > 4)
      kind = "logical";
    else if (mbr_id_is_extended (mbr_id (pa)))
      kind = "extended";
  }
  ret = strdup (kind);
  if (!ret)
    error_errno (err, "%s", device);
  return ret;
}

/* --- GPT ------------------------------------------------------------------ */

int
do_part_set_gpt_type (const char *device, int partnum, const char *guid,
                      struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;

  if (check_guid (guid, err) == -1
      || open_partition (&d, device, partnum, PARTTABLE_WRITE, NULL, err) == -1
      || parttable_need_gpt (&d, "GUIDs as types", err) == -1)
    return -1;
  return set_gpt_type (&d, partnum, guid, err);
}

char *
do_part_get_gpt_type (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;
  struct fdisk_parttype *type;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, &pa, err) == -1
      || parttable_need_gpt (&d, "GUIDs as types", err) == -1)
    return NULL;
  type = fdisk_partition_get_type (pa);
  return guid_string (type ? fdisk_parttype_get_string (type) : "", err);
}

int
do_part_set_gpt_guid (const char *device, int partnum, const char *guid,
                      struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *change = fdisk_new_partition ();

  if (!change)
    return error_errno (err, "%s", device);
  if (check_guid (guid, err) == -1
      || open_partition (&d, device, partnum, PARTTABLE_WRITE, NULL, err) == -1
      || parttable_need_gpt (&d, "GUIDs of partitions", err) == -1)
    return -1;
  fdisk_partition_set_uuid (change, guid);
  return apply (&d, partnum, change, err);
}

char *
do_part_get_gpt_guid (const char *device, int partnum, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_PARTITION struct fdisk_partition *pa = NULL;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, &pa, err) == -1
      || parttable_need_gpt (&d, "GUIDs of partitions", err) == -1)
    return NULL;
  return guid_string (fdisk_partition_get_uuid (pa), err);
}

int
do_part_set_gpt_attributes (const char *device, int partnum,
                            int64_t attributes, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  int r;

  if (open_partition (&d, device, partnum, PARTTABLE_WRITE, NULL, err) == -1
      || parttable_need_gpt (&d, "attributes", err) == -1)
    return -1;
  r = fdisk_gpt_set_partition_attrs (d.cxt, partnum - 1,
                                     (uint64_t) attributes);
  if (r < 0)
    return parttable_error (&d, r, err, "cannot set the attributes of "
                            "partition %d", partnum);
  return parttable_commit (&d, err);
}

int64_t
do_part_get_gpt_attributes (const char *device, int partnum,
                            struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  uint64_t attributes = 0;
  int r;

  if (open_partition (&d, device, partnum, PARTTABLE_READ, NULL, err) == -1
      || parttable_need_gpt (&d, "attributes", err) == -1)
    return -1;
  r = fdisk_gpt_get_partition_attrs (d.cxt, partnum - 1, &attributes);
  if (r < 0)
    return parttable_error (&d, r, err, "cannot read the attributes of "
                            "partition %d", partnum);
  return (int64_t) attributes;
}

int
do_part_set_disk_guid (const char *device, const char *guid,
                       struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  int r;

  if (check_guid (guid, err) == -1
      || parttable_open (&d, device, PARTTABLE_WRITE, err) == -1
      || parttable_need_gpt (&d, "a GUID of the disk", err) == -1)
    return -1;
  r = fdisk_set_disklabel_id_from_string (d.cxt, guid);
  if (r < 0)
    return parttable_error (&d, r, err, "cannot set the GUID");
  return parttable_commit (&d, err);
}

int
do_part_set_disk_guid_random (const char *device, struct error *err)
{
  char guid[UUID_STR_LEN];
  uuid_t bytes;

  uuid_generate_random (bytes);
  uuid_unparse_upper (bytes, guid);
  return do_part_set_disk_guid (device, guid, err);
}

char *
do_part_get_disk_guid (const char *device, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_FREE char *guid = NULL;
  int r;

  if (parttable_open (&d, device, PARTTABLE_READ, err) == -1
      || parttable_need_gpt (&d, "a GUID of the disk", err) == -1)
    return NULL;
  r = fdisk_get_disklabel_id (d.cxt, &guid);
  if (r < 0) {
    parttable_error (&d, r, err, "cannot read the GUID");
    return NULL;
  }
  return guid_string (guid, err);
}
