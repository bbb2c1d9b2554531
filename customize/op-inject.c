/* Operations that put drivers and services of virtio-win into Windows. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "driverdisk.h"
#include "types.h"
#include "windows.h"

struct injection {
  struct guest *guest;
  char *system, *processor; /* folders of the disk: "w10", "amd64" */
  const char *folder;       /* where files go, as a path of the guest */
  size_t copied;
  bool viostor, vioscsi;    /* one of them was there */
};

static void
injection_release (struct injection *in)
{
  free (in->system);
  free (in->processor);
}

/* How the disk names the guest's system and processor. */
static int
injection_init (struct injection *in, struct guest *guest, struct error *err)
{
  static const struct { const char *osinfo, *folder; } systems[] = {
    { "winxp", "xp" }, { "win2k3", "2k3" }, { "win2k3r2", "2k3" },
    { "winvista", "2k8" }, { "win2k8", "2k8" }, { "win7", "w7" },
    { "win2k8r2", "2k8R2" }, { "win8", "w8" }, { "win2k12", "2k12" },
    { "win8.1", "w8.1" }, { "win2k12r2", "2k12R2" }, { "win10", "w10" },
    { "win2k16", "2k16" }, { "win2k19", "2k19" }, { "win11", "w11" },
    { "win2k22", "2k22" }, { "win2k25", "2k25" },
  };
  CLEANUP_FREE char *osinfo = NULL, *arch = NULL;
  size_t i;

  if (!guest->is_windows)
    return error_set (err, ENOTSUP, "this is for Windows, not for guests of "
                      "type \"%s\"", guest->type);
  osinfo = guestfs_inspect_get_osinfo (guest->g, guest->root);
  arch = guestfs_inspect_get_arch (guest->g, guest->root);
  if (!osinfo || !arch)
    return guest_failed (guest, err);
  *in = (struct injection) { .guest = guest };
  for (i = 0; i < sizeof systems / sizeof *systems; ++i)
    if (strcmp (osinfo, systems[i].osinfo) == 0)
      in->system = xstrdup (systems[i].folder);
  if (!in->system)
    return error_set (err, ENOTSUP, "there are no drivers for \"%s\"", osinfo);
  in->processor = xstrdup (strcmp (arch, "x86_64") == 0 ? "amd64"
                           : strcmp (arch, "aarch64") == 0 ? "ARM64" : "x86");
  return 0;
}

/* Is this "DRIVER/SYSTEM/PROCESSOR/FILE" for the guest?  The file's name is
 * returned. */
static const char *
file_of_guest (const struct injection *in, const char *path)
{
  CLEANUP_FREE char *middle = xasprintf ("/%s/%s/", in->system, in->processor);
  const char *slash = strchr (path, '/');
  size_t len = strlen (middle);

  if (!slash || strncasecmp (slash, middle, len) != 0
      || strchr (slash + len, '/'))
    return NULL;
  return slash + len;
}

static int
copy_file (struct injection *in, const char *name, const void *content,
           size_t len, struct error *err)
{
  CLEANUP_FREE char *target = xasprintf ("%s/%s", in->folder, name);

  if (guestfs_write (in->guest->g, target, content, len) == -1)
    return guest_failed (in->guest, err);
  ++in->copied;
  return 0;
}

static bool
wants_driver (const char *path, void *data)
{
  return file_of_guest (data, path) != NULL;
}

/* A driver of disks has to be where Windows looks for it when it boots. */
static int
copy_driver (const char *path, const void *content, size_t len, void *data,
             struct error *err)
{
  struct injection *in = data;
  const char *name = file_of_guest (in, path);
  bool viostor = strcasecmp (name, "viostor.sys") == 0;
  bool vioscsi = strcasecmp (name, "vioscsi.sys") == 0;

  if (viostor || vioscsi) {
    CLEANUP_FREE char *target
      = windows_path (in->guest, viostor ? "System32/drivers/viostor.sys"
                      : "System32/drivers/vioscsi.sys", err);

    if (!target)
      return -1;
    if (guestfs_write (in->guest->g, target, content, len) == -1)
      return guest_failed (in->guest, err);
    in->viostor |= viostor;
    in->vioscsi |= vioscsi;
  }
  return copy_file (in, name, content, len, err);
}

/* Windows looks for drivers in the folder, for devices that it meets; and a
 * script of the first boot has it take them all. */
static int
announce_drivers (struct injection *in, struct error *err)
{
  static const char script[] =
    "for %%i in (\"%SystemRoot%\\Drivers\\VirtIO\\*.inf\") do "
    "pnputil -i -a \"%%i\"\r\n";

  if (windows_add_device_path (in->guest, "%SystemRoot%\\Drivers\\VirtIO",
                               err) == -1
      || (in->viostor && windows_add_boot_driver
          (in->guest, "viostor", "1001", "1042", err) == -1)
      || (in->vioscsi && windows_add_boot_driver
          (in->guest, "vioscsi", "1004", "1048", err) == -1))
    return -1;
  return add_firstboot_script (in->guest, "install-virtio-win", script, err);
}

int
op_inject_virtio_win (struct guest *guest, const struct operation *op,
                      struct error *err)
{
  CLEANUP (injection_release) struct injection in = { .guest = guest };
  CLEANUP_FREE char *folder = NULL;

  message (guest->o, "Injecting virtio-win drivers: %s", op->words[0]);
  if (injection_init (&in, guest, err) == -1)
    return -1;
  folder = windows_path (guest, "Drivers/VirtIO", err);
  if (!folder)
    return -1;
  if (guestfs_mkdir_p (guest->g, folder) == -1)
    return guest_failed (guest, err);
  in.folder = folder;
  if (driverdisk_read (op->words[0], wants_driver, copy_driver, &in, err) == -1)
    return -1;
  if (in.copied == 0)
    return error_set (err, ENOENT, "%s: there are no drivers for this guest "
                      "(.../%s/%s)", op->words[0], in.system, in.processor);
  return announce_drivers (&in, err);
}

static bool
wants_agent (const char *path, void *data)
{
  const struct injection *in = data;

  return strcasecmp (path, strcmp (in->processor, "amd64") == 0
                     ? "guest-agent/qemu-ga-x86_64.msi"
                     : "guest-agent/qemu-ga-i386.msi") == 0;
}

static int
copy_agent (const char *path, const void *content, size_t len, void *data,
            struct error *err)
{
  return copy_file (data, "qemu-ga.msi", content, len, err);
}

static bool
wants_balloon (const char *path, void *data)
{
  const char *name = file_of_guest (data, path);

  return name && strcasecmp (name, "blnsvr.exe") == 0;
}

static int
copy_balloon (const char *path, const void *content, size_t len, void *data,
              struct error *err)
{
  return copy_file (data, "blnsvr.exe", content, len, err);
}

/* One program of the disk, which a script of the first boot installs. */
static int
inject_program (struct guest *guest, const char *method, const char *what,
                driverdisk_wants *wants, driverdisk_file *file,
                const char *script, struct error *err)
{
  CLEANUP (injection_release) struct injection in = { .guest = guest };
  CLEANUP_FREE char *folder = NULL;

  message (guest->o, "Injecting %s: %s", what, method);
  if (injection_init (&in, guest, err) == -1)
    return -1;
  folder = windows_install_firstboot (guest, err);
  if (!folder)
    return -1;
  in.folder = folder;
  if (driverdisk_read (method, wants, file, &in, err) == -1)
    return -1;
  if (in.copied == 0)
    return error_set (err, ENOENT, "%s: %s is not there for this guest", method,
                      what);
  return add_firstboot_script (guest, what, script, err);
}

int
op_inject_qemu_ga (struct guest *guest, const struct operation *op,
                   struct error *err)
{
  return inject_program (guest, op->words[0], "QEMU Guest Agent", wants_agent,
                         copy_agent,
                         "start /wait msiexec /i \"%firstboot%qemu-ga.msi\" "
                         "/qn /norestart\r\n", err);
}

int
op_inject_blnsvr (struct guest *guest, const struct operation *op,
                  struct error *err)
{
  return inject_program (guest, op->words[0], "Balloon Server", wants_balloon,
                         copy_balloon,
                         "\"%firstboot%blnsvr.exe\" -i\r\n", err);
}
