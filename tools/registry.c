/* Keys and hives of a Windows guest: see registry.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "registry.h"
#include "strlist.h"

static char *systemroot; /* "/Windows"; lives as long as the program */

void
registry_mount (const struct options *o)
{
  CLEANUP_FREE char *root = mount_inspected (o, o->g);
  CLEANUP_FREE char *type = guestfs_inspect_get_type (o->g, root);

  if (!type)
    die_handle (o);
  if (strcmp (type, "windows") != 0)
    die (o, "this is no Windows guest, but one of the type %s", type);
  systemroot = guestfs_inspect_get_windows_systemroot (o->g, root);
  if (!systemroot)
    die_handle (o);
}

/* --- which hive ---------------------------------------------------------------------- */

/* Does the text begin with this component, in any case?  What is behind it. */
static const char *
component (const char *text, const char *name)
{
  size_t len = strlen (name);

  if (strncasecmp (text, name, len) != 0 || (text[len] && text[len] != '\\'))
    return NULL;
  return text + len + (text[len] == '\\');
}

static char *
in_config (const struct options *o, const char *name)
{
  char *ret;

  if (asprintf (&ret, "%s/system32/config/%s", systemroot, name) == -1)
    die (o, "out of memory");
  return ret;
}

/* The path of a file as the guest writes it, or NULL when it is not there. */
static char *
real_path (const struct options *o, const char *path)
{
  char *ret;

  guestfs_push_error_handler (o->g, NULL, NULL);
  ret = guestfs_case_sensitive_path (o->g, path);
  if (ret && guestfs_is_file (o->g, ret) != 1) {
    free (ret);
    ret = NULL;
  }
  guestfs_pop_error_handler (o->g);
  return ret;
}

/* The directory of a user by the list of profiles, as "/Users/me". */
static char *
profile_of_sid (const struct options *o, const char *sid, size_t len)
{
  CLEANUP_FREE char *key = NULL;
  struct registry_path p;
  struct registry_values values = REGISTRY_VALUES_INIT;
  char *ret = NULL;
  int64_t node;
  size_t i;

  if (asprintf (&key, "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
                "ProfileList\\%.*s", (int) len, sid) == -1)
    die (o, "out of memory");
  p = registry_path (o, key);
  registry_open (o, &p, false);
  node = registry_find (o, &p, false);
  if (node != 0)
    registry_values (o, node, &values);
  for (i = 0; i < values.nr && !ret; ++i)
    if (strcasecmp (values.list[i].name, "ProfileImagePath") == 0) {
      size_t n = values.list[i].len / 2, j;

      /* Names of directories that matter here are ASCII. */
      ret = xmalloc (n + 1);
      for (j = 0; j < n; ++j)
        ret[j] = values.list[i].data[2 * j + 1] ? '?'
          : values.list[i].data[2 * j] == '\\' ? '/'
          : values.list[i].data[2 * j];
      ret[n] = '\0';
    }
  registry_values_release (&values);
  registry_path_release (&p);
  return ret;
}

/* "%SystemRoot%/x" and "C:/Users/x" as paths in the guest. */
static char *
guest_path (const struct options *o, const char *profile)
{
  static const char variable[] = "%systemroot%";
  char *ret;
  int r;

  if (strncasecmp (profile, variable, sizeof variable - 1) == 0)
    r = asprintf (&ret, "%s%s/ntuser.dat", systemroot,
                  profile + sizeof variable - 1);
  else
    r = asprintf (&ret, "%s/ntuser.dat",
                  profile[0] && profile[1] == ':' ? profile + 2 : profile);
  if (r == -1)
    die (o, "out of memory");
  return ret;
}

static char *
hive_of_user (const struct options *o, const char *user, size_t len)
{
  static const char *const places[]
    = { "/Users/%.*s/ntuser.dat",
        "/Documents and Settings/%.*s/ntuser.dat" };
  char *found = NULL;
  size_t i;

  if (strncasecmp (user, "S-1-", 4) == 0) {
    CLEANUP_FREE char *profile = profile_of_sid (o, user, len);
    CLEANUP_FREE char *path = profile ? guest_path (o, profile) : NULL;

    return path ? real_path (o, path) : NULL;
  }
  for (i = 0; i < sizeof places / sizeof places[0] && !found; ++i) {
    CLEANUP_FREE char *path = NULL;

    if (asprintf (&path, places[i], (int) len, user) == -1)
      die (o, "out of memory");
    found = real_path (o, path);
  }
  return found;
}

/* HKEY_LOCAL_MACHINE: one of four hives. */
static char *
hive_of_machine (const struct options *o, const char *key, const char **rest)
{
  static const char *const hives[]
    = { "SAM", "SECURITY", "SOFTWARE", "SYSTEM" };
  size_t i;

  for (i = 0; i < sizeof hives / sizeof hives[0]; ++i)
    if ((*rest = component (key, hives[i])))
      return in_config (o, hives[i]);
  return NULL;
}

static char *
hive_of_users (const struct options *o, const char *key, const char **rest)
{
  size_t len = strcspn (key, "\\");

  if (memchr (key, '/', len))
    return NULL;
  if ((*rest = component (key, ".DEFAULT")))
    return in_config (o, "default");
  *rest = key + len + (key[len] == '\\');
  return len > 0 ? hive_of_user (o, key, len) : NULL;
}

struct registry_path
registry_path (const struct options *o, const char *key)
{
  static const struct {
    const char *name, *full;
    char *(*hive) (const struct options *o, const char *key,
                   const char **rest);
  } roots[] = {
    { "HKLM", "HKEY_LOCAL_MACHINE", hive_of_machine },
    { "HKEY_LOCAL_MACHINE", "HKEY_LOCAL_MACHINE", hive_of_machine },
    { "HKU", "HKEY_USERS", hive_of_users },
    { "HKEY_USERS", "HKEY_USERS", hive_of_users },
  };
  struct registry_path p = { NULL, NULL, NULL };
  CLEANUP_FREE char *hive = NULL;
  const char *below = NULL, *rest = NULL;
  size_t i, root = 0;

  for (i = 0; i < sizeof roots / sizeof roots[0] && !below; ++i)
    if ((below = component (key, roots[i].name)))
      root = i;
  if (!below || !(hive = roots[root].hive (o, below, &rest)))
    die (o, "%s: this is no key of the hives HKLM\\SAM, HKLM\\SECURITY, "
         "HKLM\\SOFTWARE, HKLM\\SYSTEM, HKU\\.DEFAULT and HKU\\USER", key);
  p.hive = real_path (o, hive);
  if (!p.hive)
    die (o, "%s: the guest does not have the file %s", key, hive);
  if (asprintf (&p.full, "%s\\%s", roots[root].full, below) == -1)
    die (o, "out of memory");
  if (*rest)
    p.rest = p.full + strlen (roots[root].full) + 1 + (rest - below);
  return p;
}

void
registry_path_release (struct registry_path *p)
{
  free (p->full);
  free (p->hive);
}

void
registry_open (const struct options *o, const struct registry_path *p,
               bool write)
{
  if (guestfs_hivex_open (o->g, p->hive, GUESTFS_HIVEX_OPEN_WRITE, (int) write,
                          -1) == -1)
    die_handle (o);
}

void
registry_commit (const struct options *o)
{
  if (guestfs_hivex_commit (o->g, NULL) == -1
      || guestfs_hivex_close (o->g) == -1)
    die_handle (o);
}

/* --- what is in it ------------------------------------------------------------------- */

int64_t
registry_find (const struct options *o, const struct registry_path *p,
               bool make)
{
  CLEANUP_FREE char *copy = p->rest ? xstrdup (p->rest) : NULL;
  int64_t node = guestfs_hivex_root (o->g), child;
  char *rest = copy, *name;

  if (node == -1)
    die_handle (o);
  while ((name = rest ? strsep (&rest, "\\") : NULL)) {
    if (!*name)
      continue;
    child = guestfs_hivex_node_get_child (o->g, node, name);
    if (child == 0 && !make)
      return 0;
    if (child == 0)
      child = guestfs_hivex_node_add_child (o->g, node, name);
    if (child == -1)
      die_handle (o);
    node = child;
  }
  return node;
}

static int
by_value_name (const void *a, const void *b)
{
  const struct registry_value *x = a, *y = b;

  return strcmp (x->name, y->name);
}

static int
by_node_name (const void *a, const void *b)
{
  const struct registry_node *x = a, *y = b;

  return strcmp (x->name, y->name);
}

void
registry_values (const struct options *o, int64_t node,
                 struct registry_values *ret)
{
  struct guestfs_hivex_value_list *list
    = guestfs_hivex_node_values (o->g, node);
  uint32_t i;

  if (!list)
    die_handle (o);
  ret->list = xmalloc ((list->len + 1) * sizeof *ret->list);
  for (i = 0; i < list->len; ++i) {
    int64_t handle = list->val[i].hivex_value_h, type;
    struct registry_value *v = &ret->list[i];

    v->name = guestfs_hivex_value_key (o->g, handle);
    type = guestfs_hivex_value_type (o->g, handle);
    v->data = (unsigned char *) guestfs_hivex_value_value (o->g, handle,
                                                           &v->len);
    if (!v->name || type == -1 || !v->data)
      die_handle (o);
    v->type = type;
    ret->nr = i + 1;
  }
  guestfs_free_hivex_value_list (list);
  qsort (ret->list, ret->nr, sizeof *ret->list, by_value_name);
}

void
registry_values_release (struct registry_values *v)
{
  size_t i;

  for (i = 0; i < v->nr; ++i) {
    free (v->list[i].name);
    free (v->list[i].data);
  }
  free (v->list);
}

void
registry_children (const struct options *o, int64_t node,
                   struct registry_nodes *ret)
{
  struct guestfs_hivex_node_list *list
    = guestfs_hivex_node_children (o->g, node);
  uint32_t i;

  if (!list)
    die_handle (o);
  ret->list = xmalloc ((list->len + 1) * sizeof *ret->list);
  for (i = 0; i < list->len; ++i) {
    ret->list[i].node = list->val[i].hivex_node_h;
    ret->list[i].name = guestfs_hivex_node_name (o->g, ret->list[i].node);
    if (!ret->list[i].name)
      die_handle (o);
    ret->nr = i + 1;
  }
  guestfs_free_hivex_node_list (list);
  qsort (ret->list, ret->nr, sizeof *ret->list, by_node_name);
}

void
registry_nodes_release (struct registry_nodes *n)
{
  size_t i;

  for (i = 0; i < n->nr; ++i)
    free (n->list[i].name);
  free (n->list);
}
