/* DOS: FreeDOS and MS-DOS, on FAT. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "inspector.h"
#include "osrelease.h"
#include "rootfs.h"
#include "text.h"

static bool
has_file (int root, const char *path)
{
  CLEANUP_FREE char *real = rootfs_nocase (root, path);

  return real && rootfs_is_file (root, real);
}

static const char *
find_distro (int root)
{
  if (has_file (root, "/kernel.sys") && has_file (root, "/command.com"))
    return "freedos";
  if (has_file (root, "/freedos/freedos.bss")
      || has_file (root, "/fdos/freedos.bss")
      || (has_file (root, "/kernel.sys")
          && (has_file (root, "/fdconfig.sys")
              || has_file (root, "/fdos/bin/command.com")
              || has_file (root, "/freedos/bin/command.com"))))
    return "freedos";
  /* Windows up to Me has these as well, and NT leaves them empty. */
  if (has_file (root, "/io.sys") && has_file (root, "/msdos.sys")
      && has_file (root, "/command.com"))
    return "msdos";
  return NULL;
}

static int
recognise (int root, const char *fstype, struct system_info *info,
           struct error *err)
{
  (void) info;
  (void) err;
  return (strcmp (fstype, "vfat") == 0 || strcmp (fstype, "msdos") == 0)
         && find_distro (root) != NULL;
}

/* "VERSION=1.3" or "Version: 1.3" in what the installer leaves. */
static void
find_version (int root, struct system_info *info)
{
  static const char *const files[] = {
    "/fdos/version.fdi", "/freedos/version.fdi", "/fdos/version.id",
  };
  size_t i;

  for (i = 0; i < sizeof files / sizeof files[0]; ++i) {
    CLEANUP_FREE char *path = rootfs_nocase (root, files[i]);
    CLEANUP_FREE char *text = path ? text_read (root, path) : NULL;
    const char *version = text ? strcasestr (text, "version") : NULL;

    if (version && osrelease_version (version, &info->major_version,
                                      &info->minor_version) == 0)
      return;
  }
}

static int
describe (int root, struct system_info *info, struct error *err)
{
  const char *distro = find_distro (root);
  bool free_dos = distro && strcmp (distro, "freedos") == 0;
  char *name;

  (void) err;
  info->type = "dos";
  info->distro = free_dos ? "freedos" : "msdos";
  info->arch = "i386";
  if (free_dos)
    find_version (root, info);
  if (info->major_version == 0)
    name = strdup (free_dos ? "FreeDOS" : "MS-DOS");
  else if (asprintf (&name, "FreeDOS %d.%d", info->major_version,
                     info->minor_version) < 0)
    name = NULL;
  text_set (&info->product_name, name);
  return 0;
}

const struct detector detector_dos = { recognise, describe };
