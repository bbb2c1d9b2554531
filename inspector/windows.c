/* Windows NT and its successors, by the registry.
 *
 * The hives are SOFTWARE (what is installed) and SYSTEM (how this machine is
 * set up) below %SystemRoot%\System32\config.  Paths are looked up without
 * regard to case, and told as they are spelled on the disk. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elfarch.h"
#include "inspector.h"
#include "registry.h"
#include "rootfs.h"
#include "text.h"
#include "winregistry.h"

/* --- where it is ------------------------------------------------------------------ */

/* Does it hold a system?  The directory as spelled, or NULL. */
static char *
check_systemroot (int root, const char *dir)
{
  CLEANUP_FREE char *real = rootfs_nocase (root, dir);
  CLEANUP_FREE char *config = NULL;
  CLEANUP_FREE char *found = NULL;

  if (!real || asprintf (&config, "%s/system32/config", real) < 0)
    return NULL;
  found = rootfs_nocase (root, config);
  return found && rootfs_is_dir (root, found) ? TAKE_PTR (real) : NULL;
}

/* "multi(0)disk(0)rdisk(0)partition(1)\WINDOWS="Windows XP" /fastdetect" */
static char *
systemroot_from_boot_ini (int root)
{
  CLEANUP_FREE char *path = rootfs_nocase (root, "/boot.ini");
  CLEANUP_FREE char *text = path ? text_read (root, path) : NULL;
  char *p = text;

  while (p && (p = strchr (p, '\\')) != NULL) {
    size_t len = strcspn (p, "=\r\n");
    CLEANUP_FREE char *dir = strndup (p, len);
    char *found, *c;

    for (c = dir; c && *c; ++c)
      if (*c == '\\')
        *c = '/';
    found = dir ? check_systemroot (root, dir) : NULL;
    if (found)
      return found;
    p += len;
  }
  return NULL;
}

static char *
find_systemroot (int root)
{
  static const char *const dirs[] = {
    "/windows", "/winnt", "/win32", "/win", "/reactos",
  };
  char *ret = NULL;
  size_t i;

  for (i = 0; !ret && i < sizeof dirs / sizeof dirs[0]; ++i)
    ret = check_systemroot (root, dirs[i]);
  return ret ? ret : systemroot_from_boot_ini (root);
}

static int
recognise (int root, const char *fstype, struct system_info *info,
           struct error *err)
{
  (void) err;
  /* A guest that is kept on another system's disk is not the system of that. */
  if (strcmp (fstype, "ntfs") != 0 && strcmp (fstype, "vfat") != 0
      && rootfs_is_dir (root, "/etc"))
    return 0;
  info->windows.systemroot = find_systemroot (root);
  return info->windows.systemroot != NULL;
}

/* --- the rest ------------------------------------------------------------------------ */

static char *
below (int root, const char *dir, const char *name)
{
  CLEANUP_FREE char *path = NULL;

  if (asprintf (&path, "%s/%s", dir, name) < 0)
    return NULL;
  return rootfs_nocase (root, path);
}

static const char *
architecture (int root, const char *systemroot)
{
  static const char *const programs[] = {
    "system32/cmd.exe", "system32/ntoskrnl.exe", "system32/ntdll.dll",
  };
  static unsigned char head[PE_HEAD_SIZE];
  size_t i;

  for (i = 0; i < sizeof programs / sizeof programs[0]; ++i) {
    CLEANUP_FREE char *path = below (root, systemroot, programs[i]);
    long n = path ? rootfs_read_head (root, path, head, sizeof head) : -1;
    const char *arch = n < 0 ? NULL : pe_architecture (head, n);

    if (arch)
      return arch;
  }
  return NULL;
}

/* The memory of a machine that sleeps: resuming it would undo what was changed
 * meanwhile. */
static bool
is_hibernated (int root)
{
  CLEANUP_FREE char *path = rootfs_nocase (root, "/hiberfil.sys");
  char head[4];

  return path && rootfs_read_head (root, path, head, 4) == 4
         && (memcmp (head, "hibr", 4) == 0 || memcmp (head, "HIBR", 4) == 0
             || memcmp (head, "RSTR", 4) == 0);
}

static struct registry *
open_hive (int root, const char *path, struct system_info *info)
{
  struct registry *r = registry_open (root, path);

  if (!r)
    system_warn (info, "%s: cannot read the registry: %s", path,
                 strerror (errno));
  else if (registry_is_dirty (r)) {
    system_warn (info, "%s: was being written when the system stopped; what is "
                 "in its log is not seen", path);
    info->windows.unclean = true;
  }
  return r;
}

/* NTFS with a file that says the volume was not unmounted is mounted all the
 * same; a dirty registry and hibernation are what is told. */
static void
read_registry (int root, struct system_info *info)
{
  struct windows_info *w = &info->windows;
  CLEANUP_REGISTRY struct registry *software = NULL, *system = NULL;

  w->software_hive = below (root, w->systemroot, "system32/config/software");
  w->system_hive = below (root, w->systemroot, "system32/config/system");
  if (w->software_hive
      && (software = open_hive (root, w->software_hive, info)) != NULL)
    winregistry_software (software, info);
  if (w->system_hive
      && (system = open_hive (root, w->system_hive, info)) != NULL)
    winregistry_system (system, info);
  if (!w->software_hive || !w->system_hive)
    system_warn (info, "%s/System32/config lacks a hive of the registry",
                 w->systemroot);
}

static int
describe (int root, struct system_info *info, struct error *err)
{
  const char *arch;

  (void) err;
  info->type = "windows";
  info->distro = "windows";
  read_registry (root, info);
  arch = architecture (root, info->windows.systemroot);
  if (arch)
    info->arch = arch;
  if (is_hibernated (root)) {
    info->windows.hibernated = true;
    system_warn (info, "Windows is hibernated: its disks must not be changed");
  }
  return 0;
}

const struct detector detector_windows = { recognise, describe };
