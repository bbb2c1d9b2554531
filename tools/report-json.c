/* virt-inspector --json: docs/virt-inspector.schema.json describes it. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "jsonobject.h"
#include "report.h"

/* Of a list of names and values. */
static json_t *
hash (char **list)
{
  json_t *ret = json_object ();
  size_t i;

  for (i = 0; ret && list[i]; i += 2)
    if (jsonobject_text (ret, list[i], list[i + 1]) == -1) {
      json_decref (ret);
      return NULL;
    }
  return ret;
}

static json_t *
array (char **list)
{
  json_t *ret = json_array ();
  size_t i;

  for (i = 0; ret && list[i]; ++i) {
    CLEANUP_FREE char *clean = report_clean (list[i]);

    if (!clean || json_array_append_new (ret, json_string (clean)) == -1) {
      json_decref (ret);
      return NULL;
    }
  }
  return ret;
}

static json_t *
filesystem (const struct report_filesystem *f)
{
  json_t *ret = json_object ();
  int r;

  if (!ret)
    return NULL;
  r = jsonobject_text (ret, "device", f->device) | jsonobject_text (ret, "type", f->type)
    | jsonobject_text (ret, "label", f->label) | jsonobject_text (ret, "uuid", f->uuid);
  if (f->has_usage)
    r |= jsonobject_number (ret, "size", f->size) | jsonobject_number (ret, "used", f->used)
      | jsonobject_number (ret, "available", f->available);
  return jsonobject_checked (ret, r);
}

static json_t *
application (const struct guestfs_application2 *app)
{
  const struct {
    const char *name, *text;
  } fields[] = {
    { "name", app->app2_name },
    { "display_name", app->app2_display_name },
    { "version", app->app2_version },
    { "release", app->app2_release },
    { "arch", app->app2_arch },
    { "install_path", app->app2_install_path },
    { "publisher", app->app2_publisher },
    { "url", app->app2_url },
    { "source_package", app->app2_source_package },
    { "summary", app->app2_summary },
    { "description", app->app2_description },
    { "class", app->app2_class },
  };
  json_t *ret = json_object ();
  size_t i;
  int r = ret ? 0 : -1;

  if (r == 0 && app->app2_epoch != 0)
    r = json_object_set_new (ret, "epoch", json_integer (app->app2_epoch));
  for (i = 0; r == 0 && i < sizeof fields / sizeof fields[0]; ++i)
    r = jsonobject_text (ret, fields[i].name, fields[i].text);
  return jsonobject_checked (ret, r);
}

static int
set_lists (json_t *object, const struct report_system *s)
{
  json_t *filesystems = json_array (), *applications = NULL;
  int r = filesystems ? 0 : -1;
  size_t i;

  for (i = 0; r == 0 && i < s->nr_filesystems; ++i)
    r = json_array_append_new (filesystems, filesystem (&s->filesystems[i]));
  if (s->applications)
    r |= (applications = json_array ()) ? 0 : -1;
  for (i = 0; r == 0 && s->applications && i < s->applications->len; ++i)
    r = json_array_append_new (applications,
                               application (&s->applications->val[i]));
  r |= json_object_set_new (object, "filesystems", filesystems);
  if (applications)
    r |= json_object_set_new (object, "applications", applications);
  return r;
}

static json_t *
fact_row (const struct report_table *t, char **cells)
{
  json_t *ret = json_object ();
  size_t i;
  int r = ret ? 0 : -1;

  for (i = 0; r == 0 && i < t->nr_columns; ++i)
    if (cells[i] && t->columns[i].number)
      r = json_object_set_new (ret, t->columns[i].key,
                               json_integer (strtoll (cells[i], NULL, 10)));
    else
      r = jsonobject_text (ret, t->columns[i].key, cells[i]);
  return jsonobject_checked (ret, r);
}

/* Each list under its name; those with nothing in them are left out. */
static int
set_facts (json_t *object, const struct report_system *s)
{
  size_t i, j;
  int r = 0;

  for (i = 0; r == 0 && i < REPORT_TABLES; ++i) {
    const struct report_table *t = &s->facts[i];
    json_t *rows = t->rows > 0 ? json_array () : NULL;

    for (j = 0; r == 0 && rows && j < t->rows; ++j) {
      char **cells = t->cells + j * t->nr_columns;

      if (t->columns[0].key)
        r = json_array_append_new (rows, fact_row (t, cells));
      else if (cells[0]) {
        CLEANUP_FREE char *clean = report_clean (cells[0]);

        r = json_array_append_new (rows, clean ? json_string (clean) : NULL);
      }
    }
    if (t->rows > 0)
      r |= json_object_set_new (object, t->key, rows);
  }
  return r;
}

int
report_json_names (json_t *object, const struct report_system *s)
{
  return jsonobject_text (object, "root", s->root)
    | jsonobject_text (object, "type", s->type)
    | jsonobject_text (object, "arch", s->arch)
    | jsonobject_text (object, "distro", s->distro)
    | jsonobject_text (object, "product_name", s->product_name)
    | jsonobject_text (object, "product_variant", s->product_variant)
    | jsonobject_number (object, "major_version", s->major_version)
    | jsonobject_number (object, "minor_version", s->minor_version)
    | jsonobject_text (object, "package_format", s->package_format)
    | jsonobject_text (object, "package_management", s->package_management);
}

static json_t *
system_object (const struct report_system *s)
{
  json_t *ret = json_object ();
  int r;

  if (!ret)
    return NULL;
  r = report_json_names (ret, s)
    | jsonobject_text (ret, "hostname", s->hostname)
    | jsonobject_text (ret, "build_id", s->build_id)
    | jsonobject_text (ret, "osinfo", s->osinfo)
    | jsonobject_text (ret, "windows_systemroot", s->windows_systemroot)
    | jsonobject_text (ret, "windows_current_control_set",
                s->windows_current_control_set)
    | json_object_set_new (ret, "mountpoints", hash (s->mountpoints))
    | jsonobject_text (ret, "bootloader", s->bootloader)
    | jsonobject_text (ret, "firmware", s->firmware)
    | jsonobject_text (ret, "machine_id", s->machine_id)
    | jsonobject_text (ret, "timezone", s->timezone)
    | jsonobject_text (ret, "windows_state", s->windows_state) | set_facts (ret, s)
    | set_lists (ret, s) | jsonobject_text (ret, "icon", s->icon)
    | jsonobject_text (ret, "applications_error", s->applications_error);
  if (s->warnings && s->warnings[0])
    r |= json_object_set_new (ret, "warnings", array (s->warnings));
  if (s->has_group_policy)
    r |= json_object_set_new (ret, "windows_group_policy", json_true ());
  if (s->drive_mappings)
    r |= json_object_set_new (ret, "drive_mappings", hash (s->drive_mappings));
  return jsonobject_checked (ret, r);
}

int
report_json (const struct report *r)
{
  json_t *object = json_object (), *systems = json_array ();
  int bad = !object || !systems;
  size_t i;

  for (i = 0; !bad && i < r->nr_systems; ++i)
    bad = json_array_append_new (systems, system_object (&r->systems[i])) != 0;
  if (!bad)
    bad = jsonobject_text (object, "image", r->image) != 0;
  if (bad || json_object_set_new (object, "operatingsystems", systems) != 0) {
    json_decref (object);
    return -1;
  }
  return jsonobject_print (object);
}
