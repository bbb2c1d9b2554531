/* What becomes of each partition: see resize.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "cleanup.h"
#include "json.h"
#include "message.h"
#include "resize.h"
#include "size.h"
#include "strlist.h"

/* Less room than this is not worth a partition. */
#define EXTRA_MINIMUM (UINT64_C (10) * 1024 * 1024)

struct partition *
resize_partition (struct resize *r, const struct change *c)
{
  struct partition *p
    = partitions_find (&r->table, resize_device_number (c->device));

  if (!p)
    die (&r->o, "%s: there is no such partition on %s (see %s); "
         "virt-filesystems --partitions --long -a IMAGE lists them",
         c->device, r->input, c->option);
  return p;
}

struct contents *
resize_contents (struct resize *r, const struct partition *p)
{
  return &r->contents[p - r->table.list];
}

/* --- sizes -------------------------------------------------------------------------- */

static void __attribute__ ((noreturn))
bad_size (const struct resize *r, const struct change *c)
{
  die (&r->o, "%s %s=%s: a size is a number and b, K, M, G, T or %%, such as "
       "10G, +200M or -10%%", c->option, c->device, c->size);
}

/* "1.5" as thousandths. */
static const char *
parse_thousandths (const struct resize *r, const struct change *c,
                   const char *p, uint64_t *ret)
{
  char *end;
  int digits = 0;

  if (!isdigit ((unsigned char) *p))
    bad_size (r, c);
  errno = 0;
  *ret = strtoull (p, &end, 10);
  if (errno != 0 || *ret > UINT64_MAX / 2000)
    bad_size (r, c);
  *ret *= 1000;
  if (*end != '.')
    return end;
  for (++end; isdigit ((unsigned char) *end); ++end, ++digits)
    if (digits < 3)
      *ret += (*end - '0') * (digits == 0 ? 100 : digits == 1 ? 10 : 1);
  if (digits == 0)
    bad_size (r, c);
  return end;
}

/* In bytes. */
static uint64_t
parse_amount (const struct resize *r, const struct change *c, const char *p,
              uint64_t old)
{
  static const char units[] = "bKMGT";
  unsigned __int128 bytes;
  uint64_t thousandths;
  const char *unit;

  p = parse_thousandths (r, c, p, &thousandths);
  if (*p == '%' && !p[1])
    bytes = (unsigned __int128) old * thousandths / 100000;
  else {
    unit = *p && !p[1] ? strchr (units, *p == 'k' ? 'K' : *p) : NULL;
    if (!unit)
      bad_size (r, c);
    bytes = ((unsigned __int128) thousandths << 10 * (unit - units)) / 1000;
  }
  if (bytes > UINT64_C (1) << 62)
    bad_size (r, c);
  return bytes;
}

/* The new size in sectors, rounded up. */
static uint64_t
parse_size (const struct resize *r, const struct change *c,
            const struct partition *p)
{
  uint64_t old, amount, size;
  char sign = *c->size;

  if (!checked_mul_u64 (p->size, r->sector_size, &old)
      || old > UINT64_C (1) << 62)
    bad_size (r, c);
  amount = parse_amount (r, c, c->size + (sign == '+' || sign == '-'), old);
  if (sign == '-' && amount > old)
    die (&r->o, "%s %s=%s: it is not that large", c->option, c->device,
         c->size);
  size = sign == '+' ? old + amount : sign == '-' ? old - amount : amount;
  size = (size + r->sector_size - 1) / r->sector_size;
  if (size == 0)
    die (&r->o, "%s %s=%s: use --delete to have it go", c->option, c->device,
         c->size);
  return size;
}

/* --- reading the disks ------------------------------------------------------------- */

static void
read_table (struct resize *r)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *text = guestfs_part_get_script (r->o.g, "/dev/sda");

  if (!text)
    die_handle (&r->o);
  if (partitions_parse (text, &r->table, &err) == -1)
    die (&r->o, "%s: %s", r->input, err.message);
  if (r->table.nr == 0)
    die (&r->o, "%s: there are no partitions", r->input);
}

static void
read_sizes (struct resize *r)
{
  int input = guestfs_blockdev_getss (r->o.g, "/dev/sda");
  int output = guestfs_blockdev_getss (r->o.g, "/dev/sdb");
  int64_t bytes = guestfs_blockdev_getsize64 (r->o.g, "/dev/sdb");

  if (input == -1 || output == -1 || bytes == -1)
    die_handle (&r->o);
  if (input != output || input < 512 || input > 65536)
    die (&r->o, "the disks have sectors of %d and %d bytes", input, output);
  r->sector_size = input;
  r->room = (struct partitions_room) {
    .sectors = bytes / input, .sector_size = input, .alignment = r->alignment,
    .align_first = r->align_first == ALIGN_ALWAYS,
  };
}

static void
read_contents (struct resize *r)
{
  char device[32];
  size_t i;

  /* Room for the extra one, too. */
  r->contents = xmalloc ((r->table.nr + 1) * sizeof *r->contents);
  memset (r->contents, 0, (r->table.nr + 1) * sizeof *r->contents);
  for (i = 0; i < r->table.nr; ++i) {
    if (r->table.list[i].extended)
      continue;
    snprintf (device, sizeof device, "/dev/sda%d", r->table.list[i].number);
    r->contents[i] = contents_of (&r->o, r->o.g, device);
  }
}

static struct partition *
first_partition (struct resize *r)
{
  struct partition *first = &r->table.list[0];
  size_t i;

  for (i = 1; i < r->table.nr; ++i)
    if (r->table.list[i].start < first->start)
      first = &r->table.list[i];
  return first;
}

/* Moving the first one is safe where it boots by NTFS, whose boot sector can be
 * told. */
static void
decide_first (struct resize *r)
{
  const struct partition *first = first_partition (r);

  if (r->align_first == ALIGN_AUTO && !r->table.gpt
      && strstr (first->rest, "bootable")
      && resize_contents (r, first)->kind == CONTENTS_NTFS)
    r->room.align_first = true;
  r->first_moved = r->room.align_first && first->start % r->alignment != 0;
}

/* --- the plan ------------------------------------------------------------------------ */

static void
delete_partition (struct resize *r, struct partition *p)
{
  size_t i;

  p->deleted = true;
  for (i = 0; p->extended && i < r->table.nr; ++i)
    if (r->table.list[i].logical)
      r->table.list[i].deleted = true;
}

static void
apply_sizes (struct resize *r)
{
  size_t i;

  for (i = 0; i < r->nr_changes; ++i) {
    struct change *c = &r->changes[i];
    struct partition *p = resize_partition (r, c);

    if (c->delete)
      delete_partition (r, p);
    if (c->size)
      p->want = parse_size (r, c, p);
  }
}

static void
apply_rest (struct resize *r)
{
  const uint64_t limit = partitions_limit (&r->table, &r->room);
  CLEANUP_ERROR struct error err = ERROR_INIT;
  char text[SIZE_TEXT_MAX];
  const struct change *c = NULL;
  uint64_t end;
  size_t i;

  for (i = 0; i < r->nr_changes; ++i)
    if (r->changes[i].expand || r->changes[i].shrink)
      c = &r->changes[i];
  if (partitions_plan (&r->table, &r->room, &end, &err) == -1)
    die (&r->o, "%s", err.message);
  size_text ((end > limit ? end - limit : limit - end) * r->sector_size, text);
  if (end > limit && !(c && c->shrink))
    die (&r->o, "%s: %s are missing (the deficit); make it larger, or use "
         "--shrink", r->output, text);
  if (c && c->shrink && end <= limit)
    die (&r->o, "--shrink: there is no deficit, %s are left over", text);
  if (c && partitions_fit (&r->table, &r->room, resize_partition (r, c), &err)
      == -1)
    die (&r->o, "%s %s: %s", c->option, c->device, err.message);
}

/* What gets smaller must have been made smaller before. */
static void
check_smaller (struct resize *r, const struct partition *p,
               const struct change *c)
{
  const struct contents *contents = resize_contents (r, p);
  uint64_t bytes = p->new_size * r->sector_size;
  char device[32];
  int64_t size;

  if (p->extended)
    die (&r->o, "%s: the logical partitions need it (see --resize-force)",
         c ? c->device : "the extended partition");
  snprintf (device, sizeof device, "/dev/sda%d", p->number);
  size = contents_size (&r->o, r->o.g, device, contents);
  if (size == -1)
    die (&r->o, "%s: what it holds (%s) may not fit into %" PRIu64 " bytes; "
         "--resize-force does it all the same", c ? c->device : device,
         *contents->type ? contents->type : "unknown contents", bytes);
  if ((uint64_t) size > bytes)
    die (&r->o, "%s: its %s needs %" PRIi64 " bytes and would be destroyed in "
         "%" PRIu64 "; make it smaller first, or use --resize-force",
         c ? c->device : device, contents->type, size, bytes);
}

static const struct change *
change_of (struct resize *r, const struct partition *p)
{
  const struct change *ret = NULL;
  size_t i;

  for (i = 0; i < r->nr_changes; ++i)
    if (resize_device_number (r->changes[i].device) == p->number
        && (!ret || ret->ignore))
      ret = &r->changes[i];
  return ret;
}

static void
check_contents (struct resize *r)
{
  size_t i;

  for (i = 0; i < r->table.nr; ++i) {
    const struct partition *p = &r->table.list[i];
    const struct contents *contents = resize_contents (r, p);
    const struct change *c = change_of (r, p);

    if (p->deleted || (c && (c->force || c->ignore)))
      continue;
    if (p->new_size < p->size && !(p->extended && !(c && c->size)))
      check_smaller (r, p, c);
    if (p->new_size > p->size && contents->kind == CONTENTS_OTHER
        && !r->no_expand_content && r->unknown != UNKNOWN_IGNORE) {
      if (r->unknown == UNKNOWN_ERROR)
        die (&r->o, "/dev/sda%d: a filesystem of type %s cannot be expanded",
             p->number, contents->type);
      warning (&r->o, "/dev/sda%d: its filesystem, %s, cannot be expanded and "
               "stays as large as it is", p->number, contents->type);
    }
  }
}

/* Names of volumes are looked up before anything is written. */
static void
check_volumes (struct resize *r)
{
  CLEANUP_STRINGS char **volumes = NULL;
  size_t i, j;

  if (r->nr_volumes == 0)
    return;
  volumes = guestfs_lvs (r->o.g);
  if (!volumes)
    die_handle (&r->o);
  for (i = 0; i < r->nr_volumes; ++i) {
    for (j = 0; volumes[j] && strcmp (volumes[j], r->volumes[i]) != 0; ++j)
      ;
    if (!volumes[j])
      die (&r->o, "--lv-expand %s: there is no such logical volume",
           r->volumes[i]);
  }
}

/* --- the summary -------------------------------------------------------------------- */

static void
describe (struct resize *r, const struct partition *p)
{
  const struct contents *contents = resize_contents (r, p);
  const char *method = contents_method (contents);
  const struct change *c = change_of (r, p);
  char old[SIZE_TEXT_MAX], new[SIZE_TEXT_MAX];

  printf ("/dev/sda%d: ", p->number);
  size_text (p->size * r->sector_size, old);
  size_text (p->new_size * r->sector_size, new);
  if (p->deleted) {
    puts ("will be deleted");
    return;
  }
  if (p->new_size == p->size)
    printf ("will be left as it is (%s)", old);
  else
    printf ("will be resized from %s to %s", old, new);
  if (c && c->ignore)
    printf (", but not copied");
  else if (p->new_size > p->size && contents->kind == CONTENTS_LUKS)
    printf (", and so is the encrypted device on it");
  else if (p->new_size > p->size && method && !r->no_expand_content)
    printf (", and its %s expanded by %s",
            contents->kind == CONTENTS_PV ? "LVM physical volume"
            : contents->type, method);
  if (p->new_number != p->number)
    printf ("; it becomes /dev/sda%d", p->new_number);
  putchar ('\n');
}

static void
describe_rest (struct resize *r, uint64_t left)
{
  char text[SIZE_TEXT_MAX];
  size_t i;

  for (i = 0; i < r->nr_volumes; ++i)
    printf ("%s: will be expanded to all room of its volume group\n",
            r->volumes[i]);
  size_text (left * r->sector_size, text);
  if (r->extra)
    printf ("There is a surplus of %s, which becomes the partition "
            "/dev/sda%d.\n", text, r->extra->new_number);
  else if (left > 0)
    printf ("There is a surplus of %s, which will not be used.\n", text);
}

/* The same for programs. */
static void
describe_json (struct resize *r, const struct partition *p)
{
  const struct contents *contents = resize_contents (r, p);
  const struct change *c = change_of (r, p);
  bool grows = p->new_size > p->size && !p->deleted && !(c && c->ignore);
  struct json j;

  json_begin (&j, stdout);
  json_number (&j, "partition", p->number);
  json_number (&j, "size", p->size * r->sector_size);
  json_bool (&j, "deleted", p->deleted);
  if (!p->deleted) {
    json_number (&j, "new_partition", p->new_number);
    json_number (&j, "new_size", p->new_size * r->sector_size);
    json_bool (&j, "copied", !(c && c->ignore));
    json_text (&j, "content", *contents->type ? contents->type : NULL);
    json_bool (&j, "content_expanded", grows && !r->no_expand_content
               && contents_method (contents));
  }
  json_end (&j);
}

static void
print_json (struct resize *r, uint64_t left)
{
  struct json j;
  size_t i;

  for (i = 0; i < r->table.nr; ++i)
    if (&r->table.list[i] != r->extra)
      describe_json (r, &r->table.list[i]);
  for (i = 0; i < r->nr_volumes; ++i) {
    json_begin (&j, stdout);
    json_text (&j, "volume", r->volumes[i]);
    json_end (&j);
  }
  json_begin (&j, stdout);
  json_number (&j, "surplus", left * r->sector_size);
  if (r->extra)
    json_number (&j, "new_partition", r->extra->new_number);
  json_end (&j);
  fflush (stdout);
}

static void
print_summary (struct resize *r, uint64_t left)
{
  size_t i;

  if (r->json) {
    print_json (r, left);
    return;
  }
  if (r->o.quiet)
    return;
  puts ("**********\n\nSummary of changes:\n");
  for (i = 0; i < r->table.nr; ++i)
    if (&r->table.list[i] != r->extra)
      describe (r, &r->table.list[i]);
  describe_rest (r, left);
  puts ("\n**********");
  fflush (stdout);
}

static uint64_t
end_of_all (const struct resize *r)
{
  uint64_t end = 0;
  size_t i;

  for (i = 0; i < r->table.nr; ++i) {
    const struct partition *p = &r->table.list[i];

    if (!p->deleted && p->new_start + p->new_size > end)
      end = p->new_start + p->new_size;
  }
  return end;
}

/* A partition for what is left over. */
static void
add_extra (struct resize *r, uint64_t limit)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  uint64_t start = end_of_all (r);

  if (r->no_extra_partition)
    return;
  start = (start + r->alignment - 1) / r->alignment * r->alignment;
  if (start >= limit || (limit - start) * r->sector_size < EXTRA_MINIMUM)
    return;
  if (partitions_add (&r->table, start, limit, &err) == -1)
    warning (&r->o, "%s: no partition for the room that is left over",
             err.message);
  else
    r->extra = &r->table.list[r->table.nr - 1];
}

void
resize_plan (struct resize *r)
{
  uint64_t limit, end;

  read_sizes (r);
  read_table (r);
  read_contents (r);
  decide_first (r);
  apply_sizes (r);
  apply_rest (r);
  check_contents (r);
  check_volumes (r);
  limit = partitions_limit (&r->table, &r->room);
  end = end_of_all (r);
  add_extra (r, limit);
  print_summary (r, limit > end ? limit - end : 0);
}
