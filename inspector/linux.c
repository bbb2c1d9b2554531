/* Linux systems: os-release, and for those older than it or saying less in it
 * the file of the distribution. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "distro.h"
#include "elfarch.h"
#include "inspector.h"
#include "osrelease.h"
#include "rootfs.h"

#define TEXT_MAX (256 * 1024)

/* --- texts of the guest -------------------------------------------------------- */

/* The first line with something in it that is no comment; a heap string. */
static char *
first_line (int root, const char *path)
{
  CLEANUP_FREE char *text = rootfs_read (root, path, TEXT_MAX, NULL);
  char *p = text;

  while (p && *p) {
    size_t len = strcspn (p, "\r\n"), blank = strspn (p, " \t");

    if (blank < len && p[blank] != '#')
      return strndup (p + blank, len - blank);
    p += len;
    p += strspn (p, "\r\n");
  }
  return NULL;
}

/* Replace *field; NULL leaves it. */
static void
set_text (char **field, char *value)
{
  if (!value)
    return;
  free (*field);
  *field = value;
}

/* --- distribution ---------------------------------------------------------------- */

/* Where `text` is not NULL the file must contain it. */
static const struct {
  const char *path, *text, *distro;
} release_files[] = {
  { "/etc/oracle-release", NULL, "oraclelinux" },
  { "/etc/centos-release", NULL, "centos" },
  { "/etc/fedora-release", "Fedora", "fedora" },
  { "/etc/redhat-release", "CentOS", "centos" },
  { "/etc/redhat-release", "Scientific", "scientificlinux" },
  { "/etc/redhat-release", "Red Hat", "rhel" },
  { "/etc/redhat-release", NULL, "redhat-based" },
  { "/etc/altlinux-release", NULL, "altlinux" },
  { "/etc/SuSE-release", "openSUSE", "opensuse" },
  { "/etc/SuSE-release", "Enterprise", "sles" },
  { "/etc/SuSE-release", NULL, "suse-based" },
  { "/etc/arch-release", NULL, "archlinux" },
  { "/etc/gentoo-release", NULL, "gentoo" },
  { "/etc/slackware-version", NULL, "slackware" },
  { "/etc/pardus-release", NULL, "pardus" },
  { "/etc/pld-release", NULL, "pldlinux" },
  { "/etc/mageia-release", NULL, "mageia" },
  { "/etc/meego-release", NULL, "meego" },
  { "/etc/frugalware-release", NULL, "frugalware" },
  { "/etc/ttylinux-target", NULL, "ttylinux" },
  { "/etc/cirros/version", NULL, "cirros" },
  { "/etc/alpine-release", NULL, "alpinelinux" },
  { "/etc/br-version", NULL, "buildroot" },
  { "/etc/debian_version", NULL, "debian" },
};

/* 1 when the file of a distribution was there. */
static int
from_release_file (int root, struct system_info *info)
{
  size_t i;

  for (i = 0; i < sizeof release_files / sizeof release_files[0]; ++i) {
    CLEANUP_FREE char *line = NULL;

    if (!rootfs_is_file (root, release_files[i].path))
      continue;
    line = first_line (root, release_files[i].path);
    if (release_files[i].text
        && (!line || !strstr (line, release_files[i].text)))
      continue;
    info->distro = release_files[i].distro;
    if (line)
      (void) osrelease_version (line, &info->major_version,
                                &info->minor_version);
    set_text (&info->product_name, TAKE_PTR (line));
    return 1;
  }
  return 0;
}

/* os-release of these tells no minor version, or an old one. */
static void
refine_version (int root, struct system_info *info)
{
  static const struct {
    const char *distro, *path;
  } files[] = {
    { "debian", "/etc/debian_version" },
    { "centos", "/etc/centos-release" },
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    CLEANUP_FREE char *line = NULL;
    int major_version = 0, minor_version = 0;

    if (strcmp (files[i].distro, info->distro) != 0)
      continue;
    line = first_line (root, files[i].path);
    if (line && osrelease_version (line, &major_version, &minor_version) == 0) {
      info->major_version = major_version;
      info->minor_version = minor_version;
    }
  }
}

static int
from_os_release (int root, struct system_info *info)
{
  CLEANUP_FREE char *text = rootfs_read (root, "/etc/os-release", TEXT_MAX,
                                         NULL);
  CLEANUP_FREE char *id = NULL;
  CLEANUP_FREE char *like = NULL;
  CLEANUP_FREE char *version = NULL;

  if (!text)
    text = rootfs_read (root, "/usr/lib/os-release", TEXT_MAX, NULL);
  if (!text)
    return 0;
  id = osrelease_get (text, "ID");
  if (!id)
    return 0;
  like = osrelease_get (text, "ID_LIKE");
  version = osrelease_get (text, "VERSION_ID");
  info->distro = distro_by_id (id, like);
  set_text (&info->product_name, osrelease_get (text, "PRETTY_NAME"));
  set_text (&info->product_variant, osrelease_get (text, "VARIANT"));
  set_text (&info->build_id, osrelease_get (text, "BUILD_ID"));
  if (version)
    (void) osrelease_version (version, &info->major_version,
                              &info->minor_version);
  refine_version (root, info);
  return 1;
}

/* --- the rest ---------------------------------------------------------------------- */

static const char *
architecture (int root)
{
  static const char *const programs[] = {
    "/bin/bash", "/bin/ls", "/bin/echo", "/bin/rm", "/bin/sh", "/bin/busybox",
    "/usr/bin/bash", "/usr/bin/ls", "/usr/bin/env", "/sbin/init",
    "/usr/lib/systemd/systemd",
  };
  unsigned char head[ELF_HEAD_SIZE];
  size_t i;

  for (i = 0; i < sizeof programs / sizeof programs[0]; ++i) {
    long n = rootfs_read_head (root, programs[i], head, sizeof head);
    const char *arch = n < 0 ? NULL : elf_architecture (head, n);

    if (arch)
      return arch;
  }
  return "unknown";
}

static char *
assigned (int root, const char *path, const char *key)
{
  CLEANUP_FREE char *text = rootfs_read (root, path, TEXT_MAX, NULL);

  return text ? osrelease_get (text, key) : NULL;
}

static char *
hostname (int root)
{
  char *ret = first_line (root, "/etc/hostname");

  if (!ret)
    ret = first_line (root, "/etc/HOSTNAME");
  if (!ret)
    ret = assigned (root, "/etc/sysconfig/network", "HOSTNAME");
  if (!ret)
    ret = assigned (root, "/etc/conf.d/hostname", "hostname");
  return ret;
}

/* Is it a root directory, whatever system is in it? */
static int
looks_like_root (int root)
{
  return rootfs_is_dir (root, "/etc")
         && (rootfs_is_dir (root, "/bin") || rootfs_is_dir (root, "/usr/bin")
             || rootfs_is_dir (root, "/usr"));
}

int
detect_linux (int root, struct system_info *info, struct error *err)
{
  CLEANUP_FREE char *text = NULL;

  if (!looks_like_root (root))
    return 0;
  text = rootfs_read (root, "/etc/fstab", TEXT_MAX, NULL);
  if (!from_os_release (root, info) && !from_release_file (root, info) && !text)
    return 0;
  /* Other systems have an fstab, too, but not this directory. */
  if (strcmp (info->distro, "unknown") == 0 && !rootfs_is_dir (root, "/sbin")
      && !rootfs_is_dir (root, "/lib"))
    return 0;
  if (text && fstab_parse (text, &info->fstab) == -1)
    return error_errno (err, "/etc/fstab");
  info->type = "linux";
  info->package_format = distro_package_format (info->distro);
  info->package_management = distro_package_management (info->distro,
                                                        info->major_version);
  info->arch = architecture (root);
  set_text (&info->hostname, hostname (root));
  return 1;
}
