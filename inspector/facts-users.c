/* Users that can log in: see facts.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "prefix.h"
#include "registry.h"
#include "rootfs.h"

#define PASSWD_MAX (4 * 1024 * 1024)
#define USERS_MAX 100000
#define PASSWD_FIELDS 7

static bool
is_shell (const char *path)
{
  static const char *const none[] = {
    "nologin", "false", "true", "sync", "shutdown", "halt", "null",
  };
  const char *name = strrchr (path, '/');
  size_t i;

  name = name ? name + 1 : path;
  for (i = 0; i < sizeof none / sizeof none[0]; ++i)
    if (strcmp (name, none[i]) == 0)
      return false;
  return true;
}

/* passwd(5): name, password, UID, GID, comment, home, shell. */
static int
add_line (char *line, struct strlist *ret)
{
  char *fields[PASSWD_FIELDS] = { NULL };
  const char *shell;
  int i;

  for (i = 0; i < PASSWD_FIELDS && line; ++i)
    fields[i] = strsep (&line, ":");
  if (i < PASSWD_FIELDS || !*fields[0] || *fields[0] == '#'
      || *fields[0] == '+' || *fields[0] == '-'
      || strspn (fields[2], "0123456789") != strlen (fields[2])
      || strspn (fields[3], "0123456789") != strlen (fields[3])
      || strlen (fields[2]) > 10 || strlen (fields[3]) > 10
      || !*fields[2] || !*fields[3])
    return 0;
  shell = *fields[6] ? fields[6] : "/bin/sh";
  if (!is_shell (shell))
    return 0;
  return strlist_add (ret, fields[0]) | strlist_add (ret, fields[2])
         | strlist_add (ret, fields[3]) | strlist_add (ret, fields[4])
         | strlist_add (ret, fields[5]) | strlist_add (ret, shell) ? -1 : 0;
}

/* "C:\Users\me" */
static int
add_profile (struct registry *r, size_t key, struct strlist *ret)
{
  CLEANUP_FREE char *sid = registry_name (r, key);
  CLEANUP_FREE char *path = registry_string (r, key, "ProfileImagePath");
  const char *name = path ? strrchr (path, '\\') : NULL;

  /* Services have profiles as well, with short identifiers. */
  if (!sid || !has_prefix (sid, "S-1-5-21-") || !name || !name[1])
    return 0;
  return strlist_add (ret, name + 1) | strlist_add (ret, "-1")
         | strlist_add (ret, "-1") | strlist_add (ret, sid)
         | strlist_add (ret, path) | strlist_add (ret, "") ? -1 : 0;
}

static int
windows_users (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP_REGISTRY struct registry *r = info->windows.software_hive
    ? registry_open (root, info->windows.software_hive) : NULL;
  CLEANUP_FREE size_t *keys = NULL;
  size_t i;

  if (!r)
    return 0;
  keys = registry_children (r, registry_key (r, "Microsoft\\Windows NT\\"
                                             "CurrentVersion\\ProfileList"));
  for (i = 0; keys && keys[i] && i < USERS_MAX; ++i)
    if (add_profile (r, keys[i], ret) == -1)
      return -1;
  return 0;
}

int
facts_users (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP_FREE char *text = NULL;
  char *p, *line;

  if (info->windows.systemroot)
    return windows_users (root, info, ret);
  p = text = rootfs_read (root, "/etc/passwd", PASSWD_MAX, NULL);
  while (p && (line = strsep (&p, "\n")) != NULL
         && ret->len < (size_t) USERS_MAX * FACTS_USER_COLUMNS) {
    line[strcspn (line, "\r")] = '\0';
    if (add_line (line, ret) == -1)
      return -1;
  }
  return 0;
}
