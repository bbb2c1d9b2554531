/* Services that are enabled: see facts.h. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "prefix.h"
#include "rootfs.h"
#include "text.h"
#include "winregistry.h"

#define NAMES_MAX 10000
#define UPSTART "/etc/init"

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
    "/etc/init.d", /* of busybox: all that are there */
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

/* Upstart: a job that starts on some event, unless an override says that it is
 * started by hand. */
static bool
upstart_starts (int root, const char *name)
{
  CLEANUP_FREE char *path = NULL;
  CLEANUP_FREE char *override_path = NULL;
  CLEANUP_FREE char *job = NULL;
  CLEANUP_FREE char *override = NULL;

  if (asprintf (&path, UPSTART "/%s", name) < 0) {
    path = NULL;
    return false;
  }
  if (asprintf (&override_path, UPSTART "/%.*s.override",
                (int) (strlen (name) - strlen (".conf")), name) < 0) {
    override_path = NULL;
    return false;
  }
  job = text_read (root, path);
  override = text_read (root, override_path);
  return job && text_line_begins (job, "start on")
         && !text_line_begins (job, "manual")
         && !(override && text_line_begins (override, "manual"));
}

static int
upstart (int root, struct strlist *ret)
{
  CLEANUP_STRINGS char **names = rootfs_list (root, UPSTART, NAMES_MAX);
  size_t i;

  for (i = 0; names && names[i]; ++i)
    if (ends_with (names[i], ".conf") && upstart_starts (root, names[i])
        && strlist_addf (ret, "%.*s",
                         (int) (strlen (names[i]) - strlen (".conf")),
                         names[i]) == -1)
      return -1;
  return 0;
}

/* Slackware: /etc/rc.d/rc.sshd, when it can be executed. */
static int
slackware (int root, struct strlist *ret)
{
  static const char dir[] = "/etc/rc.d";
  static const char *const boot[] = { /* what runs the others */
    "rc.0", "rc.4", "rc.6", "rc.K", "rc.M", "rc.S", "rc.local", "rc.sysvinit",
    "rc.local_shutdown",
  };
  CLEANUP_STRINGS char **names = rootfs_list (root, dir, NAMES_MAX);
  size_t i, j;

  for (i = 0; names && names[i]; ++i) {
    CLEANUP_FREE char *path = NULL;
    bool is_boot = false;

    for (j = 0; j < sizeof boot / sizeof boot[0]; ++j)
      is_boot |= strcmp (names[i], boot[j]) == 0;
    if (is_boot || !has_prefix (names[i], "rc.") || !names[i][3])
      continue;
    if (asprintf (&path, "%s/%s", dir, names[i]) < 0) {
      path = NULL;
      return -1;
    }
    if (rootfs_is_executable (root, path)
        && strlist_add (ret, names[i] + 3) == -1)
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
        || !has_prefix (equals - strlen (enable), enable))
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

/* FreeBSD has its settings in files of their own as well. */
static int
freebsd (int root, struct strlist *ret)
{
  static const char dir[] = "/etc/rc.conf.d";
  CLEANUP_STRINGS char **names = rootfs_list (root, dir, NAMES_MAX);
  size_t i;

  if (rc_conf (root, "/etc/rc.conf", true, ret) == -1
      || rc_conf (root, "/etc/rc.conf.local", true, ret) == -1)
    return -1;
  for (i = 0; names && names[i]; ++i) {
    CLEANUP_FREE char *path = NULL;

    if (asprintf (&path, "%s/%s", dir, names[i]) < 0) {
      path = NULL;
      return -1;
    }
    if (rc_conf (root, path, true, ret) == -1)
      return -1;
  }
  return 0;
}

/* httpd_flags="": anything but NO. */
static int
openbsd_flags (char *line, struct strlist *ret)
{
  static const char flags[] = "_flags";
  char *equals = strchr (line, '=');
  const char *value = equals ? equals + 1 + strspn (equals + 1, "\"'") : NULL;

  if (!equals || *line == '#')
    return 0;
  *equals = '\0';
  if (!ends_with (line, flags) || has_prefix (value, "NO"))
    return 0;
  return strlist_addf (ret, "%.*s", (int) (strlen (line) - strlen (flags)),
                       line);
}

/* pkg_scripts="messagebus postgresql", and the flags of what comes with the
 * system. */
static int
openbsd (int root, struct strlist *ret)
{
  static const char path[] = "/etc/rc.conf.local";
  CLEANUP_FREE char *list = text_assigned (root, path, "pkg_scripts");
  CLEANUP_FREE char *text = text_read (root, path);
  char *p = list, *word;

  while (p && (word = strsep (&p, " \t")) != NULL)
    if (*word && strlist_add (ret, word) == -1)
      return -1;
  p = text;
  while (p && (word = strsep (&p, "\n")) != NULL && ret->len < NAMES_MAX)
    if (openbsd_flags (word, ret) == -1)
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
    return freebsd (root, ret);
  if (strcmp (info->type, "netbsd") == 0)
    return rc_conf (root, "/etc/rc.conf", false, ret);
  if (strcmp (info->type, "openbsd") == 0)
    return openbsd (root, ret);
  if (has_systemd (root))
    return systemd (root, ret);
  if (strcmp (info->distro, "slackware") == 0)
    return slackware (root, ret);
  return system_v (root, ret) | upstart (root, ret) | folders (root, ret)
    ? -1 : 0;
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
