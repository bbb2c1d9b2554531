/* A whole partition table as text, as "sfdisk --dump" prints it: libfdisk's
 * scripts. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actions.h"
#include "device.h"
#include "io.h"
#include "parttable.h"
#include "wipe.h"

#define SCRIPT_MAX (1024 * 1024)

static void
cleanup_script (struct fdisk_script **dp)
{
  if (*dp)
    fdisk_unref_script (*dp);
}

#define CLEANUP_SCRIPT CLEANUP (cleanup_script)

static struct fdisk_script *
new_script (struct parttable *d, struct error *err)
{
  struct fdisk_script *dp = fdisk_new_script (d->cxt);

  if (!dp)
    error_errno (err, "%s", d->device);
  return dp;
}

char *
do_part_get_script (const char *device, struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_SCRIPT struct fdisk_script *dp = NULL;
  CLEANUP_FREE char *text = NULL;
  size_t size = 0;
  FILE *fp;
  int r;

  if (parttable_open (&d, device, PARTTABLE_READ, err) == -1
      || parttable_need (&d, err) == -1 || !(dp = new_script (&d, err)))
    return NULL;
  r = fdisk_script_read_context (dp, d.cxt);
  if (r < 0) {
    parttable_error (&d, r, err, "cannot read the partition table");
    return NULL;
  }
  fp = open_memstream (&text, &size);
  if (!fp) {
    error_errno (err, "%s", device);
    return NULL;
  }
  r = fdisk_script_write_file (dp, fp);
  if (fclose (fp) == EOF || r < 0) {
    parttable_error (&d, r < 0 ? r : -ENOMEM, err,
                     "cannot tell the partition table");
    return NULL;
  }
  return TAKE_PTR (text);
}

static int
read_script (struct parttable *d, struct fdisk_script *dp, const char *text,
             struct error *err)
{
  FILE *fp = fmemopen ((void *) text, strlen (text), "r");
  int r;

  if (!fp)
    return error_errno (err, "%s", d->device);
  r = fdisk_script_read_file (dp, fp);
  fclose (fp);
  if (r < 0)
    return error_set (err, EINVAL, "%s: line %d of the script is not "
                      "understood", d->device, fdisk_script_get_nlines (dp));
  if (!fdisk_script_get_header (dp, "label"))
    return error_set (err, EINVAL, "%s: the script does not say which label "
                      "it is for", d->device);
  /* Partitions start where the script says, not at multiples of 1 MiB. */
  if (!fdisk_script_get_header (dp, "grain")
      && fdisk_script_set_header (dp, "grain", "512") < 0)
    return error_errno (err, "%s", d->device);
  return 0;
}

/* --- logical partitions ------------------------------------------------------------
 *
 * libfdisk puts them only where it would propose to, so their chain is written
 * here: each has a sector before it, an extended boot record, that has its place
 * relative to itself, and the next one's relative to the extended partition.
 */

#define EBR_DISTANCE 2048 /* the most that is put between a record and its partition */
#define LOGICAL_MAX 256

struct logical {
  uint64_t start, size, record; /* sectors */
  unsigned char type;
  bool bootable;
};

struct logicals {
  struct logical list[LOGICAL_MAX];
  size_t nr;
  uint64_t start, end; /* of the extended partition */
};

static int
take_logical (struct logicals *l, struct fdisk_partition *pa,
              const char *device, struct error *err)
{
  struct fdisk_parttype *type = fdisk_partition_get_type (pa);

  if (l->nr >= LOGICAL_MAX)
    return error_set (err, EINVAL, "%s: too many logical partitions", device);
  if (!fdisk_partition_has_start (pa) || !fdisk_partition_has_size (pa))
    return error_set (err, EINVAL, "%s: a logical partition needs start and "
                      "size", device);
  l->list[l->nr++] = (struct logical) {
    .start = fdisk_partition_get_start (pa),
    .size = fdisk_partition_get_size (pa),
    .type = type ? fdisk_parttype_get_code (type) : 0x83,
    .bootable = fdisk_partition_is_bootable (pa),
  };
  return 0;
}

static bool
is_dos (struct fdisk_script *dp)
{
  const char *label = fdisk_script_get_header (dp, "label");

  return label && (strcmp (label, "dos") == 0 || strcmp (label, "mbr") == 0);
}

/* Take the logical partitions out of the script, and find the extended one. */
static int
take_logicals (struct fdisk_script *dp, struct logicals *l,
               const char *device, struct error *err)
{
  struct fdisk_table *table = fdisk_script_get_table (dp);
  size_t i = 0;

  while (is_dos (dp) && table && i < fdisk_table_get_nents (table)) {
    struct fdisk_partition *pa = fdisk_table_get_partition (table, i);
    struct fdisk_parttype *type = fdisk_partition_get_type (pa);

    if (type && mbr_id_is_extended (fdisk_parttype_get_code (type))) {
      l->start = fdisk_partition_get_start (pa);
      l->end = l->start + fdisk_partition_get_size (pa);
    }
    if (fdisk_partition_has_partno (pa)
        && fdisk_partition_get_partno (pa) >= 4) {
      if (take_logical (l, pa, device, err) == -1)
        return -1;
      (void) fdisk_table_remove_partition (table, pa);
    }
    else
      i++;
  }
  return 0;
}

static int
place_records (struct logicals *l, const char *device, struct error *err)
{
  uint64_t free_from = l->start;
  size_t i, j;

  for (i = 0; i < l->nr; ++i) {
    struct logical *this = &l->list[i];

    if (this->start <= l->start || this->size == 0 || this->start >= l->end
        || this->size > l->end - this->start || l->end > UINT32_MAX)
      return error_set (err, EINVAL, "%s: the logical partition at sector %llu "
                        "lies outside of the extended one", device,
                        (unsigned long long) this->start);
    for (j = 0, free_from = l->start; j < l->nr; ++j) {
      uint64_t end = l->list[j].start + l->list[j].size;

      if (j != i && l->list[j].start <= this->start && end > free_from)
        free_from = end;
    }
    this->record = i == 0 ? l->start
      : this->start - free_from > EBR_DISTANCE && this->start > free_from
      ? this->start - EBR_DISTANCE : free_from;
    if (this->record >= this->start || (i > 0 && this->record <= l->start))
      return error_set (err, EINVAL, "%s: there is no room before the logical "
                        "partition at sector %llu", device,
                        (unsigned long long) this->start);
  }
  return 0;
}

/* An entry of a table; addresses of cylinders are those of places beyond them. */
static void
put_entry (unsigned char *p, unsigned char type, bool bootable, uint32_t start,
           uint32_t size)
{
  size_t i;

  p[0] = bootable ? 0x80 : 0;
  p[1] = p[5] = 0xfe;
  p[2] = p[3] = p[6] = p[7] = 0xff;
  p[4] = type;
  for (i = 0; i < 4; ++i) {
    p[8 + i] = start >> 8 * i;
    p[12 + i] = size >> 8 * i;
  }
}

static int
write_records (const struct logicals *l, const char *device,
               unsigned sector_size, struct error *err)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDWR, err);
  size_t i;

  if (fd == -1)
    return -1;
  if (sector_size > 4096)
    return error_set (err, ENOTSUP, "%s: sectors of %u bytes", device,
                      sector_size);
  for (i = 0; i < l->nr; ++i) {
    const struct logical *this = &l->list[i], *next = this + 1;
    unsigned char sector[4096] = { 0 };

    put_entry (sector + 446, this->type, this->bootable,
               this->start - this->record, this->size);
    if (i + 1 < l->nr)
      put_entry (sector + 462, 0x05, false, next->record - l->start,
                 next->start + next->size - next->record);
    sector[510] = 0x55;
    sector[511] = 0xaa;
    if (pwrite_full (fd, sector, sector_size, this->record * sector_size)
        == -1)
      return error_errno (err, "%s", device);
  }
  return fsync (fd) == -1 ? error_errno (err, "%s", device) : 0;
}

/* Before anything is overwritten: is the script understood? */
static int
check_script (const char *device, const char *script, struct logicals *l,
              struct error *err)
{
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_SCRIPT struct fdisk_script *dp = NULL;

  if (!*script || strlen (script) > SCRIPT_MAX)
    return error_set (err, EINVAL, "%s: the script is empty or too long",
                      device);
  if (parttable_open (&d, device, PARTTABLE_READ, err) == -1
      || !(dp = new_script (&d, err))
      || read_script (&d, dp, script, err) == -1
      || take_logicals (dp, l, device, err) == -1)
    return -1;
  return place_records (l, device, err);
}

/* --- writing --------------------------------------------------------------------- */

static int
apply (const char *device, const char *script, unsigned *ret_sector_size,
       struct error *err)
{
  CLEANUP_FREE struct logicals *ignored = calloc (1, sizeof *ignored);
  CLEANUP_PARTTABLE struct parttable d = PARTTABLE_INIT;
  CLEANUP_SCRIPT struct fdisk_script *dp = NULL;
  int r;

  if (!ignored)
    return error_errno (err, "%s", device);
  if (parttable_open (&d, device, PARTTABLE_WRITE, err) == -1
      || !(dp = new_script (&d, err))
      || read_script (&d, dp, script, err) == -1
      || take_logicals (dp, ignored, device, err) == -1)
    return -1;
  *ret_sector_size = fdisk_get_sector_size (d.cxt);
  r = fdisk_apply_script (d.cxt, dp);
  if (r < 0)
    return parttable_error (&d, r, err, "the script cannot be applied");
  return parttable_commit (&d, err);
}

int
do_part_set_script (const char *device, const char *script, struct error *err)
{
  CLEANUP_FREE struct logicals *l = calloc (1, sizeof *l);
  unsigned sector_size = 0;

  if (!l)
    return error_errno (err, "%s", device);
  if (check_script (device, script, l, err) == -1
      || parttable_unused (device, err) == -1
      || wipe_signatures (device, err) == -1
      || apply (device, script, &sector_size, err) == -1)
    return -1;
  if (l->nr == 0)
    return 0;
  return write_records (l, device, sector_size, err) == -1
    ? -1 : do_blockdev_rereadpt (device, err);
}
