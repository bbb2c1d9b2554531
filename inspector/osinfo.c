/* Short identifiers of the osinfo database: see osinfo.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "osinfo.h"

/* How an identifier is made of its name and the version. */
enum form {
  NAME,        /* archlinux */
  MAJOR,       /* debian12 */
  MINOR,       /* rhel8.4 */
  TWO_DIGITS,  /* ubuntu22.04 */
};

/* From the major version `since` on; those with higher numbers come first. */
static const struct rule {
  const char *distro;
  int since;
  const char *name;
  enum form form;
} rules[] = {
  { "alpinelinux", 1, "alpinelinux", MINOR },
  { "altlinux", 1, "alt", MINOR },
  { "archlinux", 0, "archlinux", NAME },
  { "centos", 8, "centos", MAJOR },
  { "centos", 1, "centos", MINOR },
  { "circle", 8, "circle", MAJOR },
  { "cirros", 1, "cirros", MINOR },
  { "debian", 1, "debian", MAJOR },
  { "fedora", 1, "fedora", MAJOR },
  { "freebsd", 1, "freebsd", MINOR },
  { "freedos", 1, "freedos", MINOR },
  { "gentoo", 0, "gentoo", NAME },
  { "mageia", 1, "mageia", MAJOR },
  { "netbsd", 1, "netbsd", MINOR },
  { "openbsd", 1, "openbsd", MINOR },
  { "opensuse", 20000000, "opensusetumbleweed", NAME },
  { "opensuse", 1, "opensuse", MINOR },
  { "oraclelinux", 1, "ol", MINOR },
  { "rhel", 1, "rhel", MINOR },
  { "rocky", 8, "rocky", MAJOR },
  { "scientificlinux", 1, "scientificlinux", MINOR },
  { "ubuntu", 1, "ubuntu", TWO_DIGITS },
  { "voidlinux", 0, "voidlinux", NAME },
};

static int
form_name (char *buf, size_t size, const struct system_info *info,
           const struct rule *rule)
{
  switch (rule->form) {
  case NAME:
    return snprintf (buf, size, "%s", rule->name);
  case MAJOR:
    return snprintf (buf, size, "%s%d", rule->name, info->major_version);
  case MINOR:
    return snprintf (buf, size, "%s%d.%d", rule->name, info->major_version,
                     info->minor_version);
  case TWO_DIGITS:
    return snprintf (buf, size, "%s%d.%02d", rule->name, info->major_version,
                     info->minor_version);
  }
  return -1;
}

static bool
has_word (const char *text, const char *word)
{
  return text && strcasestr (text, word) != NULL;
}

/* sles12sp5, sled11sp4, sle15sp2, slem5.4 */
static void
sles (char *buf, size_t size, const struct system_info *info)
{
  const char *base = has_word (info->product_name, "Desktop") ? "sled" : "sles";

  if (has_word (info->product_name, "Micro")) {
    (void) snprintf (buf, size, "slem%d.%d", info->major_version,
                     info->minor_version);
    return;
  }
  if (info->major_version >= 15)
    base = "sle";
  if (info->minor_version == 0)
    (void) snprintf (buf, size, "%s%d", base, info->major_version);
  else
    (void) snprintf (buf, size, "%s%dsp%d", base, info->major_version,
                     info->minor_version);
}

static bool
is_server (const struct system_info *info)
{
  if (info->product_variant)
    return has_word (info->product_variant, "Server");
  return has_word (info->product_name, "Server");
}

static const struct {
  int major_version, minor_version;
  const char *client, *server;
} windows_versions[] = {
  { 4, 0, "winnt4.0", "winnt4.0" }, { 5, 0, "win2k", "win2k" },
  { 5, 1, "winxp", "winxp" }, { 5, 2, "win2k3", "win2k3" },
  { 6, 0, "winvista", "win2k8" }, { 6, 1, "win7", "win2k8r2" },
  { 6, 2, "win8", "win2k12" }, { 6, 3, "win8.1", "win2k12r2" },
  { 10, 0, "win10", "win2k16" },
};

/* The later ones share their version with Windows 10, and are told by the
 * build. */
static const struct {
  long build;
  const char *client, *server;
} windows_builds[] = {
  { 26100, "win11", "win2k25" }, { 22000, "win11", "win2k22" },
  { 20348, "win10", "win2k22" }, { 17763, "win10", "win2k19" },
};

static const char *
windows (const struct system_info *info)
{
  long build = info->build_id ? atol (info->build_id) : 0;
  bool server = is_server (info);
  size_t i;

  if (info->major_version == 5 && info->minor_version == 2) {
    if (has_word (info->product_name, "XP"))
      return "winxp";
    return has_word (info->product_name, "R2") ? "win2k3r2" : "win2k3";
  }
  for (i = 0; info->major_version == 10
       && i < sizeof windows_builds / sizeof windows_builds[0]; ++i)
    if (build >= windows_builds[i].build)
      return server ? windows_builds[i].server : windows_builds[i].client;
  for (i = 0; i < sizeof windows_versions / sizeof windows_versions[0]; ++i)
    if (windows_versions[i].major_version == info->major_version
        && windows_versions[i].minor_version == info->minor_version)
      return server ? windows_versions[i].server : windows_versions[i].client;
  return "unknown";
}

char *
osinfo_id (const struct system_info *info)
{
  char buf[64] = "unknown";
  size_t i;

  if (strcmp (info->type, "windows") == 0)
    return strdup (windows (info));
  if (strcmp (info->distro, "sles") == 0 && info->major_version > 0)
    sles (buf, sizeof buf, info);
  else if (has_word (info->product_name, "CentOS Stream"))
    (void) snprintf (buf, sizeof buf, "centos-stream%d", info->major_version);
  else
    for (i = 0; i < sizeof rules / sizeof rules[0]; ++i)
      if (strcmp (rules[i].distro, info->distro) == 0
          && info->major_version >= rules[i].since) {
        (void) form_name (buf, sizeof buf, info, &rules[i]);
        break;
      }
  return strdup (buf);
}
