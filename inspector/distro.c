/* Tables about distributions: see distro.h. */

#include <config.h>

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "distro.h"

static const struct name {
  const char *id, *distro;
} ids[] = {
  { "alpine", "alpinelinux" }, { "altlinux", "altlinux" },
  { "arch", "archlinux" }, { "buildroot", "buildroot" },
  { "centos", "centos" }, { "circle", "circle" }, { "cirros", "cirros" },
  { "coreos", "coreos" }, { "debian", "debian" }, { "fedora", "fedora" },
  { "flatcar", "coreos" }, { "frugalware", "frugalware" },
  { "gentoo", "gentoo" }, { "kali", "kalilinux" }, { "kylin", "kylin" },
  { "linuxmint", "linuxmint" }, { "mageia", "mageia" },
  { "mandriva", "mandriva" }, { "meego", "meego" }, { "neokylin", "neokylin" },
  { "ol", "oraclelinux" }, { "opencloudos", "opencloudos" },
  { "openEuler", "openeuler" }, { "openmandriva", "openmandriva" },
  { "opensuse", "opensuse" }, { "pardus", "pardus" }, { "pld", "pldlinux" },
  { "rhel", "rhel" }, { "rocky", "rocky" }, { "scientific", "scientificlinux" },
  { "slackware", "slackware" }, { "sle_hpc", "sles" }, { "sled", "sles" },
  { "sles", "sles" }, { "sles_sap", "sles" }, { "tencentos", "tencentos" },
  { "ttylinux", "ttylinux" }, { "ubuntu", "ubuntu" }, { "void", "voidlinux" },
};

/* openSUSE Leap, Tumbleweed, MicroOS, ...; SLE Micro. */
static const struct name prefixes[] = {
  { "opensuse-", "opensuse" }, { "sle-", "sles" }, { "sl-", "sles" },
};

/* Families, by a word of ID_LIKE: the nearest relative first. */
static const struct name families[] = {
  { "ubuntu", "ubuntu" }, { "debian", "debian" },
  { "rhel", "redhat-based" }, { "centos", "redhat-based" },
  { "fedora", "redhat-based" }, { "suse", "suse-based" },
  { "opensuse", "suse-based" }, { "sles", "suse-based" },
  { "arch", "archlinux" }, { "gentoo", "gentoo" },
  { "alpine", "alpinelinux" }, { "slackware", "slackware" },
  { "mageia", "mageia" }, { "mandriva", "mandriva" }, { "coreos", "coreos" },
};

/* DISTRIB_ID of lsb-release. */
static const struct name lsb_ids[] = {
  { "CoreOS", "coreos" }, { "Container Linux by CoreOS", "coreos" },
  { "Kali", "kalilinux" }, { "LinuxMint", "linuxmint" },
  { "MandrivaLinux", "mandriva" }, { "Mandrakelinux", "mandriva" },
  { "Mageia", "mageia" }, { "OpenMandrivaLinux", "openmandriva" },
  { "Ubuntu", "ubuntu" }, { "Kylin", "kylin" }, { "Pardus", "pardus" },
  { "MeeGo", "meego" }, { "Gentoo", "gentoo" }, { "VoidLinux", "voidlinux" },
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

#define COUNT(array) (sizeof array / sizeof (array)[0])

static const char *
find_name (const struct name *names, size_t n, const char *id)
{
  size_t i;

  for (i = 0; i < n; ++i)
    if (strcasecmp (names[i].id, id) == 0)
      return names[i].distro;
  return NULL;
}

const char *
distro_by_id (const char *id, const char *id_like)
{
  const char *ret = find_name (ids, COUNT (ids), id);
  size_t i;

  if (ret)
    return ret;
  for (i = 0; i < COUNT (prefixes); ++i)
    if (strncasecmp (prefixes[i].id, id, strlen (prefixes[i].id)) == 0)
      return prefixes[i].distro;
  for (i = 0; id_like && i < COUNT (families); ++i)
    if (has_word (id_like, families[i].id))
      return families[i].distro;
  return "unknown";
}

const char *
distro_by_lsb_id (const char *id)
{
  const char *ret = find_name (lsb_ids, COUNT (lsb_ids), id);

  return ret ? ret : "unknown";
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
  { "netbsd", "pkgsrc", "unknown" },
  { "opencloudos", "rpm", "dnf" },
  { "openeuler", "rpm", "dnf" },
  { "openmandriva", "rpm", "urpmi", 4, "dnf" },
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
  if (p->since == 8 && strcmp (distro, "redhat-based") != 0
      && major_version > 0 && major_version <= 4)
    return "up2date";
  return p->management;
}
