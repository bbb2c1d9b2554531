/* virt-drivers --json: an object for each guest. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers.h"
#include "jsonobject.h"
#include "strlist.h"

/* A list with what `item` makes of `nr` things; NULL for lack of memory. */
static json_t *
list (size_t nr, json_t *(*item) (const void *opaque, size_t i),
      const void *opaque)
{
  json_t *ret = json_array ();
  size_t i;

  for (i = 0; ret && i < nr; ++i)
    if (json_array_append_new (ret, item (opaque, i)) == -1) {
      json_decref (ret);
      return NULL;
    }
  return ret;
}

static json_t *
hardware (const struct guestfs_inspect_driver *d)
{
  const struct {
    const char *name, *text;
  } fields[] = {
    { "bus", d->driver_bus }, { "class", d->driver_class },
    { "vendor", d->driver_vendor }, { "device", d->driver_device },
    { "subsystem", d->driver_subsystem }, { "revision", d->driver_revision },
    { "identifier", d->driver_identifier },
    { "collection", d->driver_collection }, { "match", d->driver_match },
  };
  json_t *ret = json_object ();
  int r = ret ? 0 : -1;
  size_t i;

  for (i = 0; r == 0 && i < sizeof fields / sizeof fields[0]; ++i)
    r = jsonobject_text (ret, fields[i].name, fields[i].text);
  return jsonobject_checked (ret, r);
}

/* Rows of one driver stand together. */
static json_t *
driver (const struct guestfs_inspect_driver *rows, size_t nr)
{
  json_t *ret = json_object (), *all = json_array ();
  int r = ret && all ? 0 : -1;
  size_t i;

  for (i = 0; r == 0 && i < nr; ++i)
    if (*rows[i].driver_match)
      r = json_array_append_new (all, hardware (&rows[i]));
  if (r == 0)
    r = jsonobject_text (ret, "name", rows->driver_name)
      | jsonobject_text (ret, "file", rows->driver_file);
  if (r == 0)
    r = json_object_set_new (ret, "hardware", all);
  else
    json_decref (all);
  return jsonobject_checked (ret, r);
}

static json_t *
drivers (const struct guestfs_inspect_driver *rows, size_t nr)
{
  json_t *ret = json_array ();
  size_t i, end;

  for (i = 0; ret && i < nr; i = end) {
    for (end = i + 1; end < nr; ++end)
      if (strcmp (rows[end].driver_name, rows[i].driver_name) != 0)
        break;
    if (json_array_append_new (ret, driver (rows + i, end - i)) == -1) {
      json_decref (ret);
      return NULL;
    }
  }
  return ret;
}

static json_t *
supports (const struct boot_system *s, const struct boot_kernel *k)
{
  json_t *ret = json_array ();
  const struct boot_support *support;

  for (support = boot_supports; ret && support->name; ++support)
    if (boot_supported (s, k, support)
        && json_array_append_new (ret, json_string (support->name)) == -1) {
      json_decref (ret);
      return NULL;
    }
  return ret;
}

static json_t *
kernel (const void *opaque, size_t i)
{
  const struct boot_system *s = opaque;
  const struct boot_kernel *k = &s->kernels[i];
  json_t *ret = json_object ();

  if (!ret)
    return NULL;
  return jsonobject_checked (ret, jsonobject_text (ret, "package", k->package)
    | jsonobject_text (ret, "version", k->kernel->kernel_version)
    | jsonobject_text (ret, "path", k->kernel->kernel_path)
    | jsonobject_text (ret, "initrd", k->kernel->kernel_initrd)
    | jsonobject_text (ret, "modules", k->kernel->kernel_modules)
    | jsonobject_text (ret, "config", k->config)
    | json_object_set_new (ret, "supports", supports (s, k))
    | json_object_set_new (ret, "debug", json_boolean (boot_is_debug (k)))
    | json_object_set_new (ret, "drivers",
                           drivers (s->drivers->val + k->first, k->nr)));
}

static json_t *
system_object (const void *opaque, size_t i)
{
  const struct boot_report *report = opaque;
  const struct boot_system *s = &report->systems[i];
  json_t *ret = json_object ();
  int r;

  if (!ret)
    return NULL;
  r = report_json_names (ret, s->system)
    | jsonobject_text (ret, "osinfo", s->system->osinfo)
    | jsonobject_text (ret, "bootloader", s->loader)
    | jsonobject_text (ret, "bootloader_config", s->loader_config);
  if (strcmp (s->system->type, "windows") == 0)
    r |= json_object_set_new (ret, "drivers", drivers (s->drivers->val,
                                                       s->drivers->len));
  else
    r |= json_object_set_new (ret, "kernels", list (s->nr_kernels, kernel, s));
  return jsonobject_checked (ret, r);
}

static json_t *
firmware (const struct boot_report *r)
{
  json_t *ret = json_array ();
  int bad = !ret;

  if (!bad && r->bios)
    bad = json_array_append_new (ret, json_string ("bios"));
  if (!bad && r->uefi)
    bad = json_array_append_new (ret, json_string ("uefi"));
  return bad ? jsonobject_checked (ret, -1) : ret;
}

static json_t *
esp_name (const void *opaque, size_t i)
{
  const struct boot_report *r = opaque;

  return json_string (r->esp[i]);
}

int
boot_json (const struct boot_report *r)
{
  json_t *object = json_object ();
  int bad;

  if (!object)
    return -1;
  bad = jsonobject_text (object, "image", r->image)
    | json_object_set_new (object, "firmware", firmware (r))
    | json_object_set_new (object, "esp", list (strings_count (r->esp), esp_name, r))
    | json_object_set_new (object, "operatingsystems",
                           list (r->nr_systems, system_object, r));
  return jsonobject_print (jsonobject_checked (object, bad));
}
