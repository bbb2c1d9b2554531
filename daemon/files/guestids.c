/* User and group names of the guest: see guestids.h. */

#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "guestfile.h"
#include "guestids.h"

static int
compare_ids (const void *a, const void *b)
{
  const struct id_name *x = a, *y = b;

  if (x->id != y->id)
    return x->id < y->id ? -1 : 1;
  return x->name < y->name ? -1 : x->name > y->name;
}

/* "name:x:1000:..." with the colons in place; cuts the name off. */
static bool
parse_line (char *line, struct id_name *ret)
{
  char *colon = strchr (line, ':');
  char *second = colon ? strchr (colon + 1, ':') : NULL;
  char *end;
  unsigned long id;

  if (!second || colon == line || second[1] < '0' || second[1] > '9')
    return false;
  errno = 0;
  id = strtoul (second + 1, &end, 10);
  if (errno || id > UINT32_MAX || (*end != ':' && *end != '\0'))
    return false;
  *colon = '\0';
  *ret = (struct id_name) { .id = id, .name = line };
  return true;
}

int
idmap_parse (struct idmap *m, char *text)
{
  size_t lines = 1;
  char *p, *next;

  *m = (struct idmap) { .text = text };
  for (p = text; (p = strchr (p, '\n')) != NULL; p++)
    lines++;
  m->ids = calloc (lines, sizeof *m->ids);
  if (!m->ids)
    return -1;
  for (p = text; p; p = next) {
    next = strchr (p, '\n');
    if (next)
      *next++ = '\0';
    if (parse_line (p, &m->ids[m->nr]))
      m->nr++;
  }
  qsort (m->ids, m->nr, sizeof *m->ids, compare_ids);
  return 0;
}

int
idmap_load (struct idmap *m, const char *path)
{
  char *text = file_read_all (path, NULL, NULL);

  if (!text)
    return 0;
  return idmap_parse (m, text);
}

const char *
idmap_name (const struct idmap *m, uint32_t id)
{
  size_t low = 0, high = m->nr;

  while (low < high) {
    size_t middle = low + (high - low) / 2;

    if (m->ids[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < m->nr && m->ids[low].id == id ? m->ids[low].name : NULL;
}

void
idmap_release (struct idmap *m)
{
  free (m->ids);
  free (m->text);
  *m = (struct idmap) IDMAP_INIT;
}
