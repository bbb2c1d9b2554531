/* Data that a program keeps with a handle, by key.
 *
 * The pointers are the program's: nothing here looks at them or frees them.
 * Setting NULL removes the entry.  The order of iteration is the order in
 * which keys were first set.
 */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "private.h"

struct private_datum {
  char *key;
  void *data; /* NULL: a free entry */
};

void
private_release (guestfs_h *g)
{
  size_t i;

  for (i = 0; i < g->nr_private; ++i)
    free (g->private_data[i].key);
  free (g->private_data);
  g->private_data = NULL;
  g->nr_private = 0;
}

static struct private_datum *
find (guestfs_h *g, const char *key)
{
  size_t i;

  for (i = 0; i < g->nr_private; ++i)
    if (strcmp (g->private_data[i].key, key) == 0)
      return &g->private_data[i];
  return NULL;
}

static struct private_datum *
add (guestfs_h *g, const char *key)
{
  struct private_datum *grown
    = reallocarray (g->private_data, g->nr_private + 1, sizeof *grown);

  if (!grown)
    return NULL;
  g->private_data = grown;
  grown[g->nr_private].key = strdup (key);
  return grown[g->nr_private].key ? &grown[g->nr_private++] : NULL;
}

void
guestfs_set_private (guestfs_h *g, const char *key, void *data)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct private_datum *p;
  CLEANUP_UNLOCK_HANDLE (g);

  p = find (g, key);
  if (!p && data) {
    p = add (g, key);
    if (!p) {
      error_errno (&err, "set_private");
      handle_report_error (g, &err);
      return;
    }
  }
  if (p)
    p->data = data;
}

void *
guestfs_get_private (guestfs_h *g, const char *key)
{
  struct private_datum *p;
  CLEANUP_UNLOCK_HANDLE (g);

  p = find (g, key);
  return p ? p->data : NULL;
}

void *
guestfs_first_private (guestfs_h *g, const char **ret_key)
{
  CLEANUP_UNLOCK_HANDLE (g);

  g->private_pos = 0;
  return guestfs_next_private (g, ret_key);
}

void *
guestfs_next_private (guestfs_h *g, const char **ret_key)
{
  CLEANUP_UNLOCK_HANDLE (g);

  while (g->private_pos < g->nr_private) {
    struct private_datum *p = &g->private_data[g->private_pos++];

    if (p->data) {
      *ret_key = p->key;
      return p->data;
    }
  }
  return NULL;
}
