/* The system's facts in the registry: see winregistry.h. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "osrelease.h"
#include "prefix.h"
#include "text.h"
#include "winregistry.h"

#define FIRST_BUILD_OF_11 22000
#define LETTERS_MAX 64

/* --- SOFTWARE ---------------------------------------------------------------------- */

static void
set_version (struct registry *r, size_t key, struct system_info *info)
{
  CLEANUP_FREE char *text = NULL;
  uint32_t major_version, minor_version;

  /* "CurrentVersion" stays 6.3 from Windows 10 on. */
  if (registry_number (r, key, "CurrentMajorVersionNumber", &major_version)
      && registry_number (r, key, "CurrentMinorVersionNumber", &minor_version)
      && major_version < 1000 && minor_version < 1000) {
    info->major_version = major_version;
    info->minor_version = minor_version;
    return;
  }
  text = registry_string (r, key, "CurrentVersion");
  if (text)
    (void) osrelease_version (text, &info->major_version, &info->minor_version);
}

/* Windows 11 goes on calling itself Windows 10 in the registry. */
static void
correct_name (struct system_info *info)
{
  static const char ten[] = "Windows 10";
  char *name = info->product_name;

  if (name && info->build_id && atol (info->build_id) >= FIRST_BUILD_OF_11
      && has_prefix (name, ten))
    name[strlen (ten) - 1] = '1';
}

static bool
has_children (struct registry *r, size_t key)
{
  CLEANUP_FREE size_t *children = registry_children (r, key);

  return children && children[0];
}

void
winregistry_software (struct registry *r, struct system_info *info)
{
  size_t key = registry_key (r, "Microsoft\\Windows NT\\CurrentVersion");

  if (!key)
    system_warn (info, "the registry does not say which Windows it is");
  text_set (&info->product_name, registry_string (r, key, "ProductName"));
  text_set (&info->product_variant,
            registry_string (r, key, "InstallationType"));
  text_set (&info->build_id, registry_string (r, key, "CurrentBuildNumber"));
  if (!info->build_id)
    text_set (&info->build_id, registry_string (r, key, "CurrentBuild"));
  set_version (r, key, info);
  correct_name (info);
  key = registry_key (r, "Microsoft\\Windows\\CurrentVersion\\Group Policy\\"
                      "History");
  info->windows.group_policy = has_children (r, key);
}

/* --- SYSTEM ------------------------------------------------------------------------ */

/* The first three fields are numbers, stored little-endian. */
static void
format_guid (const unsigned char *p, char *ret, size_t size)
{
  (void) snprintf (ret, size, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                   get_le32 (p), get_le16 (p + 4), get_le16 (p + 6), p[8], p[9],
                   p[10], p[11], p[12], p[13], p[14], p[15]);
}

bool
winregistry_drive (const char *name, const unsigned char *data, size_t len,
                   struct drive_letter *ret)
{
  static const char prefix[] = "\\DosDevices\\", gpt[] = "DMIO:ID:";
  size_t prefix_len = strlen (prefix), gpt_len = strlen (gpt);
  struct drive_letter d = { 0 };

  if (strncasecmp (name, prefix, prefix_len) != 0
      || !isalpha ((unsigned char) name[prefix_len])
      || strcmp (name + prefix_len + 1, ":") != 0)
    return false;
  d.letter = (char) toupper ((unsigned char) name[prefix_len]);
  if (len == 12) {
    d.disk_id = get_le32 (data);
    d.offset = get_le64 (data + 4);
  } else if (len == gpt_len + 16 && memcmp (data, gpt, gpt_len) == 0) {
    d.gpt = true;
    format_guid (data + gpt_len, d.guid, sizeof d.guid);
  } else
    return false; /* text: the name of a removable disk */
  *ret = d;
  return true;
}

static void
add_drive (void *opaque, const char *name, const unsigned char *data,
           size_t len)
{
  struct drive_letters *letters = opaque;
  struct drive_letter d;

  if (letters->len < LETTERS_MAX && winregistry_drive (name, data, len, &d))
    (void) drive_letters_append (letters, d);
}

static const char *
architecture (const char *name)
{
  static const struct {
    const char *name, *arch;
  } names[] = {
    { "AMD64", "x86_64" }, { "x86", "i386" }, { "ARM64", "aarch64" },
    { "IA64", "ia64" }, { "ARM", "arm" },
  };
  size_t i;

  for (i = 0; name && i < sizeof names / sizeof names[0]; ++i)
    if (strcasecmp (names[i].name, name) == 0)
      return names[i].arch;
  return "unknown";
}

static void
set_hostname (struct registry *r, size_t set, struct system_info *info)
{
  static const struct {
    const char *key, *value;
  } places[] = {
    { "Services\\Tcpip\\Parameters", "Hostname" },
    { "Services\\Tcpip\\Parameters", "NV Hostname" },
    { "Control\\ComputerName\\ComputerName", "ComputerName" },
    { "Control\\ComputerName\\ActiveComputerName", "ComputerName" },
  };
  size_t i;

  for (i = 0; !info->hostname && i < sizeof places / sizeof places[0]; ++i)
    text_set (&info->hostname,
              registry_string (r, registry_key_below (r, set, places[i].key),
                               places[i].value));
}

void
winregistry_system (struct registry *r, struct system_info *info)
{
  CLEANUP_FREE char *arch = NULL;
  char name[32];
  uint32_t current;
  size_t set;

  registry_each_value (r, registry_key (r, "MountedDevices"), add_drive,
                       &info->windows.letters);
  if (!registry_number (r, registry_key (r, "Select"), "Current", &current)
      || current > 999) {
    system_warn (info, "the registry does not say which control set is used");
    return;
  }
  (void) snprintf (name, sizeof name, "ControlSet%03u", (unsigned) current);
  text_set (&info->windows.control_set, strdup (name));
  set = registry_key (r, name);
  set_hostname (r, set, info);
  arch = registry_string (r, registry_key_below (r, set, "Control\\Session "
                                                 "Manager\\Environment"),
                          "PROCESSOR_ARCHITECTURE");
  info->arch = architecture (arch);
}

struct registry *
winregistry_control_set (int root, const struct system_info *info,
                         const char *below, size_t *ret_key)
{
  const struct windows_info *w = &info->windows;
  struct registry *r;

  if (!w->system_hive || !w->control_set)
    return NULL;
  r = registry_open (root, w->system_hive);
  if (r)
    *ret_key = registry_key_below (r, registry_key (r, w->control_set), below);
  return r;
}
