/* The calls of inspection that tell about Windows, and those that need more
 * than looking things up. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "icon.h"
#include "inspection.h"
#include "osinfo.h"
#include "strlist.h"

/* --- Windows -------------------------------------------------------------------- */

static const struct windows_info *
find_windows (const struct mountable *root, struct error *err)
{
  const struct inspected *s = inspection_find (root, err);

  if (s && !s->info.windows.systemroot) {
    error_set (err, ENOENT, "%s is not the root of an installed Windows",
               root->string);
    return NULL;
  }
  return s ? &s->info.windows : NULL;
}

static char *
copy (const char *text, const char *what, struct error *err)
{
  char *ret = text ? strdup (text) : NULL;

  if (!text)
    error_set (err, ENOENT, "%s of this Windows is not known", what);
  else if (!ret)
    error_errno (err, "%s", what);
  return ret;
}

#define DEFINE_WINDOWS(name, field, what)                               \
  char *                                                                \
  do_inspect_get_windows_##name (const struct mountable *root,          \
                                 struct error *err)                     \
  {                                                                     \
    const struct windows_info *w = find_windows (root, err);            \
                                                                        \
    return w ? copy (w->field, what, err) : NULL;                       \
  }

DEFINE_WINDOWS (systemroot, systemroot, "the systemroot")
DEFINE_WINDOWS (system_hive, system_hive, "the SYSTEM hive")
DEFINE_WINDOWS (software_hive, software_hive, "the SOFTWARE hive")
DEFINE_WINDOWS (current_control_set, control_set, "the control set")

int
do_inspect_get_windows_group_policy (const struct mountable *root,
                                     struct error *err)
{
  const struct windows_info *w = find_windows (root, err);

  return w ? w->group_policy : -1;
}

char *
do_inspect_get_windows_state (const struct mountable *root, struct error *err)
{
  const struct windows_info *w = find_windows (root, err);

  if (!w)
    return NULL;
  return copy (w->hibernated ? "hibernated" : w->unclean ? "unclean" : "clean",
               "the state", err);
}

char **
do_inspect_get_drive_mappings (const struct mountable *root, struct error *err)
{
  const struct inspected *s = inspection_find (root, err);
  char **ret = s ? strings_copy (s->drive_mappings) : NULL;

  if (s && !ret)
    error_errno (err, "%s", root->string);
  return ret;
}

/* --- all systems ------------------------------------------------------------------ */

char *
do_inspect_get_osinfo (const struct mountable *root, struct error *err)
{
  const struct inspected *s = inspection_find (root, err);
  char *ret = s ? osinfo_id (&s->info) : NULL;

  if (s && !ret)
    error_errno (err, "%s", root->string);
  return ret;
}

char *
do_inspect_get_icon (const struct mountable *root,
                     const struct guestfs_inspect_get_icon_argv *optargs,
                     size_t *ret_size, struct error *err)
{
  CLEANUP_INSPECT_TREE struct inspect_tree tree = INSPECT_TREE_INIT;
  const struct inspected *s = inspection_find (root, err);
  bool favicon = !(optargs->bitmask & GUESTFS_INSPECT_GET_ICON_FAVICON_BITMASK)
    || optargs->favicon;
  bool high = (optargs->bitmask & GUESTFS_INSPECT_GET_ICON_HIGHQUALITY_BITMASK)
    && optargs->highquality;
  size_t size = 0;
  char *ret;

  if (!s || inspection_open_tree (s, &tree, err) == -1)
    return NULL;
  ret = icon_find (tree.root, &s->info, favicon, high, &size);
  if (!ret)
    ret = strdup ("");
  if (!ret)
    error_errno (err, "%s", root->string);
  *ret_size = size;
  return ret;
}
