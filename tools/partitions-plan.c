/* Where partitions go on a disk of another size: see partitions.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "partitions.h"

#define MBR_LIMIT UINT64_C (0xffffffff) /* numbers have 32 bits */
#define LINUX_GPT "0FC63DAF-8483-4772-8E79-3D69D8477DE4"

uint64_t
partitions_limit (const struct partitions *t,
                  const struct partitions_room *room)
{
  uint64_t limit = room->sectors;

  if (t->gpt) {
    const char *length = strstr (t->header, "table-length:");
    uint64_t entries = length ? strtoull (length + 13, NULL, 10) : 128;
    uint64_t tail;

    if (entries > 65536)
      entries = 65536;
    tail = (entries * 128 + room->sector_size - 1) / room->sector_size + 1;
    limit = limit > tail ? limit - tail : 0;
  }
  else if (limit > MBR_LIMIT)
    limit = MBR_LIMIT;
  return limit / room->alignment * room->alignment;
}

static bool
align_up (uint64_t *n, uint64_t alignment)
{
  return checked_add_u64 (*n, (alignment - *n % alignment) % alignment, n);
}

/* The next by old start after `*last`, of the logical or of the other ones. */
static struct partition *
next_by_start (struct partitions *t, bool logical, const struct partition *last)
{
  struct partition *best = NULL;
  size_t i;

  for (i = 0; i < t->nr; ++i) {
    struct partition *p = &t->list[i];

    if (p->logical != logical || p->deleted
        || (last && (p->start < last->start
                     || (p->start == last->start && p <= last))))
      continue;
    if (!best || p->start < best->start)
      best = p;
  }
  return best;
}

static bool
logical_changes (const struct partitions *t)
{
  size_t i;

  for (i = 0; i < t->nr; ++i)
    if (t->list[i].logical
        && (t->list[i].deleted || t->list[i].want != t->list[i].size))
      return true;
  return false;
}

/* The logical partitions within the extended one, each behind a sector that
 * describes it. */
static bool
plan_logical (struct partitions *t, const struct partitions_room *room,
              struct partition *extended)
{
  uint64_t at = extended->new_start;
  struct partition *p = NULL;

  while ((p = next_by_start (t, true, p))) {
    p->new_size = p->want;
    if (!checked_add_u64 (at, 1, &p->new_start)
        || !align_up (&p->new_start, room->alignment)
        || !checked_add_u64 (p->new_start, p->new_size, &at))
      return false;
  }
  if (extended->want == extended->size && logical_changes (t))
    extended->new_size = 0;
  if (at - extended->new_start > extended->new_size)
    extended->new_size = at - extended->new_start;
  return true;
}

/* Deleting one makes the numbers behind it smaller, as guests' tables do. */
static void
renumber (struct partitions *t)
{
  int logical = 5;
  struct partition *p = NULL;
  size_t i, j;

  for (i = 0; i < t->nr; ++i) {
    t->list[i].new_number = t->list[i].number;
    for (j = 0; j < t->nr; ++j)
      if (t->list[j].deleted && !t->list[j].logical
          && t->list[j].number < t->list[i].number)
        t->list[i].new_number--;
  }
  for (i = 0; i < t->nr; ++i) {
    p = &t->list[i];
    if (p->logical && !p->deleted)
      p->new_number = logical++;
  }
}

int
partitions_plan (struct partitions *t, const struct partitions_room *room,
                 uint64_t *ret_end, struct error *err)
{
  struct partition *p = NULL;
  uint64_t at = 0;
  bool ok = true, first = true;

  while (ok && (p = next_by_start (t, false, p))) {
    p->new_size = p->want;
    p->new_start = first ? p->start : at;
    if (!first || room->align_first)
      ok = align_up (&p->new_start, room->alignment);
    first = false;
    if (ok && p->extended)
      ok = plan_logical (t, room, p);
    ok = ok && checked_add_u64 (p->new_start, p->new_size, &at)
      && (t->gpt || (p->new_start <= MBR_LIMIT && p->new_size <= MBR_LIMIT));
  }
  if (!ok)
    return error_set (err, EOVERFLOW, "the partitions are too large for a "
                      "partition table");
  renumber (t);
  *ret_end = at;
  return 0;
}

int
partitions_fit (struct partitions *t, const struct partitions_room *room,
                struct partition *p, struct error *err)
{
  const uint64_t limit = partitions_limit (t, room);
  uint64_t end, small = 0, large = limit;

  /* The end rises with the size, in steps: find the largest that fits. */
  while (small < large) {
    p->want = small + (large - small + 1) / 2;
    if (partitions_plan (t, room, &end, err) == -1)
      error_clear (err);
    else if (end <= limit) {
      small = p->want;
      continue;
    }
    large = p->want - 1;
  }
  if (small == 0)
    return error_set (err, ENOSPC, "there is no room for partition %d",
                      p->number);
  p->want = small;
  return partitions_plan (t, room, &end, err);
}

int
partitions_add (struct partitions *t, uint64_t start, uint64_t end,
                struct error *err)
{
  int number = 0, limit = t->gpt ? 128 : 4;
  struct partition *list;
  size_t i;

  for (i = 0; i < t->nr; ++i)
    if (!t->list[i].deleted && !t->list[i].logical
        && t->list[i].new_number > number)
      number = t->list[i].new_number;
  if (number >= limit)
    return error_set (err, ENOSPC, "the partition table is full");
  list = realloc (t->list, (t->nr + 1) * sizeof *list);
  if (!list)
    return error_errno (err, "partition table");
  t->list = list;
  list[t->nr] = (struct partition) {
    .number = number + 1, .new_number = number + 1,
    .start = start, .size = end - start,
    .new_start = start, .want = end - start, .new_size = end - start,
    .rest = strdup (t->gpt ? ", type=" LINUX_GPT : ", type=83"),
  };
  if (!list[t->nr].rest)
    return error_errno (err, "partition table");
  t->nr++;
  return 0;
}
