/* Systems of the Unix kind that are not Linux: the BSDs, Hurd, Minix.  They are
 * told by files that only they have, and asked before Linux. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "distro.h"
#include "hostname.h"
#include "inspector.h"
#include "osrelease.h"
#include "prefix.h"
#include "release.h"
#include "rootfs.h"
#include "text.h"

/* A system is the first one all of whose files are there. */
static const struct unix_kind {
  const char *type, *distro;
  const char *files[4];
} kinds[] = {
  { "freebsd", "freebsd", { "/bin/freebsd-version" } },
  { "freebsd", "freebsd", { "/etc/freebsd-update.conf" } },
  { "netbsd", "netbsd", { "/netbsd", "/etc/release" } },
  { "openbsd", "openbsd", { "/bsd", "/etc/rc.subr" } },
  { "openbsd", "openbsd", { "/bsd", "/etc/fstab", "/etc/motd" } },
  { "minix", "unknown", { "/service/vm", "/etc/version" } },
  { "hurd", "unknown", { "/hurd/console", "/hurd/null", "/hurd/hello" } },
};

static const struct unix_kind *
find_kind (int root)
{
  size_t i, j;

  if (!rootfs_is_dir (root, "/etc") || !rootfs_is_dir (root, "/bin"))
    return NULL;
  for (i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
    for (j = 0; kinds[i].files[j]; ++j)
      if (!rootfs_is_file (root, kinds[i].files[j]))
        break;
    if (!kinds[i].files[j])
      return &kinds[i];
  }
  return NULL;
}

static int
recognise (int root, const char *fstype, struct system_info *info,
           struct error *err)
{
  CLEANUP_FREE char *text = NULL;
  size_t bad = 0;

  (void) fstype;
  if (!find_kind (root))
    return 0;
  text = text_read (root, "/etc/fstab");
  if (text && fstab_parse (text, &info->fstab, &bad) == -1)
    return error_errno (err, "/etc/fstab");
  if (bad)
    system_warn (info, "/etc/fstab: line %zu, and perhaps more, make no sense",
                 bad);
  return 1;
}

/* --- names and versions ---------------------------------------------------------- */

/* The first line of a file when it begins with a name: "OpenBSD 7.4 (GENERIC)
 * #1336: ...". */
static void
name_from_line (int root, const char *path, const char *begin,
                struct system_info *info)
{
  CLEANUP_FREE char *line = text_first_line (root, path);

  if (!line || !has_prefix (line, begin))
    return;
  line[strcspn (line, "#")] = '\0';
  while (*line && line[strlen (line) - 1] == ' ')
    line[strlen (line) - 1] = '\0';
  text_set (&info->product_name, TAKE_PTR (line));
}

/* A program that is a shell script, with the version in a variable. */
static void
name_freebsd (int root, struct system_info *info)
{
  CLEANUP_FREE char *version = text_assigned (root, "/bin/freebsd-version",
                                              "USERLAND_VERSION");
  char *name;

  if (version && asprintf (&name, "FreeBSD %s", version) >= 0)
    text_set (&info->product_name, name);
  else
    name_from_line (root, "/etc/motd", "FreeBSD ", info);
}

static void
name_openbsd (int root, struct system_info *info)
{
  name_from_line (root, "/etc/motd", "OpenBSD ", info);
}

static void
name_netbsd (int root, struct system_info *info)
{
  name_from_line (root, "/etc/release", "NetBSD ", info);
  if (!info->product_name)
    name_from_line (root, "/etc/motd", "NetBSD ", info);
}

static void
name_minix (int root, struct system_info *info)
{
  CLEANUP_FREE char *version = text_first_line (root, "/etc/version");
  char *name;

  if (version && asprintf (&name, "%s%s", strncasecmp (version, "minix", 5) == 0
                           ? "" : "MINIX ", version) >= 0)
    text_set (&info->product_name, name);
}

static void
name_hurd (int root, struct system_info *info)
{
  (void) release_identify (root, info);
}

static const struct {
  const char *type;
  void (*name) (int root, struct system_info *info);
} names[] = {
  { "freebsd", name_freebsd }, { "openbsd", name_openbsd },
  { "netbsd", name_netbsd }, { "minix", name_minix }, { "hurd", name_hurd },
};

static int
describe (int root, struct system_info *info, struct error *err)
{
  const struct unix_kind *kind = find_kind (root);
  size_t i;

  if (!kind)
    return error_set (err, EIO, "the system's files went away");
  info->type = kind->type;
  info->distro = kind->distro;
  for (i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (strcmp (names[i].type, kind->type) == 0)
      names[i].name (root, info);
  if (info->product_name && strcmp (kind->type, "hurd") != 0)
    (void) osrelease_version (info->product_name, &info->major_version,
                              &info->minor_version);
  info->package_format = distro_package_format (info->distro);
  info->package_management = distro_package_management (info->distro,
                                                        info->major_version);
  info->arch = arch_of_programs (root);
  text_set (&info->hostname, hostname_of_unix (root));
  return 0;
}

const struct detector detector_unix = { recognise, describe };
