/* Tables of the structs of the API.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include <stddef.h>

#include "structs.h"

static const struct layout_field fields_point[] = {
  { "kind", LAYOUT_CHAR, offsetof (struct guestfs_point, kind), 0 },
  { "x", LAYOUT_INT32, offsetof (struct guestfs_point, x), 0 },
  { "y", LAYOUT_UINT32, offsetof (struct guestfs_point, y), 0 },
  { "z", LAYOUT_INT64, offsetof (struct guestfs_point, z), 0 },
  { "t", LAYOUT_UINT64, offsetof (struct guestfs_point, t), 0 },
  { "size", LAYOUT_UINT64, offsetof (struct guestfs_point, size), 0 },
  { "name", LAYOUT_STRING, offsetof (struct guestfs_point, name), 0 },
  { "where", LAYOUT_STRING, offsetof (struct guestfs_point, where), 0 },
  { "data", LAYOUT_BUFFER32, offsetof (struct guestfs_point, data),
    offsetof (struct guestfs_point, data_len) },
  { "id", LAYOUT_UUID, offsetof (struct guestfs_point, id), 0 },
  { "done", LAYOUT_FLOAT, offsetof (struct guestfs_point, done), 0 },
};

const struct layout layout_point = {
  "point", sizeof (struct guestfs_point), 11, fields_point,
};

void
struct_free_point (struct guestfs_point *p)
{
  layout_free (&layout_point, p);
}

void
struct_free_point_list (struct guestfs_point_list *p)
{
  layout_free_list (&layout_point, (struct layout_list *) p);
}

