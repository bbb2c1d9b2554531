/* Operations for the first boot: scripts are kept in the guest, and a service
 * runs each once. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "packages.h"
#include "prefix.h"
#include "strlist.h"
#include "types.h"
#include "windows.h"

#define FIRSTBOOT "/usr/lib/virt-sysprep"
#define SERVICE "guestfs-firstboot"

static int
link_to (struct guest *guest, const char *target, const char *folder,
         const char *name, struct error *err)
{
  CLEANUP_FREE char *path = xasprintf ("%s/%s", folder, name);

  if (guestfs_mkdir_p (guest->g, folder) == -1
      || guestfs_ln_sf (guest->g, target, path) == -1)
    return guest_failed (guest, err);
  return 0;
}

static int
install_systemd (struct guest *guest, struct error *err)
{
  static const char unit[] = "/usr/lib/systemd/system/" SERVICE ".service";

  if (guestfs_mkdir_p (guest->g, "/usr/lib/systemd/system") == -1)
    return guest_failed (guest, err);
  if (guest_new_file (guest, unit, firstboot_service, 0644, err) == -1)
    return -1;
  return link_to (guest, unit, "/etc/systemd/system/multi-user.target.wants",
                  SERVICE ".service", err);
}

/* System V: Debian and SUSE have the folders in /etc or /etc/init.d, Red Hat in
 * /etc/rc.d. */
static int
install_sysv (struct guest *guest, struct error *err)
{
  static const char *const levels[] = { "rc2.d", "rc3.d", "rc5.d" };
  bool redhat = guest_is_dir (guest, "/etc/rc.d/init.d");
  bool suse = guest_is_dir (guest, "/etc/init.d/rc3.d");
  const char *top = redhat ? "/etc/rc.d" : suse ? "/etc/init.d" : "/etc";
  const char *scripts = redhat ? "/etc/rc.d/init.d" : "/etc/init.d";
  size_t i;

  if (link_to (guest, FIRSTBOOT "/firstboot.sh", scripts, SERVICE, err) == -1)
    return -1;
  for (i = 0; i < sizeof levels / sizeof *levels; ++i) {
    CLEANUP_FREE char *folder = xasprintf ("%s/%s", top, levels[i]);

    if (link_to (guest, suse ? "../" SERVICE : "../init.d/" SERVICE, folder,
                 "S99" SERVICE, err) == -1)
      return -1;
  }
  return 0;
}

/* OpenRC, of Alpine and Gentoo, runs what is executable in /etc/local.d. */
static int
install_openrc (struct guest *guest, struct error *err)
{
  if (link_to (guest, FIRSTBOOT "/firstboot.sh", "/etc/local.d",
               SERVICE ".start", err) == -1)
    return -1;
  return link_to (guest, "/etc/init.d/local", "/etc/runlevels/default", "local",
                  err);
}

static int
install_linux (struct guest *guest, struct error *err)
{
  bool known = false;

  if (guestfs_mkdir_p (guest->g, FIRSTBOOT "/scripts") == -1)
    return guest_failed (guest, err);
  if (guest_new_file (guest, FIRSTBOOT "/firstboot.sh", firstboot_sh, 0755,
                      err) == -1)
    return -1;
  if (guest_is_dir (guest, "/etc/systemd/system")) {
    known = true;
    if (install_systemd (guest, err) == -1)
      return -1;
  }
  else if (guest_is_dir (guest, "/etc/runlevels")) {
    known = true;
    if (install_openrc (guest, err) == -1)
      return -1;
  }
  else if (guest_is_dir (guest, "/etc/rc.d/init.d")
           || guest_is_dir (guest, "/etc/init.d")) {
    known = true;
    if (install_sysv (guest, err) == -1)
      return -1;
  }
  return known ? 0
    : error_set (err, ENOTSUP, "the guest boots with neither systemd, OpenRC "
                 "nor System V init");
}

/* The number behind those in use, "5000-NNNN-...". */
static int
next_number (struct guest *guest, const char *folder)
{
  static const char *const parts[] = { "scripts", "scripts-done" };
  int number, last = 0;
  size_t i, j;

  for (i = 0; i < 2; ++i) {
    CLEANUP_FREE char *path = xasprintf ("%s/%s", folder, parts[i]);
    CLEANUP_STRINGS char **names
      = guest_is_dir (guest, path) ? guestfs_ls (guest->g, path) : NULL;

    for (j = 0; names && names[j]; ++j)
      if (sscanf (names[j], "5000-%4d-", &number) == 1 && number > last)
        last = number;
  }
  return last + 1;
}

int
add_firstboot_script (struct guest *guest, const char *name, const char *text,
            struct error *err)
{
  CLEANUP_FREE char *folder = NULL, *path = NULL, *safe = NULL, *script = NULL;
  char *p;

  if (guest->is_windows)
    folder = windows_install_firstboot (guest, err);
  else if (!guest->is_linux)
    error_set (err, ENOTSUP, "not known how for guests of type \"%s\"",
               guest->type);
  else if (install_linux (guest, err) == 0)
    folder = xstrdup (FIRSTBOOT);
  if (!folder)
    return -1;

  safe = xasprintf ("%.40s", name);
  for (p = safe; *p; ++p)
    if (!isalnum ((unsigned char) *p))
      *p = '-';
  path = xasprintf ("%s/scripts/5000-%04d-%s%s", folder,
                    next_number (guest, folder), safe,
                    guest->is_windows ? ".bat" : "");
  /* Without an interpreter it is the shell's. */
  script = xasprintf ("%s%s", guest->is_windows || has_prefix (text, "#!")
                      ? "" : "#!/bin/sh\n", text);
  return guest_new_file (guest, path, script, 0755, err);
}

int
op_firstboot (struct guest *guest, const struct operation *op,
              struct error *err)
{
  CLEANUP_FREE char *text = NULL;
  const char *base = strrchr (op->words[0], '/');

  message (guest->o, "Installing firstboot script: %s", op->words[0]);
  text = local_text (op->words[0], err);
  if (!text)
    return -1;
  return add_firstboot_script (guest, base ? base + 1 : op->words[0], text,
                               err);
}

int
op_firstboot_command (struct guest *guest, const struct operation *op,
                      struct error *err)
{
  CLEANUP_FREE char *text
    = xasprintf (guest->is_windows ? "%s\r\n" : "%s\n", op->words[0]);

  message (guest->o, "Installing firstboot command: %s", op->words[0]);
  return add_firstboot_script (guest, op->words[0], text, err);
}

int
op_firstboot_install (struct guest *guest, const struct operation *op,
                      struct error *err)
{
  CLEANUP_FREE char *command = NULL, *text = NULL, *name = NULL;

  name = xasprintf ("install %s", op->words[0]);
  message (guest->o, "Installing firstboot packages: %s", name + 8);
  command = package_command (guest, PACKAGES_INSTALL, op->words, err);
  if (!command)
    return -1;
  text = xasprintf ("%s\n", command);
  return add_firstboot_script (guest, name, text, err);
}
