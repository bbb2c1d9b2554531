/* Installing boot loaders: syslinux, extlinux, grub_install.
 *
 * The program extlinux serves FAT as well, so syslinux is that on a mount of our
 * own.  GRUB is the guest's: its files have to fit the guest's configuration, and
 * their size does not fit the appliance.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions.h"
#include "bootloader.h"
#include "command.h"
#include "guestpath.h"
#include "mounts.h"
#include "prefix.h"

#define SYSLINUX_MOUNT "/run/syslinux"

int
do_extlinux (const char *directory, struct error *err)
{
  CLEANUP_FREE char *real = guest_real_path (directory, err);

  return real ? run (NULL, err, "extlinux", "--install", real, NULL) : -1;
}

/* A path below the mount; nothing on FAT can lead out of it but "..". */
static char *
path_on_fat (const char *directory, struct error *err)
{
  const char *p;
  char *ret;

  for (p = directory; *p; p += strcspn (p, "/"), p += strspn (p, "/"))
    if (has_prefix (p, "..") && (p[2] == '/' || p[2] == '\0')) {
      error_set (err, EINVAL, "directory: %s has .. in it", directory);
      return NULL;
    }
  if (asprintf (&ret, SYSLINUX_MOUNT "/%s", directory) == -1) {
    error_errno (err, "%s", directory);
    return NULL;
  }
  return ret;
}

static int
install_on_mount (const char *directory, struct error *err)
{
  CLEANUP_FREE char *path = path_on_fat (directory, err);
  struct stat st;

  if (!path)
    return -1;
  if (stat (path, &st) == -1)
    return error_errno (err, "directory: %s", directory);
  return run (NULL, err, "extlinux", "--install", path, NULL);
}

int
do_syslinux (const char *device, const struct guestfs_syslinux_argv *optargs,
             struct error *err)
{
  const char *directory
    = optargs->bitmask & GUESTFS_SYSLINUX_DIRECTORY_BITMASK
    ? optargs->directory : "";
  int r;

  if (mkdir (SYSLINUX_MOUNT, 0700) == -1 && errno != EEXIST)
    return error_errno (err, SYSLINUX_MOUNT);
  if (mount (device, SYSLINUX_MOUNT, "vfat", MS_NOSUID | MS_NODEV | MS_NOEXEC,
             NULL) == -1)
    return error_errno (err, "%s: mounting it as FAT", device);
  r = install_on_mount (directory, err);
  if (umount (SYSLINUX_MOUNT) == -1 && r == 0)
    r = error_errno (err, "%s: unmounting", device);
  return r;
}

/* --- GRUB ----------------------------------------------------------------------- */

static const char *const grub_programs[] = {
  "/usr/sbin/grub-install", "/usr/sbin/grub2-install", "/sbin/grub-install",
  "/sbin/grub2-install", "/usr/bin/grub-install", "/usr/bin/grub2-install",
};

/* The guest's program, or NULL. */
static const char *
find_grub (void)
{
  size_t i;

  if (!mounts_any ())
    return NULL;
  for (i = 0; i < sizeof grub_programs / sizeof grub_programs[0]; i++) {
    CLEANUP_CLOSE int fd = guest_open (grub_programs[i], O_PATH, 0, NULL);

    if (fd >= 0)
      return grub_programs[i];
  }
  return NULL;
}

int
grub_is_there (void)
{
  return find_grub () != NULL;
}

int
do_grub_install (const char *root, const char *device, struct error *err)
{
  CLEANUP_FREE char *option = NULL;
  const char *argv[] = { find_grub (), NULL, device, NULL };
  struct command c = { .argv = argv, .flags = COMMAND_IN_GUEST };

  if (!argv[0])
    return error_set (err, ENOENT, "the guest has no grub-install");
  if (asprintf (&option, "--root-directory=%s", root) == -1) {
    option = NULL;
    return error_errno (err, "%s", root);
  }
  argv[1] = option;
  if (command_run (&c, err) == -1)
    return -1;
  free (c.out);
  free (c.err_out);
  return 0;
}
