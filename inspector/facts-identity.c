/* Machine ID and time zone: see facts.h. */

#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "rootfs.h"
#include "text.h"
#include "winregistry.h"

#define ID_DIGITS 32
#define ZONE_MAX 128

static bool
is_machine_id (const char *text)
{
  return strlen (text) == ID_DIGITS
         && strspn (text, "0123456789abcdefABCDEF") == ID_DIGITS;
}

static char *
registry_text (int root, const char *hive, const char *key, const char *value)
{
  CLEANUP_REGISTRY struct registry *r = hive ? registry_open (root, hive)
    : NULL;

  return r ? registry_string (r, registry_key (r, key), value) : NULL;
}

char *
facts_machine_id (int root, const struct system_info *info)
{
  static const char *const files[] = {
    "/etc/machine-id", "/var/lib/dbus/machine-id", "/var/db/dbus/machine-id",
    "/etc/hostid", /* FreeBSD: a UUID */
  };
  size_t i;

  if (info->windows.systemroot)
    return registry_text (root, info->windows.software_hive,
                          "Microsoft\\Cryptography", "MachineGuid");
  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    CLEANUP_FREE char *line = text_first_line (root, files[i]);

    if (line && (is_machine_id (line)
                 || (strcmp (files[i], "/etc/hostid") == 0
                     && strcmp (info->type, "freebsd") == 0
                     && strlen (line) == 36)))
      return TAKE_PTR (line);
  }
  return NULL;
}

/* A name is words of letters and the like, with / between them. */
static bool
is_zone (const char *text)
{
  const char *p;

  if (!*text || *text == '/' || strlen (text) > ZONE_MAX)
    return false;
  for (p = text; *p; ++p)
    if (!isalnum ((unsigned char) *p) && !strchr ("/_+-", *p))
      return false;
  return true;
}

static char *
zone_of_link (int root)
{
  static const char dir[] = "/zoneinfo/";
  CLEANUP_FREE char *target = rootfs_readlink (root, "/etc/localtime");
  const char *name = target ? strstr (target, dir) : NULL;

  if (!name)
    return NULL;
  name += strlen (dir);
  return is_zone (name) ? strdup (name) : NULL;
}

char *
facts_timezone (int root, const struct system_info *info)
{
  static const struct {
    const char *path, *key;
  } files[] = {
    { "/etc/timezone", NULL }, { "/etc/TIMEZONE", "TZ" },
    { "/etc/sysconfig/clock", "ZONE" }, { "/etc/sysconfig/clock", "TIMEZONE" },
    { "/etc/rc.conf", "TIMEZONE" }, { "/var/db/zoneinfo", NULL },
    { "/etc/conf.d/clock", "TIMEZONE" }, { "/etc/TZ", NULL },
  };
  char *ret;
  size_t i;

  if (info->windows.systemroot) {
    size_t key;
    CLEANUP_REGISTRY struct registry *r
      = winregistry_control_set (root, info, "Control\\TimeZoneInformation",
                                 &key);

    ret = r ? registry_string (r, key, "TimeZoneKeyName") : NULL;
    return ret || !r ? ret : registry_string (r, key, "StandardName");
  }
  ret = zone_of_link (root);
  for (i = 0; !ret && i < sizeof files / sizeof files[0]; ++i) {
    ret = files[i].key ? text_assigned (root, files[i].path, files[i].key)
      : text_first_line (root, files[i].path);
    if (ret && !is_zone (ret)) {
      free (ret);
      ret = NULL;
    }
  }
  return ret;
}
