/* Tables about distributions: see distro.h. */

#include <config.h>

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "distro.h"

static const struct {
  const char *id, *distro;
} ids[] = {
  { "alpine", "alpinelinux" }, { "altlinux", "altlinux" },
  { "arch", "archlinux" }, { "buildroot", "buildroot" },
  { "centos", "centos" }, { "circle", "circle" }, { "cirros", "cirros" },
  { "coreos", "coreos" }, { "debian", "debian" }, { "fedora", "fedora" },
  { "frugalware", "frugalware" }, { "gentoo", "gentoo" },
  { "kali", "kalilinux" }, { "kylin", "kylin" }, { "linuxmint", "linuxmint" },
  { "mageia", "mageia" }, { "mandriva", "mandriva" }, { "meego", "meego" },
  { "neokylin", "neokylin" }, { "ol", "oraclelinux" },
  { "opencloudos", "opencloudos" }, { "openEuler", "openeuler" },
  { "openmandriva", "openmandriva" }, { "opensuse", "opensuse" },
  { "opensuse-leap", "opensuse" }, { "opensuse-tumbleweed", "opensuse" },
  { "pardus", "pardus" }, { "pld", "pldlinux" }, { "rhel", "rhel" },
  { "rocky", "rocky" }, { "scientific", "scientificlinux" },
  { "slackware", "slackware" }, { "sled", "sles" }, { "sles", "sles" },
  { "tencentos", "tencentos" }, { "ubuntu", "ubuntu" },
  { "void", "voidlinux" },
};

/* Families, by a word of ID_LIKE. */
static const struct {
  const char *id, *distro;
} families[] = {
  { "rhel", "redhat-based" }, { "centos", "redhat-based" },
  { "fedora", "redhat-based" }, { "suse", "suse-based" },
  { "opensuse", "suse-based" }, { "sles", "suse-based" },
};

static int
has_word (const char *list, const char *word)
{
  size_t word_len = strlen (word);

  while (*list) {
    size_t len = strcspn (list, " ");

    if (len == word_len && strncasecmp (list, word, len) == 0)
      return 1;
    list += len;
    list += strspn (list, " ");
  }
  return 0;
}

const char *
distro_by_id (const char *id, const char *id_like)
{
  size_t i;

  for (i = 0; i < sizeof ids / sizeof ids[0]; ++i)
    if (strcasecmp (ids[i].id, id) == 0)
      return ids[i].distro;
  for (i = 0; id_like && i < sizeof families / sizeof families[0]; ++i)
    if (has_word (id_like, families[i].id))
      return families[i].distro;
  return "unknown";
}

/* From the version `since` on there is `newer`. */
static const struct packages {
  const char *distro, *format, *management;
  int since;
  const char *newer;
} packages[] = {
  { "alpinelinux", "apk", "apk" },
  { "altlinux", "rpm", "apt" },
  { "archlinux", "pacman", "pacman" },
  { "centos", "rpm", "yum", 8, "dnf" },
  { "circle", "rpm", "dnf" },
  { "debian", "deb", "apt" },
  { "fedora", "rpm", "yum", 22, "dnf" },
  { "gentoo", "ebuild", "portage" },
  { "kalilinux", "deb", "apt" },
  { "kylin", "deb", "apt" },
  { "linuxmint", "deb", "apt" },
  { "mageia", "rpm", "urpmi" },
  { "mandriva", "rpm", "urpmi" },
  { "meego", "rpm", "yum" },
  { "neokylin", "rpm", "yum" },
  { "opencloudos", "rpm", "dnf" },
  { "openeuler", "rpm", "dnf" },
  { "openmandriva", "rpm", "urpmi" },
  { "opensuse", "rpm", "zypper" },
  { "oraclelinux", "rpm", "yum", 8, "dnf" },
  { "pardus", "pisi", "pisi" },
  { "pldlinux", "rpm", "unknown" },
  { "redhat-based", "rpm", "yum", 8, "dnf" },
  { "rhel", "rpm", "yum", 8, "dnf" },
  { "rocky", "rpm", "dnf" },
  { "scientificlinux", "rpm", "yum", 8, "dnf" },
  { "sles", "rpm", "zypper" },
  { "suse-based", "rpm", "zypper" },
  { "tencentos", "rpm", "dnf" },
  { "ubuntu", "deb", "apt" },
  { "voidlinux", "xbps", "xbps" },
};

static const struct packages *
find_packages (const char *distro)
{
  size_t i;

  for (i = 0; i < sizeof packages / sizeof packages[0]; ++i)
    if (strcmp (packages[i].distro, distro) == 0)
      return &packages[i];
  return NULL;
}

const char *
distro_package_format (const char *distro)
{
  const struct packages *p = find_packages (distro);

  return p ? p->format : "unknown";
}

const char *
distro_package_management (const char *distro, int major_version)
{
  const struct packages *p = find_packages (distro);

  if (!p)
    return "unknown";
  if (p->newer && major_version >= p->since)
    return p->newer;
  /* Red Hat Enterprise Linux 4 and before had a tool of its own. */
  if (strcmp (distro, "rhel") == 0 && major_version > 0 && major_version <= 4)
    return "up2date";
  return p->management;
}
