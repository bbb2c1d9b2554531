/* Services that are enabled: see facts.h. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "rootfs.h"
#include "text.h"
#include "winregistry.h"

#define NAMES_MAX 10000

static bool
ends_with (const char *text, const char *end)
{
  size_t n = strlen (text), len = strlen (end);

  return n > len && strcmp (text + n - len, end) == 0;
}

/* --- systemd ------------------------------------------------------------------------ */

/* TARGET.wants/UNIT, made by "systemctl enable". */
static int
systemd (int root, struct strlist *ret)
{
  static const char dir[] = "/etc/systemd/system";
  CLEANUP_STRINGS char **names = rootfs_list (root, dir, NAMES_MAX);
  size_t i, j;

  for (i = 0; names && names[i]; ++i) {
    CLEANUP_FREE char *path = NULL;
    CLEANUP_STRINGS char **units = NULL;

    if (!ends_with (names[i], ".wants") && !ends_with (names[i], ".requires"))
      continue;
    if (asprintf (&path, "%s/%s", dir, names[i]) < 0) {
      path = NULL;
      return -1;
    }
    units = rootfs_list (root, path, NAMES_MAX);
    for (j = 0; units && units[j]; ++j)
      if (!ends_with (units[j], ".target") && strlist_add (ret, units[j]) == -1)
        return -1;
  }
  return 0;
}

static bool
has_systemd (int root)
{
  return rootfs_is_dir (root, "/etc/systemd/system");
}

/* --- scripts -------------------------------------------------------------------------- */

/* S20ssh in the folder of the run level that is usual. */
static int
system_v (int root, struct strlist *ret)
{
  static const char *const dirs[] = {
    "/etc/rc2.d", "/etc/rc3.d", "/etc/rc5.d", "/etc/rcS.d", "/etc/rc.d/rc3.d",
    "/etc/rc.d/rc5.d", "/etc/init.d/rc3.d", "/etc/init.d/rc5.d",
  };
  size_t i, j;

  for (i = 0; i < sizeof dirs / sizeof dirs[0]; ++i) {
    CLEANUP_STRINGS char **names = rootfs_list (root, dirs[i], NAMES_MAX);

    for (j = 0; names && names[j]; ++j) {
      const char *n = names[j];

      if (n[0] == 'S' && isdigit ((unsigned char) n[1])
          && isdigit ((unsigned char) n[2]) && n[3]
          && strlist_add (ret, n + 3) == -1)
        return -1;
    }
  }
  return 0;
}

/* Folders with an entry for every service. */
static int
folders (int root, struct strlist *ret)
{
  static const char *const dirs[] = {
    "/etc/runlevels/sysinit", "/etc/runlevels/boot", "/etc/runlevels/default",
    "/etc/runit/runsvdir/default", "/etc/service",
  };
  size_t i, j;

  for (i = 0; i < sizeof dirs / sizeof dirs[0]; ++i) {
    CLEANUP_STRINGS char **names = rootfs_list (root, dirs[i], NAMES_MAX);

    for (j = 0; names && names[j]; ++j)
      if (strlist_add (ret, names[j]) == -1)
        return -1;
  }
  return 0;
}

/* --- the BSDs -------------------------------------------------------------------------- */

/* FreeBSD: sshd_enable="YES"; NetBSD: sshd=YES. */
static int
rc_conf_line (const char *line, size_t len, bool suffix, struct strlist *ret)
{
  static const char enable[] = "_enable";
  const char *equals = memchr (line, '=', len);
  size_t name_len = equals ? (size_t) (equals - line) : 0, i;
  const char *value = equals ? equals + 1 : NULL;
  CLEANUP_FREE char *name = NULL;

  if (!equals || name_len == 0 || *line == '#')
    return 0;
  value += *value == '"' || *value == '\'';
  if (strncasecmp (value, "YES", 3) != 0)
    return 0;
  if (suffix) {
    if (name_len <= strlen (enable)
        || strncmp (equals - strlen (enable), enable, strlen (enable)) != 0)
      return 0;
    name_len -= strlen (enable);
  }
  for (i = 0; i < name_len; ++i)
    if (!isalnum ((unsigned char) line[i]) && line[i] != '_')
      return 0;
  name = strndup (line, name_len);
  return name ? strlist_add (ret, name) : -1;
}

static int
rc_conf (int root, const char *path, bool suffix, struct strlist *ret)
{
  CLEANUP_FREE char *text = text_read (root, path);
  const char *p = text;

  while (p && *p && ret->len < NAMES_MAX) {
    size_t len = strcspn (p, "\n");

    if (rc_conf_line (p, len, suffix, ret) == -1)
      return -1;
    p += len;
    p += *p == '\n';
  }
  return 0;
}

/* pkg_scripts="messagebus postgresql", and NAME_flags other than NO. */
static int
openbsd (int root, struct strlist *ret)
{
  CLEANUP_FREE char *list = text_assigned (root, "/etc/rc.conf.local",
                                           "pkg_scripts");
  char *p = list, *word;

  while (p && (word = strsep (&p, " \t")) != NULL)
    if (*word && strlist_add (ret, word) == -1)
      return -1;
  return 0;
}

/* --- Windows ------------------------------------------------------------------------------ */

static int
windows (int root, const struct system_info *info, struct strlist *ret)
{
  enum { START_AUTOMATIC = 2, TYPE_WIN32 = 0x30 };
  size_t key, i;
  CLEANUP_REGISTRY struct registry *r
    = winregistry_control_set (root, info, "Services", &key);
  CLEANUP_FREE size_t *keys = r ? registry_children (r, key) : NULL;

  for (i = 0; keys && keys[i] && i < NAMES_MAX; ++i) {
    CLEANUP_FREE char *name = NULL;
    uint32_t start, type;

    if (!registry_number (r, keys[i], "Start", &start)
        || !registry_number (r, keys[i], "Type", &type)
        || start != START_AUTOMATIC || !(type & TYPE_WIN32))
      continue;
    name = registry_name (r, keys[i]);
    if (name && strlist_add (ret, name) == -1)
      return -1;
  }
  return 0;
}

/* --- all of them -------------------------------------------------------------------------- */

static int
collect (int root, const struct system_info *info, struct strlist *ret)
{
  if (info->windows.systemroot)
    return windows (root, info, ret);
  if (strcmp (info->type, "freebsd") == 0)
    return rc_conf (root, "/etc/rc.conf", true, ret);
  if (strcmp (info->type, "netbsd") == 0)
    return rc_conf (root, "/etc/rc.conf", false, ret);
  if (strcmp (info->type, "openbsd") == 0)
    return openbsd (root, ret);
  if (has_systemd (root))
    return systemd (root, ret);
  return system_v (root, ret) | folders (root, ret) ? -1 : 0;
}

int
facts_services (int root, const struct system_info *info, struct strlist *ret)
{
  CLEANUP_STRLIST struct strlist all = STRLIST_INIT;
  size_t i;

  if (collect (root, info, &all) == -1)
    return -1;
  strlist_sort (&all);
  for (i = 0; i < all.len; ++i)
    if ((i == 0 || strcmp (all.items[i], all.items[i - 1]) != 0)
        && strlist_add (ret, all.items[i]) == -1)
      return -1;
  return 0;
}
