/* Asking a guest all that a report says: see report.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known.h"
#include "options.h"
#include "report.h"
#include "strlist.h"

static void
free_filesystem (struct report_filesystem *f)
{
  free (f->device);
  free (f->type);
  free (f->label);
  free (f->uuid);
}

static void
free_system (struct report_system *s)
{
  char *texts[] = {
    s->root, s->type, s->arch, s->distro, s->product_name, s->product_variant,
    s->package_format, s->package_management, s->hostname, s->build_id,
    s->osinfo, s->windows_systemroot, s->windows_current_control_set, s->icon,
    s->applications_error,
  };
  size_t i;

  for (i = 0; i < sizeof texts / sizeof texts[0]; ++i)
    free (texts[i]);
  for (i = 0; i < s->nr_filesystems; ++i)
    free_filesystem (&s->filesystems[i]);
  free (s->filesystems);
  report_free_facts (s);
  strings_free (s->mountpoints);
  strings_free (s->drive_mappings);
  strings_free (s->warnings);
  guestfs_free_application2_list (s->applications);
}

void
report_release (struct report *r)
{
  size_t i;

  for (i = 0; i < r->nr_systems; ++i)
    free_system (&r->systems[i]);
  free (r->systems);
  r->systems = NULL;
  r->nr_systems = 0;
}

static int
collect_names (guestfs_h *g, struct report_system *s)
{
  const char *root = s->root;

  s->type = guestfs_inspect_get_type (g, root);
  if (!s->type)
    return -1;
  s->arch = known (guestfs_inspect_get_arch (g, root));
  s->distro = known (guestfs_inspect_get_distro (g, root));
  s->product_name = known (guestfs_inspect_get_product_name (g, root));
  s->product_variant = known (guestfs_inspect_get_product_variant (g, root));
  s->package_format = known (guestfs_inspect_get_package_format (g, root));
  s->package_management
    = known (guestfs_inspect_get_package_management (g, root));
  s->hostname = known (guestfs_inspect_get_hostname (g, root));
  s->build_id = known (guestfs_inspect_get_build_id (g, root));
  s->osinfo = known (guestfs_inspect_get_osinfo (g, root));
  s->major_version = guestfs_inspect_get_major_version (g, root);
  s->minor_version = guestfs_inspect_get_minor_version (g, root);
  return s->major_version == -1 || s->minor_version == -1 ? -1 : 0;
}

/* Which of it there is differs with the version of Windows. */
static void
collect_windows (guestfs_h *g, struct report_system *s)
{
  if (strcmp (s->type, "windows") != 0)
    return;
  guestfs_push_error_handler (g, NULL, NULL);
  s->windows_systemroot
    = known (guestfs_inspect_get_windows_systemroot (g, s->root));
  s->windows_current_control_set
    = known (guestfs_inspect_get_windows_current_control_set (g, s->root));
  s->has_group_policy
    = guestfs_inspect_get_windows_group_policy (g, s->root) == 1;
  guestfs_pop_error_handler (g);
}

/* Few systems have drive letters. */
static int
collect_drives (guestfs_h *g, struct report_system *s)
{
  s->drive_mappings = guestfs_inspect_get_drive_mappings (g, s->root);
  if (!s->drive_mappings)
    return -1;
  if (!s->drive_mappings[0]) {
    strings_free (s->drive_mappings);
    s->drive_mappings = NULL;
  }
  return 0;
}

static void
collect_icon (guestfs_h *g, struct report_system *s)
{
  size_t len;
  CLEANUP_FREE char *icon = NULL;

  guestfs_push_error_handler (g, NULL, NULL);
  icon = guestfs_inspect_get_icon (g, s->root, &len, -1);
  guestfs_pop_error_handler (g);
  if (icon && len > 0)
    s->icon = report_base64 (icon, len);
}

/* Swap space has no label, some filesystems have no UUID: no reason to fail. */
static int
collect_filesystems (guestfs_h *g, struct report_system *s)
{
  CLEANUP_STRINGS char **devices
    = guestfs_inspect_get_filesystems (g, s->root);
  size_t i, n;

  if (!devices)
    return -1;
  n = strings_count (devices);
  strings_sort (devices);
  s->filesystems = xrealloc (NULL, n + 1, sizeof *s->filesystems);
  guestfs_push_error_handler (g, NULL, NULL);
  for (i = 0; i < n; ++i)
    s->filesystems[i] = (struct report_filesystem) {
      .device = xstrdup (devices[i]),
      .type = known (guestfs_vfs_type (g, devices[i])),
      .label = known (guestfs_vfs_label (g, devices[i])),
      .uuid = known (guestfs_vfs_uuid (g, devices[i])),
    };
  s->nr_filesystems = n;
  guestfs_pop_error_handler (g);
  return 0;
}

/* A package database that cannot be read is no reason to hide the rest. */
static void
collect_applications (guestfs_h *g, struct report_system *s)
{
  s->applications = guestfs_inspect_list_applications2 (g, s->root);
  if (!s->applications)
    s->applications_error = xstrdup (guestfs_last_error (g));
}

static struct report_filesystem *
find_filesystem (struct report_system *s, const char *device)
{
  size_t i;

  for (i = 0; i < s->nr_filesystems; ++i)
    if (strcmp (s->filesystems[i].device, device) == 0)
      return &s->filesystems[i];
  return NULL;
}

/* Each is mounted on its own, so that none hides another. */
static void
collect_usage (guestfs_h *g, struct report_system *s)
{
  size_t i;

  guestfs_push_error_handler (g, NULL, NULL);
  for (i = 0; s->mountpoints[i]; i += 2) {
    struct report_filesystem *f = find_filesystem (s, s->mountpoints[i + 1]);
    struct guestfs_statvfs *v;

    if (!f || f->has_usage || guestfs_mount_ro (g, f->device, "/") == -1)
      continue;
    v = guestfs_statvfs (g, "/");
    if (v) {
      f->has_usage = true;
      f->size = (uint64_t) v->blocks * v->frsize;
      f->used = (uint64_t) (v->blocks - v->bfree) * v->frsize;
      f->available = (uint64_t) v->bavail * v->frsize;
      guestfs_free_statvfs (v);
    }
    (void) guestfs_umount_all (g);
  }
  guestfs_pop_error_handler (g);
}

static int
collect_system (guestfs_h *g, const struct report_settings *settings,
                struct report_system *s)
{
  if (collect_names (g, s) == -1)
    return -1;
  s->mountpoints = guestfs_inspect_get_mountpoints (g, s->root);
  if (!s->mountpoints || collect_filesystems (g, s) == -1
      || collect_drives (g, s) == -1)
    return -1;
  collect_windows (g, s);
  if (settings->icon)
    collect_icon (g, s);
  if (settings->usage)
    collect_usage (g, s);
  if (settings->facts)
    report_collect_facts (g, s);
  if (settings->applications)
    collect_applications (g, s);
  s->warnings = guestfs_inspect_get_warnings (g, s->root);
  return s->warnings ? 0 : -1;
}

int
report_collect (guestfs_h *g, char **roots,
                const struct report_settings *settings, struct report *ret)
{
  size_t n = strings_count (roots), i;

  ret->systems = xrealloc (NULL, n + 1, sizeof *ret->systems);
  memset (ret->systems, 0, (n + 1) * sizeof *ret->systems);
  for (i = 0; i < n; ++i) {
    ret->systems[i].root = xstrdup (roots[i]);
    ret->nr_systems = i + 1;
    if (collect_system (g, settings, &ret->systems[i]) == -1)
      return -1;
  }
  return 0;
}
