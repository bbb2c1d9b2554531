/* Pictures of distributions: see icon.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "icon.h"
#include "rootfs.h"
#include "text.h"

#define ICON_MAX (1024 * 1024)

enum quality { HIGH, LOW, FAVICON };

/* `distro` NULL: look in any. */
static const struct {
  const char *distro, *path;
  enum quality quality;
} files[] = {
  { "altlinux", "/usr/share/icons/hicolor/48x48/apps/altlinux.png", HIGH },
  { "archlinux", "/usr/share/pixmaps/archlinux-logo.png", HIGH },
  { "cirros", "/usr/share/cirros/logo", HIGH },
  { "debian", "/usr/share/pixmaps/debian-logo.png", HIGH },
  { "debian", "/usr/share/icons/desktop-base/64x64/emblems/emblem-debian.png",
    HIGH },
  { "fedora", "/usr/share/icons/hicolor/96x96/apps/fedora-logo-icon.png",
    HIGH },
  { "gentoo", "/usr/share/pixmaps/gentoo-logo.png", HIGH },
  { "kalilinux", "/usr/share/icons/hicolor/256x256/apps/kali-menu.png", HIGH },
  { "linuxmint", "/usr/share/linuxmint/logo.png", HIGH },
  { "mageia", "/usr/share/icons/mageia.png", HIGH },
  { "opensuse", "/usr/share/icons/hicolor/48x48/apps/distributor.png", HIGH },
  { "opensuse", "/usr/share/icons/hicolor/24x24/apps/distributor.png", LOW },
  { "rhel", "/usr/share/pixmaps/redhat/shadowman-transparent.png", HIGH },
  { "sles", "/usr/share/icons/hicolor/48x48/apps/distributor.png", HIGH },
  { "ubuntu", "/usr/share/icons/hicolor/48x48/apps/ubuntu-logo-icon.png",
    HIGH },
  { "ubuntu", "/usr/share/plymouth/ubuntu-logo.png", HIGH },
  { "ubuntu", "/usr/share/icons/gnome/24x24/places/ubuntu-logo.png", LOW },
  { "voidlinux", "/usr/share/void-artwork/void-logo.png", HIGH },
  { NULL, "/usr/share/icons/hicolor/96x96/apps/system-logo-icon.png", HIGH },
  { NULL, "/usr/share/icons/hicolor/48x48/apps/system-logo-icon.png", HIGH },
  { NULL, "/usr/share/pixmaps/system-logo-white.png", HIGH },
  { NULL, "/usr/share/pixmaps/distributor-logo.png", LOW },
  { NULL, "/etc/favicon.png", FAVICON },
};

static char *
read_png (int root, const char *path, size_t *ret_size)
{
  static const char signature[8] = "\x89PNG\r\n\x1a\n";
  size_t size = 0;
  char *ret = rootfs_read (root, path, ICON_MAX, &size);

  if (ret && size > sizeof signature
      && memcmp (ret, signature, sizeof signature) == 0) {
    *ret_size = size;
    return ret;
  }
  free (ret);
  return NULL;
}

/* os-release may name a picture: LOGO=fedora-logo-icon. */
static char *
by_logo (int root, size_t *ret_size)
{
  static const char *const dirs[] = {
    "/usr/share/icons/hicolor/96x96/apps", "/usr/share/icons/hicolor/64x64/apps",
    "/usr/share/icons/hicolor/48x48/apps",
    "/usr/share/icons/hicolor/128x128/apps",
    "/usr/share/icons/hicolor/256x256/apps", "/usr/share/pixmaps",
  };
  CLEANUP_FREE char *logo = text_assigned (root, "/etc/os-release", "LOGO");
  size_t i;

  if (!logo || strchr (logo, '/') || strlen (logo) > 100)
    return NULL;
  for (i = 0; i < sizeof dirs / sizeof dirs[0]; ++i) {
    CLEANUP_FREE char *path = NULL;
    char *ret;

    if (asprintf (&path, "%s/%s.png", dirs[i], logo) < 0) {
      path = NULL;
      return NULL;
    }
    ret = read_png (root, path, ret_size);
    if (ret)
      return ret;
  }
  return NULL;
}

/* Windows 8 has its logo in a file; others have it inside programs. */
static char *
of_windows (int root, size_t *ret_size)
{
  CLEANUP_FREE char *path
    = rootfs_nocase (root, "/ProgramData/Microsoft/Windows Live/"
                     "WLive48x48.png");

  return path ? read_png (root, path, ret_size) : NULL;
}

char *
icon_find (int root, const struct system_info *info, bool favicon,
           bool high_quality, size_t *ret_size)
{
  char *ret = info->windows.systemroot ? of_windows (root, ret_size)
    : by_logo (root, ret_size);
  size_t i;

  for (i = 0; !ret && i < sizeof files / sizeof files[0]; ++i)
    if ((!files[i].distro || strcmp (files[i].distro, info->distro) == 0)
        && (files[i].quality == HIGH || !high_quality)
        && (files[i].quality != FAVICON || favicon))
      ret = read_png (root, files[i].path, ret_size);
  return ret;
}
