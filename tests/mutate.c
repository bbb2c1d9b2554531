/* Seeded damage: see mutate.h.
 *
 * What breaks parsers is a plausible structure with one impossible value, so
 * most changes are small, lie in sectors that are used, and write values at
 * the ends of ranges; a few are what disks do: lost, swapped and torn sectors.
 */

#include <config.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

#define SECTOR MUTATE_SECTOR

/* Every seed, 0 too, begins somewhere else (the finalizer of SplitMix64). */
static uint64_t
next (uint64_t *state)
{
  uint64_t z = *state += UINT64_C (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static uint64_t
below (uint64_t *state, uint64_t n)
{
  return next (state) % n;
}

int
mutable_image_init (struct mutable_image *m, const uint8_t *data, size_t size)
{
  static const uint8_t zero[SECTOR];
  size_t i, n = size / SECTOR;

  *m = (struct mutable_image) { .data = data, .size = size };
  m->sectors = malloc (n * sizeof *m->sectors + 1);
  if (!m->sectors)
    return -1;
  for (i = 0; i < n; ++i)
    if (memcmp (data + i * SECTOR, zero, SECTOR) != 0)
      m->sectors[m->nr_sectors++] = i;
  return 0;
}

void
mutable_image_release (struct mutable_image *m)
{
  free (m->sectors);
}

/* A used sector.  Filesystems keep what describes all of them in front: half
 * of the damage goes to the first sixteenth of what is used. */
static size_t
choose_sector (const struct mutable_image *m, uint64_t *state)
{
  size_t n = m->nr_sectors;

  if (n > 16 && below (state, 2) == 0)
    n /= 16;
  return m->sectors[below (state, n)];
}

static void
write_number (uint8_t *p, uint64_t *state)
{
  static const uint64_t values[] = {
    0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
    0xffffffff, UINT64_C (0x7fffffffffffffff), UINT64_MAX
  };
  uint64_t value = below (state, 4) == 0
    ? next (state) : values[below (state, sizeof values / sizeof values[0])];
  const size_t width = (size_t) 1 << below (state, 4);
  const bool big_endian = below (state, 2);
  size_t i;

  for (i = 0; i < width; ++i)
    p[big_endian ? width - 1 - i : i] = value >> (8 * i);
}

static void
change (const struct mutable_image *m, uint8_t *sector, uint64_t *state)
{
  /* Numbers are aligned, so most are hit whole. */
  uint8_t *p = sector + below (state, SECTOR / 8) * 8;

  switch (below (state, 16)) {
  case 0: /* lost */
    memset (sector, 0, SECTOR);
    break;
  case 1: /* another in its place */
    memcpy (sector, m->data + choose_sector (m, state) * SECTOR, SECTOR);
    break;
  case 2: /* torn: the rest was not written */
    memset (p, 0, sector + SECTOR - p);
    break;
  case 3:
  case 4:
  case 5: /* one bit */
    *(p + below (state, 8)) ^= 1u << below (state, 8);
    break;
  case 6:
  case 7: /* slightly wrong */
    *p += below (state, 2) ? 1 : -1;
    break;
  default:
    write_number (p, state);
  }
}

/* The place of a sector: the one it has, or a new one with its bytes. */
static struct damaged_sector *
place_of (const struct mutable_image *m, struct damage *d, size_t offset)
{
  size_t i;

  for (i = 0; i < d->nr_places; ++i)
    if (d->places[i].offset == offset)
      return &d->places[i];
  d->nr_places++;
  d->places[i].offset = offset;
  memcpy (d->places[i].bytes, m->data + offset, SECTOR);
  return &d->places[i];
}

void
mutate (const struct mutable_image *m, uint64_t seed, struct damage *ret)
{
  uint64_t state = seed;
  size_t i, n = 1 + below (&state, MUTATE_PLACES);

  ret->nr_places = 0;
  for (i = 0; i < n; ++i)
    change (m, place_of (m, ret, choose_sector (m, &state) * SECTOR)->bytes,
            &state);
  ret->size = m->size;
  if (below (&state, 64) == 0)
    ret->size = SECTOR * (1 + below (&state, m->size / SECTOR));
}
