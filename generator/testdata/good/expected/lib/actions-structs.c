/* Public functions for structs.
 *
 * Made by the generator from generator/api; changes here are lost. */

#include <config.h>

#include "guestfs.h"
#include "structs.h"

#define LIST(p) ((const struct layout_list *) (p))

void
guestfs_free_point (struct guestfs_point *p)
{
  struct_free_point (p);
}

void
guestfs_free_point_list (struct guestfs_point_list *p)
{
  struct_free_point_list (p);
}

struct guestfs_point *
guestfs_copy_point (const struct guestfs_point *p)
{
  return layout_copy (&layout_point, p);
}

struct guestfs_point_list *
guestfs_copy_point_list (const struct guestfs_point_list *p)
{
  return (struct guestfs_point_list *) layout_copy_list (&layout_point, LIST (p));
}

int
guestfs_compare_point (const struct guestfs_point *a, const struct guestfs_point *b)
{
  return layout_compare (&layout_point, a, b);
}

int
guestfs_compare_point_list (const struct guestfs_point_list *a, const struct guestfs_point_list *b)
{
  return layout_compare_list (&layout_point, LIST (a), LIST (b));
}

