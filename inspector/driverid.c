/* Identifiers of hardware: see driverid.h.  Aliases are made by Linux's
 * scripts/mod/file2alias.c; learn.microsoft.com, "Standard USB Identifiers",
 * "Identifiers for PCI Devices". */

#include <config.h>

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "driverid.h"

#define LOWER_CASE "abcdefghijklmnopqrstuvwxyz"

/* The last `width` digits; nothing where some are none. */
static void
add_digits (char *field, size_t size, const char *digits, size_t len,
            size_t width)
{
  size_t at = strlen (field), i;

  for (i = 0; i < len; ++i)
    if (!isxdigit ((unsigned char) digits[i]))
      return;
  if (len > width) {
    digits += len - width;
    len = width;
  }
  if (at + len >= size)
    return;
  for (i = 0; i < len; ++i)
    field[at + i] = (char) toupper ((unsigned char) digits[i]);
  field[at + len] = '\0';
}

#define FIELD(name) offsetof (struct driver_id, name), \
                    sizeof ((struct driver_id *) NULL)->name
#define NO_FIELD { NULL, 0, 0, 0 }

struct field {
  const char *name;
  size_t offset, size, width;
};

static void
set_field (const struct field *fields, const char *name, size_t name_len,
           const char *value, size_t value_len, struct driver_id *id)
{
  for (; fields->name; ++fields)
    if (strlen (fields->name) == name_len
        && strncasecmp (fields->name, name, name_len) == 0)
      add_digits ((char *) id + fields->offset, fields->size, value, value_len,
                  fields->width);
}

/* --- Linux ------------------------------------------------------------------ */

static const struct field pci_fields[] = {
  { "v", FIELD (vendor), 4 }, { "d", FIELD (device), 4 },
  { "bc", FIELD (class), 2 }, { "sc", FIELD (class), 2 },
  { "i", FIELD (class), 2 }, NO_FIELD
};
static const struct field usb_fields[] = {
  { "v", FIELD (vendor), 4 }, { "p", FIELD (device), 4 },
  { "d", FIELD (revision), 4 }, { "ic", FIELD (class), 2 },
  { "isc", FIELD (class), 2 }, { "ip", FIELD (class), 2 },
  { "in", FIELD (identifier), 2 }, NO_FIELD
};
static const struct field hid_fields[] = {
  { "v", FIELD (vendor), 4 }, { "p", FIELD (device), 4 }, NO_FIELD
};
static const struct field virtio_fields[] = {
  { "d", FIELD (device), 4 }, { "v", FIELD (vendor), 4 }, NO_FIELD
};
static const struct {
  const char *name;
  const struct field *fields;
} buses[] = {
  { "pci", pci_fields }, { "usb", usb_fields }, { "hid", hid_fields },
  { "virtio", virtio_fields },
};

/* What stands after the name, which is in small letters, up to the next one. */
static bool
find_value (const char *text, const char *name, const char **value, size_t *len)
{
  while (*text) {
    size_t name_len = strspn (text, LOWER_CASE);

    *value = text + name_len;
    *len = strcspn (*value, LOWER_CASE);
    if (name_len == strlen (name) && strncmp (text, name, name_len) == 0)
      return true;
    text = *value + *len;
  }
  return false;
}

/* In an alias the vendor is the first of the two, in other places the last. */
static void
set_subsystem (const char *alias, struct driver_id *id)
{
  const char *vendor, *device;
  size_t vendor_len, device_len;

  if (!find_value (alias, "sv", &vendor, &vendor_len)
      || !find_value (alias, "sd", &device, &device_len)
      || *vendor == '*' || *device == '*')
    return;
  add_digits (id->subsystem, sizeof id->subsystem, device, device_len, 4);
  add_digits (id->subsystem, sizeof id->subsystem, vendor, vendor_len, 4);
}

bool
driver_id_modalias (const char *alias, struct driver_id *ret)
{
  size_t len = strcspn (alias, ":"), i;
  const struct field *fields;
  const char *p;

  if (alias[len] != ':')
    return false;
  for (i = 0; i < sizeof buses / sizeof buses[0]; ++i)
    if (strlen (buses[i].name) == len
        && strncmp (buses[i].name, alias, len) == 0)
      break;
  if (i == sizeof buses / sizeof buses[0])
    return false;
  fields = buses[i].fields;
  memset (ret, 0, sizeof *ret);
  memcpy (ret->bus, alias, len);
  for (p = alias + len + 1; *p;) {
    size_t name_len = strspn (p, LOWER_CASE);
    size_t value_len = strcspn (p + name_len, LOWER_CASE);
    const char *value = p + name_len;
    /* A star ends every alias, for fields that later kernels add. */
    bool last = value_len > 1 && !value[value_len]
      && value[value_len - 1] == '*';

    set_field (fields, p, name_len, value, value_len - last, ret);
    p = value + value_len;
  }
  if (fields == pci_fields)
    set_subsystem (alias + len + 1, ret);
  return true;
}

/* --- Windows ------------------------------------------------------------------ */

static const struct field windows_fields[] = {
  { "VEN_", FIELD (vendor), 4 }, { "VID_", FIELD (vendor), 4 },
  { "DEV_", FIELD (device), 4 }, { "PID_", FIELD (device), 4 },
  { "SUBSYS_", FIELD (subsystem), 8 }, { "REV_", FIELD (revision), 4 },
  { "CC_", FIELD (class), 6 }, { "Class_", FIELD (class), 2 },
  { "SubClass_", FIELD (class), 2 }, { "Prot_", FIELD (class), 2 },
  { "MI_", FIELD (identifier), 4 }, { "Col", FIELD (collection), 4 }, NO_FIELD
};

bool
driver_id_windows (const char *bus, const char *id, struct driver_id *ret)
{
  size_t len = strlen (bus), i;

  if (len == 0 || len >= sizeof ret->bus)
    return false;
  memset (ret, 0, sizeof *ret);
  for (i = 0; i < len; ++i)
    ret->bus[i] = (char) tolower ((unsigned char) bus[i]);
  while (*id) {
    size_t end = strcspn (id, "&"), name = 0;

    for (i = 0; windows_fields[i].name; ++i) {
      name = strlen (windows_fields[i].name);
      if (name < end && strncasecmp (id, windows_fields[i].name, name) == 0) {
        set_field (windows_fields, id, name, id + name, end - name, ret);
        break;
      }
    }
    id += end + (id[end] == '&');
  }
  return true;
}
