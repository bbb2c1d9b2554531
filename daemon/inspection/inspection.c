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
#include "inspectbsd.h"
#include "inspection.h"
#include "inspectdrives.h"
#include "inspectmounts.h"
#include "inspectsnapshot.h"
#include "listfs.h"
#include "mount.h"
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
  free (s->fstab_root);
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
  if (inspect_tree_enter (tree, info->tree, err) == -1)
    return -1;
  if (info->tree_var)
    (void) inspect_tree_bind (tree, info->tree_var, "/var", NULL);
  return 0;
}

void
inspection_warn (const struct inspected *system, const char *text)
{
  struct inspected_vector *v = &inspection.systems;
  struct system_info *info = &v->ptr[system - v->ptr].info;

  if (!info->warnings.items || !strings_contain (info->warnings.items, text))
    system_warn (info, "%s", text);
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

/* Append to a finished list; takes nothing over. */
static int
append (char ***list, const char *a, const char *b)
{
  CLEANUP_STRLIST struct strlist l = STRLIST_INIT;
  size_t i;
  char **ret;

  for (i = 0; (*list)[i]; ++i)
    if (strlist_add (&l, (*list)[i]) == -1)
      return -1;
  if (strlist_add (&l, a) == -1 || (b && strlist_add (&l, b) == -1))
    return -1;
  ret = strlist_take (&l);
  if (!ret)
    return -1;
  strings_free (*list);
  *list = ret;
  return 0;
}

/* Resolve what the system mounts.  `usr`, where not NULL, is mounted without
 * being named in its fstab. */
static int
resolve (struct inspected *s, const char *usr, struct error *err)
{
  CLEANUP_STRLIST struct strlist mountpoints = STRLIST_INIT;
  CLEANUP_STRLIST struct strlist filesystems = STRLIST_INIT;
  CLEANUP_MOUNTABLE struct mountable m = MOUNTABLE_INIT;

  if (mountable_parse (s->root, &m, err) == -1
      || inspect_mounts (s->root, m.device, &s->info, &mountpoints,
                         &filesystems, &s->fstab_root, err) == -1)
    return -1;
  s->mountpoints = strlist_take (&mountpoints);
  s->filesystems = strlist_take (&filesystems);
  if (!s->mountpoints || !s->filesystems
      || (usr && (append (&s->mountpoints, "/usr", usr) == -1
                  || append (&s->filesystems, usr, NULL) == -1)))
    return error_errno (err, "%s", s->root);
  return 0;
}

/* Parts of systems whose root says nothing of them. */
struct parts {
  struct strlist usr; /* mountables that are the /usr of a system */
};

/* Look at one filesystem: 1 with a system in *ret, which the caller releases
 * whatever happens, 0 or -1.  With `usr` as its /usr, where not NULL; else
 * those that look like one are put into *parts. */
static int
look (const char *mountable, const char *type, const char *usr,
      struct inspected *ret, struct parts *parts, struct error *err)
{
  CLEANUP_INSPECT_TREE struct inspect_tree tree = INSPECT_TREE_INIT;
  CLEANUP_ERROR struct error fault = ERROR_INIT;
  const struct detector *detector;

  /* One that cannot be mounted holds no system that could be used. */
  if (inspect_tree_open (&tree, mountable, type, NULL) == -1
      || (usr && inspect_tree_add (&tree, "/usr", usr, NULL) == -1))
    return 0;
  detector = inspector_recognise (tree.root, type, &ret->info, &fault);
  if (!detector && !error_is_set (&fault)) {
    if (!usr && inspector_is_usr (tree.root)
        && strlist_add (&parts->usr, mountable) == -1)
      return error_errno (err, "%s", mountable);
    return 0;
  }
  if (!detector) {
    error_move (err, &fault);
    return -1;
  }
  ret->root = strdup (mountable);
  if (!ret->root)
    return error_errno (err, "%s", mountable);
  if (resolve (ret, usr, err) == -1 || enter (&tree, &ret->info, err) == -1)
    return -1;
  add_mounts (&tree, ret->mountpoints, false, usr ? NULL : &ret->info);
  if (inspector_describe (detector, tree.root, &ret->info, err) == -1
      || inspect_drives (&ret->info, &ret->drive_mappings, err) == -1)
    return -1;
  return 1;
}

static bool
is_known (const char *mountable)
{
  size_t i;

  for (i = 0; i < inspection.systems.len; ++i)
    if (strcmp (inspection.systems.ptr[i].root, mountable) == 0
        || strings_contain (inspection.systems.ptr[i].filesystems, mountable))
      return true;
  return false;
}

static int
look_at_all (const struct strlist *list, const char *usr, struct parts *parts,
             struct error *err)
{
  size_t i;

  for (i = 0; i + 1 < list->len; i += 2) {
    struct inspected s = { 0 };
    int r;

    if (feature_filesystem (mount_kernel_type (list->items[i + 1]),
                            NULL) != 1
        || snapshot_by_name (list->items[i])
        || (usr && (is_known (list->items[i])
                    || strings_contain (parts->usr.items, list->items[i]))))
      continue;
    r = look (list->items[i], list->items[i + 1], usr, &s, parts, err);
    if (r == 1 && inspected_vector_append (&inspection.systems, s) == -1)
      r = error_errno (err, "%s", list->items[i]);
    if (r != 1)
      inspected_release (&s);
    if (r == -1)
      return -1;
  }
  return 0;
}

static void
drop (size_t i)
{
  struct inspected_vector *v = &inspection.systems;

  inspected_release (&v->ptr[i]);
  memmove (&v->ptr[i], &v->ptr[i + 1], (v->len - i - 1) * sizeof v->ptr[0]);
  --v->len;
}

/* Where partition "a" of a BSD begins with its slice, both have the filesystem:
 * the partition is the one that the system knows. */
static bool
is_slice_of_another (size_t i)
{
  const struct inspected_vector *v = &inspection.systems;
  size_t j;

  for (j = 0; j < v->len; ++j)
    if (j != i && strcmp (v->ptr[i].info.type, "linux") != 0
        && strcmp (v->ptr[i].info.type, v->ptr[j].info.type) == 0
        && inspect_bsd_is_inside (v->ptr[i].root, v->ptr[j].root))
      return true;
  return false;
}

/* The disc that a system was installed from may still be in the drive: callers
 * want the system. */
static bool
is_disc_beside_system (size_t i)
{
  const struct inspected_vector *v = &inspection.systems;
  size_t j;

  for (j = 0; j < v->len; ++j)
    if (strcmp (v->ptr[i].info.format, "installed") != 0
        && strcmp (v->ptr[j].info.format, "installed") == 0)
      return true;
  return false;
}

static void
drop_what_is_no_system (void)
{
  size_t i = 0;

  while (i < inspection.systems.len)
    if (snapshot_of_another (&inspection.systems, i)
        || is_slice_of_another (i) || is_disc_beside_system (i))
      drop (i);
    else
      ++i;
}

/* CoreOS has a root that says nothing, and its programs in another filesystem,
 * which the boot loader names. */
static int
inspect_all (struct error *err)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  struct parts parts = { STRLIST_INIT };
  int r;

  if (listfs (&list, err) == -1)
    return -1;
  r = look_at_all (&list, NULL, &parts, err);
  if (r == 0 && parts.usr.len > 0 && !is_known (parts.usr.items[0]))
    r = look_at_all (&list, parts.usr.items[0], &parts, err);
  strlist_release (&parts.usr);
  drop_what_is_no_system ();
  return r;
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
