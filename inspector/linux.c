/* Linux systems, installed ones as well as the trees of containers. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "devtables.h"
#include "distro.h"
#include "hostname.h"
#include "inspector.h"
#include "ostree.h"
#include "release.h"
#include "rootfs.h"
#include "text.h"

/* Is it a root directory, whatever system is in it? */
static bool
looks_like_root (int root)
{
  return rootfs_is_dir (root, "/etc")
         && (rootfs_is_dir (root, "/usr") || rootfs_is_dir (root, "/bin"));
}

/* An fstab alone says little: other systems have one, too. */
static bool
has_linux_dirs (int root)
{
  return rootfs_is_dir (root, "/lib") || rootfs_is_dir (root, "/sbin")
         || rootfs_is_dir (root, "/lib64");
}

/* What it mounts, and of what its devices are made. */
static int
read_tables (int root, struct system_info *info, struct error *err)
{
  CLEANUP_FREE char *fstab = text_read (root, "/etc/fstab");
  CLEANUP_FREE char *crypttab = text_read (root, "/etc/crypttab");
  CLEANUP_FREE char *mdadm = text_read (root, "/etc/mdadm.conf");
  size_t bad = 0;

  if (!mdadm)
    mdadm = text_read (root, "/etc/mdadm/mdadm.conf");
  if (fstab && fstab_parse (fstab, &info->fstab, &bad) == -1)
    return error_errno (err, "/etc/fstab");
  if (bad)
    system_warn (info, "/etc/fstab: line %zu, and perhaps more, make no sense",
                 bad);
  if ((crypttab && devtables_crypttab (crypttab, &info->crypttab) == -1)
      || (mdadm && devtables_mdadm (mdadm, &info->arrays) == -1))
    return error_errno (err, "/etc/crypttab");
  return 0;
}

static int
recognise_tree (int root, struct system_info *info, struct error *err)
{
  if (!looks_like_root (root))
    return 0;
  if (!release_identify (root, info)
      && (!rootfs_is_file (root, "/etc/fstab") || !has_linux_dirs (root)))
    return 0;
  return read_tables (root, info, err) == -1 ? -1 : 1;
}

static int
recognise (int root, const char *fstype, struct system_info *info,
           struct error *err)
{
  CLEANUP_FREE char *tree = ostree_find (root);
  CLEANUP_CLOSE int dir = tree ? rootfs_open_dir (root, tree) : -1;

  (void) fstype;
  if (dir != -1 && recognise_tree (dir, info, err) == 1) {
    info->tree = TAKE_PTR (tree);
    info->tree_var = ostree_var (info->tree);
    return 1;
  }
  return recognise_tree (root, info, err);
}

/* Where a family has had several, and numbers of its own. */
static void
refine_packages (int root, struct system_info *info)
{
  if (strcmp (info->distro, "redhat-based") == 0)
    info->package_management
      = rootfs_is_file (root, "/usr/bin/dnf") ? "dnf" : "yum";
  /* Pardus went from a system of its own to Debian's. */
  else if (strcmp (info->distro, "pardus") == 0
           && rootfs_is_file (root, "/var/lib/dpkg/status")) {
    info->package_format = "deb";
    info->package_management = "apt";
  }
}

static int
describe (int root, struct system_info *info, struct error *err)
{
  (void) err;
  (void) release_identify (root, info);
  info->type = "linux";
  info->package_format = distro_package_format (info->distro);
  info->package_management = distro_package_management (info->distro,
                                                        info->major_version);
  refine_packages (root, info);
  info->arch = arch_of_programs (root);
  text_set (&info->hostname, hostname_of_unix (root));
  return 0;
}

const struct detector detector_linux = { recognise, describe };
