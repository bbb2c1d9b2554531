/* Discs to install a system from, and to run one from: ISO images.
 *
 * They say what they are in a file that the installer, or the system that made
 * them, looks for. */

#include <config.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "distro.h"
#include "inspector.h"
#include "osrelease.h"
#include "prefix.h"
#include "rootfs.h"
#include "text.h"
#include "wim.h"

static bool
says (const char *text, const char *word)
{
  return text && strcasestr (text, word) != NULL;
}

/* --- names -------------------------------------------------------------------------- */

/* A name as it stands on discs begins with one of these, or has it inside. */
static const struct {
  const char *name, *distro;
} names[] = {
  { "Kali", "kalilinux" }, { "Linux Mint", "linuxmint" },
  { "Ubuntu", "ubuntu" }, { "Debian", "debian" }, { "Pardus", "pardus" },
  { "Fedora", "fedora" }, { "CentOS", "centos" }, { "Rocky", "rocky" },
  { "Circle", "circle" }, { "Oracle Linux", "oraclelinux" },
  { "Scientific", "scientificlinux" }, { "Red Hat Enterprise", "rhel" },
  { "openEuler", "openeuler" }, { "OpenCloudOS", "opencloudos" },
  { "TencentOS", "tencentos" }, { "NeoKylin", "neokylin" },
  { "Kylin", "kylin" }, { "MeeGo", "meego" }, { "openSUSE", "opensuse" },
  { "SLES", "sles" }, { "SLED", "sles" }, { "SUSE Linux Enterprise", "sles" },
  { "OpenMandriva", "openmandriva" }, { "Mageia", "mageia" },
  { "Mandriva", "mandriva" }, { "Gentoo", "gentoo" },
  { "Slackware", "slackware" }, { "PLD", "pldlinux" }, { "ALT", "altlinux" },
};

static const char *
distro_by_name (const char *text)
{
  size_t i;

  for (i = 0; i < sizeof names / sizeof names[0]; ++i)
    if (says (text, names[i].name))
      return names[i].distro;
  return "unknown";
}

static const struct {
  const char *name, *arch;
} archs[] = {
  { "x86_64", "x86_64" }, { "amd64", "x86_64" }, { "aarch64", "aarch64" },
  { "arm64", "aarch64" }, { "ppc64le", "ppc64le" }, { "ppc64el", "ppc64le" },
  { "ppc64", "ppc64" }, { "powerpc", "ppc" }, { "s390x", "s390x" },
  { "riscv64", "riscv64" }, { "loongarch64", "loongarch64" },
  { "ia64", "ia64" }, { "sparc", "sparc" }, { "armhf", "arm" },
  { "armel", "arm" }, { "i386", "i386" }, { "i486", "i386" },
  { "i586", "i386" }, { "i686", "i386" },
};

static const char *
arch_by_name (const char *text)
{
  size_t i;

  for (i = 0; text && i < sizeof archs / sizeof archs[0]; ++i)
    if (says (text, archs[i].name))
      return archs[i].arch;
  return "unknown";
}

static void
set_linux (struct system_info *info, const char *distro, const char *version,
           const char *arch, char *product)
{
  info->type = "linux";
  info->distro = distro;
  if (version)
    (void) osrelease_version (version, &info->major_version,
                              &info->minor_version);
  info->arch = arch_by_name (arch);
  text_set (&info->product_name, product);
}

/* --- kinds of discs ------------------------------------------------------------------ */

/* Debian and its relatives: 'Debian GNU/Linux 12.5.0 "Bookworm" - Official
 * amd64 NETINST with firmware 20240210-11:27' */
static bool
from_disk_info (int root, struct system_info *info)
{
  CLEANUP_FREE char *line = text_first_line (root, "/.disk/info");
  const char *rest, *version;

  if (!line)
    return false;
  rest = strstr (line, " - ");
  version = line + strcspn (line, "0123456789");
  info->live = says (rest, "Live") || rootfs_is_dir (root, "/casper")
    || rootfs_is_dir (root, "/live");
  info->netinst = says (rest, "NETINST") || says (rest, "businesscard");
  info->multipart = says (rest, "Binary-") && !info->netinst;
  set_linux (info, distro_by_name (line), rest && version > rest ? NULL
             : version, rest ? rest : line, NULL);
  if (rest)
    line[rest - line] = '\0';
  text_set (&info->product_name, TAKE_PTR (line));
  return true;
}

/* Fedora and its relatives: [general] with family, version, arch; older ones
 * with the number of discs. */
static bool
from_treeinfo (int root, struct system_info *info)
{
  CLEANUP_FREE char *text = text_read (root, "/.treeinfo");
  CLEANUP_FREE char *spread = NULL;
  CLEANUP_FREE char *family = NULL;
  CLEANUP_FREE char *version = NULL;
  CLEANUP_FREE char *arch = NULL;
  CLEANUP_FREE char *discs = NULL;
  char *in, *out, *name;

  if (!text)
    return false;
  /* "family = Red Hat Enterprise Linux" becomes an assignment. */
  spread = malloc (2 * strlen (text) + 2);
  if (!spread)
    return false;
  for (in = text, out = spread; *in; ++in)
    if (*in == '=') {
      while (out > spread && out[-1] == ' ')
        --out;
      *out++ = '=';
      *out++ = '"';
      in += strspn (in + 1, " ");
    } else if (*in != '"')
      *out++ = *in;
  *out = '\0';
  family = osrelease_get (spread, "family");
  if (!family)
    return false;
  version = osrelease_get (spread, "version");
  arch = osrelease_get (spread, "arch");
  discs = osrelease_get (spread, "totaldiscs");
  info->multipart = discs && atoi (discs) > 1;
  info->netinst = !rootfs_is_dir (root, "/Packages")
    && !rootfs_is_dir (root, "/BaseOS") && !rootfs_is_dir (root, "/Server")
    && !rootfs_is_dir (root, "/CentOS") && !rootfs_is_dir (root, "/Fedora");
  if (asprintf (&name, "%s%s%s", family, version ? " " : "",
                version ? version : "") < 0)
    name = NULL;
  set_linux (info, distro_by_name (family), version, arch, name);
  return true;
}

/* A live disc of Fedora says its name only in the boot loader's menu. */
static bool
from_live_menu (int root, struct system_info *info)
{
  static const char *const menus[] = {
    "/EFI/BOOT/grub.cfg", "/boot/grub2/grub.cfg", "/isolinux/isolinux.cfg",
  };
  size_t i;

  if (!rootfs_is_file (root, "/LiveOS/squashfs.img"))
    return false;
  info->live = true;
  set_linux (info, "unknown", NULL, NULL, NULL);
  for (i = 0; i < sizeof menus / sizeof menus[0]; ++i) {
    CLEANUP_FREE char *text = text_read (root, menus[i]);
    char *start = text ? strstr (text, "Start ") : NULL;
    const char *arch = arch_by_name (text); /* before it is cut */

    if (!start)
      continue;
    start += strlen ("Start ");
    start += *start == '^';
    start[strcspn (start, "'\"\r\n")] = '\0';
    set_linux (info, distro_by_name (start), start, arch, strdup (start));
    break;
  }
  return true;
}

/* SUSE: "/ openSUSE-Leap 15.5-1", or of old lines such as "LABEL openSUSE
 * 13.1". */
static bool
from_suse_media (int root, struct system_info *info)
{
  CLEANUP_FREE char *line = text_first_line (root, "/media.1/products");
  CLEANUP_FREE char *content = NULL;
  char *label;

  if (line && has_prefix (line, "/ ")) {
    set_linux (info, distro_by_name (line), line,
               rootfs_is_dir (root, "/x86_64") ? "x86_64"
               : rootfs_is_dir (root, "/aarch64") ? "aarch64" : NULL,
               strdup (line + 2));
    info->netinst = !rootfs_is_dir (root, "/noarch");
    return true;
  }
  content = text_read (root, "/content");
  label = content ? strstr (content, "LABEL ") : NULL;
  if (!label)
    return false;
  label += strspn (label + 5, " \t") + 5;
  label[strcspn (label, "\r\n")] = '\0';
  set_linux (info, distro_by_name (label), label, rootfs_is_dir (root,
             "/boot/x86_64") ? "x86_64" : "i386", strdup (label));
  return true;
}

/* "vendor=Mageia.Org,distribution=Mageia,type=Basic,version=9,...,arch=x86_64" */
static bool
from_product_id (int root, struct system_info *info)
{
  static const char *const files[] = {
    "/x86_64/product.id", "/i586/product.id", "/i686/product.id", "/product.id",
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    CLEANUP_FREE char *line = text_first_line (root, files[i]);
    const char *version = line ? strstr (line, "version=") : NULL;
    char *name, *distribution;

    if (!version)
      continue;
    set_linux (info, distro_by_name (line), version, strstr (line, "arch="),
               NULL);
    distribution = strstr (line, "distribution=");
    if (distribution) {
      distribution += strlen ("distribution=");
      distribution[strcspn (distribution, ",")] = '\0';
      if (asprintf (&name, "%s %d", distribution, info->major_version) >= 0)
        text_set (&info->product_name, name);
    }
    return true;
  }
  return false;
}

/* A file with the version, which is there on discs of one distribution only. */
static bool
from_version_file (int root, struct system_info *info)
{
  static const struct {
    const char *path, *distro, *name, *kernels;
    bool live;
  } files[] = {
    { "/.alpine-release", "alpinelinux", "Alpine Linux", "/boot", true },
    { "/arch/version", "archlinux", "Arch Linux", "/arch/boot/x86_64", true },
    { "/arch/x86_64/airootfs.sha512", "archlinux", "Arch Linux", NULL, true },
    { "/livecd", "gentoo", "Gentoo", NULL, true },
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    CLEANUP_FREE char *line = NULL;

    if (!rootfs_is_file (root, files[i].path))
      continue;
    line = text_first_line (root, files[i].path);
    info->live = files[i].live;
    set_linux (info, files[i].distro, line, NULL, strdup (files[i].name));
    if (rootfs_is_file (root, "/arch/boot/x86_64/vmlinuz-linux"))
      info->arch = "x86_64";
    return true;
  }
  return false;
}

static bool
from_slackware (int root, struct system_info *info)
{
  bool is64 = rootfs_is_dir (root, "/slackware64");

  if (!is64 && !rootfs_is_dir (root, "/slackware"))
    return false;
  set_linux (info, "slackware", NULL, is64 ? "x86_64" : "i386",
             strdup ("Slackware"));
  return true;
}

/* From Vista on: the image to install. */
static bool
from_windows (int root, struct system_info *info)
{
  static const char *const marks[] = {
    "/sources/install.wim", "/sources/install.esd", "/sources/install.swm",
    "/sources/boot.wim", "/i386/txtsetup.sif", "/amd64/txtsetup.sif",
  };
  CLEANUP_FREE char *path = NULL;
  size_t i;

  for (i = 0; !path && i < sizeof marks / sizeof marks[0]; ++i)
    path = rootfs_nocase (root, marks[i]);
  if (!path)
    return false;
  info->type = info->distro = "windows";
  if (says (path, "txtsetup.sif")) {
    CLEANUP_FREE char *text = text_read (root, path);
    const char *number = text ? strcasestr (text, "MajorVersion") : NULL;
    int ignored;

    if (number)
      (void) osrelease_version (number, &info->major_version, &ignored);
    number = text ? strcasestr (text, "MinorVersion") : NULL;
    if (number)
      (void) osrelease_version (number, &info->minor_version, &ignored);
    info->arch = says (path, "/i386/") ? "i386" : "x86_64";
  } else
    wim_read (root, path, info);
  return true;
}

/* --- all of them ---------------------------------------------------------------------- */

static bool (*const kinds[]) (int root, struct system_info *info) = {
  from_disk_info, from_treeinfo, from_suse_media, from_product_id,
  from_live_menu, from_version_file, from_slackware, from_windows,
};

static int
recognise (int root, const char *fstype, struct system_info *info,
           struct error *err)
{
  size_t i;

  (void) err;
  if (strcmp (fstype, "iso9660") != 0 && strcmp (fstype, "udf") != 0)
    return 0;
  for (i = 0; i < sizeof kinds / sizeof kinds[0]; ++i)
    if (kinds[i] (root, info))
      return 1;
  return 0;
}

static int
describe (int root, struct system_info *info, struct error *err)
{
  (void) root;
  (void) err;
  info->format = "installer";
  info->package_format = distro_package_format (info->distro);
  info->package_management = distro_package_management (info->distro,
                                                        info->major_version);
  return 0;
}

const struct detector detector_media = { recognise, describe };
