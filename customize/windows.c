/* Changing Windows guests: see windows.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cleanup.h"
#include "data.h"
#include "registry.h"
#include "types.h"
#include "windows.h"

/* A path below the control set that is in use. */
static char *
control_set_path (struct guest *guest, const char *rest, struct error *err)
{
  CLEANUP_FREE char *set
    = guestfs_inspect_get_windows_current_control_set (guest->g, guest->root);

  if (!set) {
    guest_failed (guest, err);
    return NULL;
  }
  return xasprintf ("%s/%s", set, rest);
}

/* What is done with the open SYSTEM hive. */
typedef int change_fn (struct guest *guest, void *data, struct error *err);

static int
change_hive (struct guest *guest, const char *hive, change_fn *fn, void *data,
             struct error *err)
{
  int r;

  if (registry_open (guest, hive, true, err) == -1)
    return -1;
  r = fn (guest, data, err);
  if (registry_close (guest, r == 0, err) == -1)
    r = -1;
  return r;
}

static int64_t
control_key (struct guest *guest, const char *path, struct error *err)
{
  CLEANUP_FREE char *full = control_set_path (guest, path, err);

  return full ? registry_key (guest, full, true, err) : -1;
}

static int
set_name (struct guest *guest, void *data, struct error *err)
{
  static const struct { const char *key, *value; bool netbios; } names[] = {
    { "Control/ComputerName/ComputerName", "ComputerName", true },
    { "Services/Tcpip/Parameters", "Hostname", false },
    { "Services/Tcpip/Parameters", "NV Hostname", false },
  };
  const char *name = data;
  char netbios[16];
  size_t i;

  for (i = 0; i < sizeof netbios - 1 && name[i]; ++i)
    netbios[i] = name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i];
  netbios[i] = '\0';
  for (i = 0; i < sizeof names / sizeof *names; ++i) {
    int64_t key = control_key (guest, names[i].key, err);

    if (key <= 0 || registry_set_string (guest, key, names[i].value,
                                         REGISTRY_SZ, names[i].netbios
                                         ? netbios : name, err) == -1)
      return -1;
  }
  return 0;
}

int
windows_hostname (struct guest *guest, const char *name, struct error *err)
{
  if (strchr (name, '.') || strlen (name) > 63)
    return error_set (err, EINVAL, "the name of a Windows guest has no dots "
                      "in it");
  return change_hive (guest, "SYSTEM", set_name, (char *) name, err);
}

struct timezone_data {
  const char *name;
  char *std, *dlt; /* names that are shown */
  unsigned char tzi[44];
};

/* REG_TZI_FORMAT: three LONGs and two SYSTEMTIMEs. */
static int
read_timezone (struct guest *guest, struct timezone_data *t, struct error *err)
{
  CLEANUP_FREE char *path
    = xasprintf ("Microsoft/Windows NT/CurrentVersion/Time Zones/%s", t->name);
  CLEANUP_FREE char *tzi = NULL;
  size_t len = 0;
  int64_t key = registry_key (guest, path, false, err);

  if (key == -1)
    return -1;
  if (key > 0)
    tzi = registry_get (guest, key, "TZI", &len, err);
  if (error_is_set (err))
    return -1;
  if (!tzi || len != sizeof t->tzi)
    return error_set (err, ENOENT, "\"%s\" is no time zone of the guest; "
                      "Windows has names such as \"W. Europe Standard Time\"",
                      t->name);
  memcpy (t->tzi, tzi, sizeof t->tzi);
  t->std = registry_get_string (guest, key, "MUI_Std", err);
  if (!t->std && !error_is_set (err))
    t->std = registry_get_string (guest, key, "Std", err);
  t->dlt = registry_get_string (guest, key, "MUI_Dlt", err);
  if (!t->dlt && !error_is_set (err))
    t->dlt = registry_get_string (guest, key, "Dlt", err);
  return error_is_set (err) ? -1 : 0;
}

static int
set_timezone (struct guest *guest, void *data, struct error *err)
{
  const struct timezone_data *t = data;
  int64_t key = control_key (guest, "Control/TimeZoneInformation", err);
  uint32_t bias = get_le32 (t->tzi), std_bias = get_le32 (t->tzi + 4);

  if (key <= 0
      || registry_set_string (guest, key, "TimeZoneKeyName", REGISTRY_SZ,
                              t->name, err) == -1
      || (t->std && registry_set_string (guest, key, "StandardName",
                                         REGISTRY_SZ, t->std, err) == -1)
      || (t->dlt && registry_set_string (guest, key, "DaylightName",
                                         REGISTRY_SZ, t->dlt, err) == -1)
      || registry_set_dword (guest, key, "Bias", bias, err) == -1
      || registry_set_dword (guest, key, "StandardBias", std_bias, err) == -1
      || registry_set_dword (guest, key, "DaylightBias", get_le32 (t->tzi + 8),
                             err) == -1
      || registry_set_dword (guest, key, "ActiveTimeBias", bias + std_bias,
                             err) == -1
      || registry_set_binary (guest, key, "StandardStart", t->tzi + 12, 16,
                              err) == -1)
    return -1;
  return registry_set_binary (guest, key, "DaylightStart", t->tzi + 28, 16,
                              err);
}

int
windows_timezone (struct guest *guest, const char *name, struct error *err)
{
  struct timezone_data t = { .name = name };
  int r;

  if (strpbrk (name, "/\\"))
    return error_set (err, EINVAL, "\"%s\" is no time zone of the guest; "
                      "Windows has names such as \"W. Europe Standard Time\"",
                      name);
  if (registry_open (guest, "SOFTWARE", false, err) == -1)
    return -1;
  r = read_timezone (guest, &t, err);
  if (registry_close (guest, false, err) == -1)
    r = -1;
  if (r == 0)
    r = change_hive (guest, "SYSTEM", set_timezone, &t, err);
  free (t.std);
  free (t.dlt);
  return r;
}

/* A service that is no program made to be one: Windows starts cmd.exe, which
 * starts the scripts by themselves, and then gives up on it.  So nothing but
 * what is in Windows is needed. */
static int
add_service (struct guest *guest, void *data, struct error *err)
{
  int64_t key = control_key (guest, "Services/guestfs-firstboot", err);
  CLEANUP_FREE char *command
    = xasprintf ("%%SystemRoot%%\\system32\\cmd.exe /c start \"\" /b "
                 "cmd.exe /c \"%s\\firstboot.bat\"", (const char *) data);

  if (key <= 0
      || registry_set_dword (guest, key, "Type", 0x10, err) == -1 /* own process */
      || registry_set_dword (guest, key, "Start", 2, err) == -1   /* automatic */
      || registry_set_dword (guest, key, "ErrorControl", 0, err) == -1
      || registry_set_string (guest, key, "ImagePath", REGISTRY_EXPAND_SZ,
                              command, err) == -1
      || registry_set_string (guest, key, "DisplayName", REGISTRY_SZ,
                              "Scripts for the first boot", err) == -1)
    return -1;
  return registry_set_string (guest, key, "ObjectName", REGISTRY_SZ,
                              "LocalSystem", err);
}

/* firstboot.bat with the ends of line that cmd.exe wants. */
static char *
dos_text (const char *text)
{
  char *ret = xmalloc (2 * strlen (text) + 1), *p = ret;

  for (; *text; ++text) {
    if (*text == '\n')
      *p++ = '\r';
    *p++ = *text;
  }
  *p = '\0';
  return ret;
}

char *
windows_install_firstboot (struct guest *guest, struct error *err)
{
  CLEANUP_FREE char *programs = NULL, *folder = NULL, *scripts = NULL;
  CLEANUP_FREE char *bat = NULL, *text = dos_text (firstboot_bat);
  char native[] = "C:\\Program Files\\Guestfs\\Firstboot";

  programs = guestfs_case_sensitive_path (guest->g, "/Program Files");
  if (!programs)
    programs = xstrdup ("/Program Files");
  folder = xasprintf ("%s/Guestfs/Firstboot", programs);
  scripts = xasprintf ("%s/scripts", folder);
  bat = xasprintf ("%s/firstboot.bat", folder);
  if (guestfs_mkdir_p (guest->g, scripts) == -1
      || guestfs_write (guest->g, bat, text, strlen (text)) == -1) {
    guest_failed (guest, err);
    return NULL;
  }
  if (change_hive (guest, "SYSTEM", add_service, native, err) == -1)
    return NULL;
  return TAKE_PTR (folder);
}

char *
windows_path (struct guest *guest, const char *path, struct error *err)
{
  CLEANUP_FREE char *root
    = guestfs_inspect_get_windows_systemroot (guest->g, guest->root);
  CLEANUP_FREE char *wanted = NULL;
  char *real;

  if (!root) {
    guest_failed (guest, err);
    return NULL;
  }
  wanted = xasprintf ("%s/%s", root, path);
  real = guestfs_case_sensitive_path (guest->g, wanted);
  return real ? real : TAKE_PTR (wanted);
}

static int
add_device_path (struct guest *guest, void *data, struct error *err)
{
  int64_t key = registry_key (guest, "Microsoft/Windows/CurrentVersion", true,
                              err);
  CLEANUP_FREE char *old = NULL, *new = NULL;

  if (key <= 0)
    return -1;
  old = registry_get_string (guest, key, "DevicePath", err);
  if (error_is_set (err))
    return -1;
  if (old && strstr (old, data))
    return 0;
  new = xasprintf ("%s;%s", old && *old ? old : "%SystemRoot%\\inf",
                   (const char *) data);
  return registry_set_string (guest, key, "DevicePath", REGISTRY_EXPAND_SZ, new,
                              err);
}

int
windows_add_device_path (struct guest *guest, const char *folder,
                         struct error *err)
{
  return change_hive (guest, "SOFTWARE", add_device_path, (char *) folder, err);
}

struct boot_driver {
  const char *service, *devices[2];
};

/* Control\CriticalDeviceDatabase: the devices that are met while there is no
 * disk yet to look for drivers. */
static int
add_critical_device (struct guest *guest, const struct boot_driver *d,
                     const char *device, struct error *err)
{
  CLEANUP_FREE char *path
    = xasprintf ("Control/CriticalDeviceDatabase/pci#ven_1af4&dev_%s", device);
  int64_t key = control_key (guest, path, err);

  if (key <= 0
      || registry_set_string (guest, key, "Service", REGISTRY_SZ, d->service,
                              err) == -1)
    return -1;
  return registry_set_string (guest, key, "ClassGUID", REGISTRY_SZ,
                              "{4D36E97B-E325-11CE-BFC1-08002BE10318}", err);
}

static int
add_boot_driver (struct guest *guest, void *data, struct error *err)
{
  const struct boot_driver *d = data;
  CLEANUP_FREE char *path = xasprintf ("Services/%s", d->service);
  CLEANUP_FREE char *image = xasprintf ("system32\\drivers\\%s.sys", d->service);
  int64_t key = control_key (guest, path, err);

  if (key <= 0
      || registry_set_dword (guest, key, "Type", 1, err) == -1  /* of the kernel */
      || registry_set_dword (guest, key, "Start", 0, err) == -1 /* at boot */
      || registry_set_dword (guest, key, "ErrorControl", 1, err) == -1
      || registry_set_string (guest, key, "Group", REGISTRY_SZ,
                              "SCSI miniport", err) == -1
      || registry_set_string (guest, key, "ImagePath", REGISTRY_EXPAND_SZ,
                              image, err) == -1)
    return -1;
  if (guest->major > 6 || (guest->major == 6 && guest->minor > 1))
    return 0;
  return add_critical_device (guest, d, d->devices[0], err) == -1 ? -1
    : add_critical_device (guest, d, d->devices[1], err);
}

int
windows_add_boot_driver (struct guest *guest, const char *service,
                         const char *old_device, const char *new_device,
                         struct error *err)
{
  struct boot_driver d = { service, { old_device, new_device } };

  return change_hive (guest, "SYSTEM", add_boot_driver, &d, err);
}
