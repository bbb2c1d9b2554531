/* Making the new disk: see resize.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "message.h"
#include "resize.h"

/* Boot code before the table of an MBR. */
#define BOOT_CODE 440
/* More than any boot loader has between the table and the first partition. */
#define BOOT_MAXIMUM (UINT64_C (2) * 1024 * 1024)

static void
copy_bytes (const struct resize *r, uint64_t from, uint64_t to, uint64_t size)
{
  struct guestfs_copy_drive_to_drive_argv optargs = {
    .bitmask = GUESTFS_COPY_DRIVE_TO_DRIVE_SRCOFFSET_BITMASK
      | GUESTFS_COPY_DRIVE_TO_DRIVE_DESTOFFSET_BITMASK
      | GUESTFS_COPY_DRIVE_TO_DRIVE_SIZE_BITMASK
      | GUESTFS_COPY_DRIVE_TO_DRIVE_SPARSE_BITMASK,
    .srcoffset = from * r->sector_size, .destoffset = to * r->sector_size,
    .size = size * r->sector_size, .sparse = !r->no_sparse,
  };

  if (guestfs_copy_drive_to_drive_argv (r->o.g, "/dev/sda", "/dev/sdb",
                                        &optargs) == -1)
    die_handle (&r->o);
}

static void
copy_small (const struct resize *r, uint64_t from, uint64_t to, size_t size)
{
  CLEANUP_FREE char *bytes = NULL;
  size_t got;

  bytes = guestfs_pread_device (r->o.g, "/dev/sda", size, from, &got);
  if (!bytes || guestfs_pwrite_device (r->o.g, "/dev/sdb", bytes, got, to)
      == -1)
    die_handle (&r->o);
}

static void
make_table (const struct resize *r)
{
  CLEANUP_FREE char *text = partitions_text (&r->table);

  if (!text)
    die (&r->o, "out of memory");
  message (&r->o, "Setting up the partition table of %s", r->output);
  if (guestfs_part_set_script (r->o.g, "/dev/sdb", text) == -1)
    die_handle (&r->o);
}

/* The first sector that belongs to no table. */
static uint64_t
behind_table (const struct resize *r)
{
  const char *first = strstr (r->table.header, "first-lba:");

  if (!r->table.gpt)
    return 1;
  /* Larger tables than usual are rare, and the header tells. */
  if (strstr (r->table.header, "table-length:") && first)
    return strtoull (first + 10, NULL, 10);
  return 2 + (128 * 128 + r->sector_size - 1) / r->sector_size;
}

static void
copy_boot_loader (const struct resize *r)
{
  uint64_t start = behind_table (r), end = UINT64_MAX;
  size_t i;

  if (r->no_boot_loader)
    return;
  copy_small (r, 0, 0, BOOT_CODE);
  for (i = 0; i < r->table.nr; ++i) {
    const struct partition *p = &r->table.list[i];

    if (p != r->extra && p->start < end)
      end = p->start;
    if (!p->deleted && p->new_start < end)
      end = p->new_start;
  }
  if (end > BOOT_MAXIMUM / r->sector_size)
    end = BOOT_MAXIMUM / r->sector_size;
  if (start < end)
    copy_bytes (r, start, start, end - start);
}

static bool
is_ignored (const struct resize *r, const struct partition *p)
{
  size_t i;

  for (i = 0; i < r->nr_changes; ++i)
    if (r->changes[i].ignore
        && resize_device_number (r->changes[i].device) == p->number)
      return true;
  return false;
}

/* NTFS has in its boot sector where its partition starts (the hidden sectors of
 * the BIOS parameter block). */
static void
fix_hidden_sectors (const struct resize *r, const struct partition *p)
{
  unsigned char bytes[4];
  size_t i;

  for (i = 0; i < 4; ++i)
    bytes[i] = p->new_start >> 8 * i;
  if (guestfs_pwrite_device (r->o.g, "/dev/sdb", (const char *) bytes,
                             sizeof bytes,
                             p->new_start * r->sector_size + 0x1c) == -1)
    die_handle (&r->o);
}

static void
copy_partition (struct resize *r, const struct partition *p)
{
  uint64_t size = p->size < p->new_size ? p->size : p->new_size;

  if (p->extended) {
    copy_small (r, p->start * r->sector_size, p->new_start * r->sector_size,
                BOOT_CODE);
    return;
  }
  message (&r->o, "Copying /dev/sda%d", p->number);
  copy_bytes (r, p->start, p->new_start, size);
}

void
resize_copy (struct resize *r)
{
  const struct partition *moved = NULL;
  size_t i;

  make_table (r);
  copy_boot_loader (r);
  for (i = 0; i < r->table.nr; ++i) {
    const struct partition *p = &r->table.list[i];

    if (p == r->extra || p->deleted || is_ignored (r, p))
      continue;
    copy_partition (r, p);
    if (p->new_start != p->start && r->first_moved
        && resize_contents (r, p)->kind == CONTENTS_NTFS
        && strstr (p->rest, "bootable"))
      moved = p;
  }
  if (moved)
    fix_hidden_sectors (r, moved);
}

/* --- expanding ------------------------------------------------------------------------ */

static void
expand_partition (struct resize *r, const struct partition *p)
{
  const struct contents *c = resize_contents (r, p);
  const char *method = contents_method (c);
  char device[32];

  if (!method)
    return;
  snprintf (device, sizeof device, "/dev/sda%d", p->new_number);
  message (&r->o, "Expanding %s with %s", device, method);
  contents_expand (&r->o, r->o.g, device, c, r->ntfs_force);
}

static void
expand_volume (struct resize *r, const char *volume)
{
  struct contents c;

  message (&r->o, "Expanding %s", volume);
  if (guestfs_lvresize_free (r->o.g, volume, 100) == -1)
    die_handle (&r->o);
  if (r->no_expand_content)
    return;
  c = contents_of (&r->o, r->o.g, volume);
  if (c.kind == CONTENTS_OTHER && r->unknown == UNKNOWN_ERROR)
    die (&r->o, "%s: a filesystem of type %s cannot be expanded", volume,
         c.type);
  if (c.kind == CONTENTS_OTHER && r->unknown == UNKNOWN_WARN)
    warning (&r->o, "%s: its filesystem, %s, cannot be expanded and stays as "
             "large as it is", volume, c.type);
  contents_expand (&r->o, r->o.g, volume, &c, r->ntfs_force);
}

void
resize_expand (struct resize *r)
{
  size_t i;

  for (i = 0; i < r->table.nr; ++i) {
    const struct partition *p = &r->table.list[i];

    /* Swap is made anew whenever it changes. */
    if (p != r->extra && !p->deleted && !is_ignored (r, p)
        && !r->no_expand_content
        && (p->new_size > p->size
            || (p->new_size < p->size
                && resize_contents (r, p)->kind == CONTENTS_SWAP)))
      expand_partition (r, p);
  }
  for (i = 0; i < r->nr_volumes; ++i)
    expand_volume (r, r->volumes[i]);
}
