/* Finding the systems that are installed on the disks: see inspection.h.
 *
 * Every filesystem is mounted read-only, out of the caller's sight, and
 * inspector/ looks at it; the filesystems that a system's programs and packages
 * live in are mounted below it for this. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "feature.h"
#include "inspection.h"
#include "inspectmounts.h"
#include "listfs.h"
#include "strlist.h"

static struct inspection inspection;

static void
inspected_release (struct inspected *s)
{
  free (s->root);
  system_info_release (&s->info);
  strings_free (s->mountpoints);
  strings_free (s->filesystems);
  strings_free (s->drive_mappings);
}

static void
forget (void)
{
  size_t i;

  for (i = 0; i < inspection.systems.len; ++i)
    inspected_release (&inspection.systems.ptr[i]);
  inspected_vector_release (&inspection.systems);
  inspection.done = false;
}

/* --- mounting what belongs together ---------------------------------------- */

/* Is there anything to be seen there that inspection looks at? */
static bool
matters (const char *path)
{
  static const char *const dirs[] = { "/usr", "/var", "/boot", "/efi", "/etc" };
  size_t i;

  for (i = 0; i < sizeof dirs / sizeof dirs[0]; ++i) {
    size_t len = strlen (dirs[i]);

    if (strncmp (path, dirs[i], len) == 0
        && (path[len] == '\0' || path[len] == '/'))
      return true;
  }
  return false;
}

/* Those above come first: mount points are sorted by inspect_mounts. */
static void
add_mounts (struct inspect_tree *tree, char *const *mountpoints, bool all,
            struct system_info *info)
{
  size_t i;

  for (i = 0; mountpoints[i]; i += 2) {
    CLEANUP_ERROR struct error fault = ERROR_INIT;

    if (strcmp (mountpoints[i], "/") == 0
        || (!all && !matters (mountpoints[i])))
      continue;
    if (inspect_tree_add (tree, mountpoints[i], mountpoints[i + 1],
                          &fault) == -1 && info)
      system_warn (info, "%s is not looked at: %s", mountpoints[i],
                   fault.message);
  }
}

/* A system in a directory of its filesystem has its /var beside it. */
static int
enter (struct inspect_tree *tree, const struct system_info *info,
       struct error *err)
{
  if (!info->tree)
    return 0;
  return inspect_tree_enter (tree, info->tree, err);
}

int
inspection_open_tree (const struct inspected *system,
                      struct inspect_tree *tree, struct error *err)
{
  if (inspect_tree_open (tree, system->root, NULL, err) == -1
      || enter (tree, &system->info, err) == -1)
    return -1;
  add_mounts (tree, system->mountpoints, true, NULL);
  return 0;
}

/* --- looking ------------------------------------------------------------------ */

/* Resolve what the system mounts. */
static int
resolve (struct inspected *s, struct error *err)
{
  CLEANUP_STRLIST struct strlist mountpoints = STRLIST_INIT;
  CLEANUP_STRLIST struct strlist filesystems = STRLIST_INIT;

  if (inspect_mounts (s->root, &s->info, &mountpoints, &filesystems,
                      err) == -1)
    return -1;
  s->mountpoints = strlist_take (&mountpoints);
  s->filesystems = strlist_take (&filesystems);
  if (!s->mountpoints || !s->filesystems)
    return error_errno (err, "%s", s->root);
  return 0;
}

/* Look at one filesystem: 1 with a system in *ret, which the caller releases
 * whatever happens, 0 or -1. */
static int
look (const char *mountable, const char *type, struct inspected *ret,
      struct error *err)
{
  CLEANUP_INSPECT_TREE struct inspect_tree tree = INSPECT_TREE_INIT;
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  const struct detector *detector;

  /* One that cannot be mounted holds no system that could be used. */
  if (inspect_tree_open (&tree, mountable, type, NULL) == -1)
    return 0;
  detector = inspector_recognise (tree.root, type, &ret->info, &fault);
  if (!detector) {
    if (!error_is_set (&fault))
      return 0;
    error_move (err, &fault);
    return -1;
  }
  ret->root = strdup (mountable);
  if (!ret->root)
    return error_errno (err, "%s", mountable);
  if (resolve (ret, err) == -1 || enter (&tree, &ret->info, err) == -1)
    return -1;
  add_mounts (&tree, ret->mountpoints, false, &ret->info);
  return inspector_describe (detector, tree.root, &ret->info, err) == -1 ? -1
    : 1;
}

static int
inspect_all (struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  size_t i;

  if (listfs (&list, err) == -1)
    return -1;
  for (i = 0; i + 1 < list.len; i += 2) {
    struct inspected s = { 0 };
    int r;

    if (feature_filesystem (list.items[i + 1], NULL) != 1)
      continue;
    r = look (list.items[i], list.items[i + 1], &s, err);
    if (r == 1 && inspected_vector_append (&inspection.systems, s) == -1)
      r = error_errno (err, "%s", list.items[i]);
    if (r != 1)
      inspected_release (&s);
    if (r == -1)
      return -1;
  }
  return 0;
}

int
inspection_run (struct error *err)
{
  forget ();
  if (inspect_all (err) == -1) {
    forget ();
    return -1;
  }
  inspection.done = true;
  return 0;
}

/* --- the result --------------------------------------------------------------- */

const struct inspection *
inspection_result (void)
{
  return &inspection;
}

static bool
same_volume (const struct mountable *a, const struct mountable *b)
{
  return strcmp (a->device, b->device) == 0
         && strcmp (a->volume ? a->volume : "", b->volume ? b->volume : "")
            == 0;
}

const struct inspected *
inspection_find (const struct mountable *root, struct error *err)
{
  size_t i;

  if (!inspection.done) {
    error_set (err, EINVAL, "nothing is known of %s: call inspect_os first",
               root->string);
    return NULL;
  }
  for (i = 0; i < inspection.systems.len; ++i) {
    CLEANUP_MOUNTABLE struct mountable m = MOUNTABLE_INIT;

    if (mountable_parse (inspection.systems.ptr[i].root, &m, NULL) == 0
        && same_volume (&m, root))
      return &inspection.systems.ptr[i];
  }
  error_set (err, EINVAL, "%s is not the root of a system that inspect_os "
             "found", root->string);
  return NULL;
}
