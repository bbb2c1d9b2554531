/* Distributions of Linux: see release.h.
 *
 * os-release tells most of today's systems.  Older ones, and relatives that
 * keep the original's files beside a name of their own, are told by
 * /etc/lsb-release or by the file that every distribution has. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "distro.h"
#include "osrelease.h"
#include "release.h"
#include "rootfs.h"
#include "text.h"

#define UNKNOWN "unknown"

static bool
is_unknown (const char *name)
{
  return strcmp (name, UNKNOWN) == 0;
}

static void
set_version (struct system_info *info, const char *text)
{
  if (text)
    (void) osrelease_version (text, &info->major_version,
                              &info->minor_version);
}

/* --- files of distributions ---------------------------------------------------- */

/* In this order, as some have links by the names of others.  Where `text` is
 * not NULL the first line must contain it. */
static const struct {
  const char *path, *text, *distro;
} release_files[] = {
  { "/etc/oracle-release", NULL, "oraclelinux" },
  { "/etc/neokylin-release", NULL, "neokylin" },
  { "/etc/kylin-release", NULL, "kylin" },
  { "/etc/opencloudos-release", NULL, "opencloudos" },
  { "/etc/tencentos-release", NULL, "tencentos" },
  { "/etc/openEuler-release", NULL, "openeuler" },
  { "/etc/circle-release", NULL, "circle" },
  { "/etc/rocky-release", NULL, "rocky" },
  { "/etc/centos-release", NULL, "centos" },
  { "/etc/altlinux-release", NULL, "altlinux" },
  { "/etc/openmandriva-release", NULL, "openmandriva" },
  { "/etc/mageia-release", NULL, "mageia" },
  { "/etc/mandriva-release", NULL, "mandriva" },
  { "/etc/mandrake-release", NULL, "mandriva" },
  { "/etc/mandrakelinux-release", NULL, "mandriva" },
  { "/etc/meego-release", NULL, "meego" },
  { "/etc/pld-release", NULL, "pldlinux" },
  { "/etc/fedora-release", "Fedora", "fedora" },
  { "/etc/redhat-release", "Fedora", "fedora" },
  { "/etc/redhat-release", "CentOS", "centos" },
  { "/etc/redhat-release", "Scientific", "scientificlinux" },
  { "/etc/redhat-release", "Rocky", "rocky" },
  { "/etc/redhat-release", "Circle", "circle" },
  { "/etc/redhat-release", "NeoKylin", "neokylin" },
  { "/etc/redhat-release", "Red Hat Enterprise", "rhel" },
  { "/etc/redhat-release", "Advanced Server", "rhel" },
  { "/etc/redhat-release", NULL, "redhat-based" },
  { "/etc/SuSE-release", "openSUSE", "opensuse" },
  { "/etc/SuSE-release", "Enterprise", "sles" },
  { "/etc/SuSE-release", NULL, "suse-based" },
  { "/etc/novell-release", NULL, "suse-based" },
  { "/etc/frugalware-release", NULL, "frugalware" },
  { "/etc/gentoo-release", NULL, "gentoo" },
  { "/etc/slackware-version", NULL, "slackware" },
  { "/etc/pardus-release", NULL, "pardus" },
  { "/etc/ttylinux-target", NULL, "ttylinux" },
  { "/etc/cirros/version", NULL, "cirros" },
  { "/etc/alpine-release", NULL, "alpinelinux" },
  { "/etc/br-version", NULL, "buildroot" },
  { "/etc/arch-release", NULL, "archlinux" },
  { "/etc/debian_version", NULL, "debian" },
};

/* Files that hold a bare number get a name before it. */
static const struct {
  const char *distro, *name;
} bare_names[] = {
  { "alpinelinux", "Alpine Linux" }, { "archlinux", "Arch Linux" },
  { "buildroot", "Buildroot" }, { "cirros", "CirrOS" },
  { "debian", "Debian" }, { "ttylinux", "ttylinux" },
};

static void
name_from_line (struct system_info *info, char *line)
{
  const char *rest = line ? line : "";
  size_t i;

  for (i = 0; i < sizeof bare_names / sizeof bare_names[0]; ++i)
    if (strcmp (bare_names[i].distro, info->distro) == 0) {
      char *name;

      if (asprintf (&name, "%s%s%s", bare_names[i].name, *rest ? " " : "",
                    rest) >= 0)
        text_set (&info->product_name, name);
      free (line);
      return;
    }
  text_set (&info->product_name, line);
}

/* "Red Hat Enterprise Linux AS release 4 (Nahant Update 8)" */
static void
minor_from_update (const char *line, struct system_info *info)
{
  const char *update = strstr (line, "Update ");
  int number, ignored;

  if (update && info->minor_version == 0
      && osrelease_version (update, &number, &ignored) == 0)
    info->minor_version = number;
}

/* "VERSION = 11", "PATCHLEVEL = 4" below the first line. */
static void
version_from_suse (int root, struct system_info *info)
{
  CLEANUP_FREE char *text = text_read (root, "/etc/SuSE-release");
  const char *version = text ? strstr (text, "\nVERSION") : NULL;
  const char *patch = text ? strstr (text, "\nPATCHLEVEL") : NULL;
  int number, ignored;

  set_version (info, version);
  if (patch && osrelease_version (patch, &number, &ignored) == 0)
    info->minor_version = number;
}

static int
from_release_file (int root, struct system_info *info)
{
  size_t i;

  for (i = 0; i < sizeof release_files / sizeof release_files[0]; ++i) {
    CLEANUP_FREE char *line = NULL;

    if (!rootfs_is_file (root, release_files[i].path))
      continue;
    line = text_first_line (root, release_files[i].path);
    if (release_files[i].text
        && (!line || !strstr (line, release_files[i].text)))
      continue;
    info->distro = release_files[i].distro;
    set_version (info, line);
    if (line)
      minor_from_update (line, info);
    if (strcmp (release_files[i].path, "/etc/SuSE-release") == 0)
      version_from_suse (root, info);
    name_from_line (info, TAKE_PTR (line));
    return 1;
  }
  return 0;
}

/* --- lsb-release ------------------------------------------------------------------ */

static int
from_lsb_release (int root, struct system_info *info)
{
  CLEANUP_FREE char *text = text_read (root, "/etc/lsb-release");
  CLEANUP_FREE char *id = text ? osrelease_get (text, "DISTRIB_ID") : NULL;
  CLEANUP_FREE char *release = NULL;
  const char *distro = id ? distro_by_lsb_id (id) : UNKNOWN;

  if (is_unknown (distro))
    return 0;
  info->distro = distro;
  release = osrelease_get (text, "DISTRIB_RELEASE");
  set_version (info, release);
  text_set (&info->product_name, osrelease_get (text, "DISTRIB_DESCRIPTION"));
  return 1;
}

int
release_from_files (int root, struct system_info *info)
{
  return from_lsb_release (root, info) || from_release_file (root, info);
}

/* --- os-release --------------------------------------------------------------------- */

/* The os-release of these tells no minor version, or an old one. */
static void
refine_version (int root, struct system_info *info)
{
  static const struct {
    const char *distro, *path;
  } files[] = {
    { "debian", "/etc/debian_version" },
    { "centos", "/etc/centos-release" },
    { "alpinelinux", "/etc/alpine-release" },
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    CLEANUP_FREE char *line = NULL;
    int major_version = 0, minor_version = 0;

    if (strcmp (files[i].distro, info->distro) != 0)
      continue;
    line = text_first_line (root, files[i].path);
    /* A relative's number of its own is not replaced by the original's. */
    if (line && osrelease_version (line, &major_version, &minor_version) == 0
        && (info->major_version == 0 || info->major_version == major_version)) {
      info->major_version = major_version;
      info->minor_version = minor_version;
    }
  }
}

/* Some relatives say what they are made from, and their own name only in
 * lsb-release. */
static void
refine_relative (int root, struct system_info *info)
{
  CLEANUP_FREE char *id = NULL;

  if (strcmp (info->distro, "ubuntu") != 0
      && strcmp (info->distro, "debian") != 0)
    return;
  id = text_assigned (root, "/etc/lsb-release", "DISTRIB_ID");
  if (id && strcmp (distro_by_lsb_id (id), "linuxmint") == 0)
    (void) from_lsb_release (root, info);
}

static char *
read_os_release (int root)
{
  char *text = text_read (root, "/etc/os-release");

  if (!text)
    text = text_read (root, "/usr/lib/os-release");
  /* CoreOS, when only its own partition is there. */
  return text ? text : text_read (root, "/usr/lib64/os-release");
}

int
release_from_os_release (int root, struct system_info *info)
{
  CLEANUP_FREE char *text = read_os_release (root);
  CLEANUP_FREE char *id = text ? osrelease_get (text, "ID") : NULL;
  CLEANUP_FREE char *like = NULL;
  CLEANUP_FREE char *version = NULL;

  if (!id || !*id)
    return 0;
  like = osrelease_get (text, "ID_LIKE");
  version = osrelease_get (text, "VERSION_ID");
  info->distro = distro_by_id (id, like);
  text_set (&info->product_name, osrelease_get (text, "PRETTY_NAME"));
  if (!info->product_name)
    text_set (&info->product_name, osrelease_get (text, "NAME"));
  text_set (&info->product_variant, osrelease_get (text, "VARIANT"));
  text_set (&info->build_id, osrelease_get (text, "BUILD_ID"));
  set_version (info, version);
  refine_version (root, info);
  refine_relative (root, info);
  return 1;
}

int
release_identify (int root, struct system_info *info)
{
  struct system_info other = { .distro = UNKNOWN };

  if (!release_from_os_release (root, info))
    return release_from_files (root, info);
  /* A name that is not known, with a known distribution's files beside it. */
  if (is_unknown (info->distro) && release_from_files (root, &other)) {
    info->distro = other.distro;
    if (!info->product_name)
      info->product_name = TAKE_PTR (other.product_name);
  }
  system_info_release (&other);
  return 1;
}
