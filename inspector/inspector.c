/* The table of detectors: see inspector.h. */

#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspector.h"
#include "rootfs.h"

#define WARNINGS_MAX 64

static const struct detector *const detectors[] = {
  &detector_windows,
  &detector_unix,
  &detector_media, /* before Linux: a live disc may look like a root, too */
  &detector_linux,
  &detector_dos,
};

static void
windows_info_release (struct windows_info *w)
{
  free (w->systemroot);
  free (w->system_hive);
  free (w->software_hive);
  free (w->control_set);
  drive_letters_release (&w->letters);
}

void
system_info_release (struct system_info *info)
{
  free (info->product_name);
  free (info->product_variant);
  free (info->hostname);
  free (info->build_id);
  free (info->tree);
  free (info->tree_var);
  strlist_release (&info->crypttab);
  strlist_release (&info->arrays);
  fstab_free (&info->fstab);
  windows_info_release (&info->windows);
  strlist_release (&info->warnings);
  *info = (struct system_info) { 0 };
}

const struct detector *
inspector_recognise (int root, const char *fstype, struct system_info *ret,
                     struct error *err)
{
  size_t i;

  for (i = 0; i < sizeof detectors / sizeof detectors[0]; ++i) {
    struct system_info info = {
      .type = "unknown", .distro = "unknown", .package_format = "unknown",
      .package_management = "unknown", .arch = "unknown",
      .format = "installed",
    };
    int r = detectors[i]->recognise (root, fstype, &info, err);

    if (r == 1) {
      *ret = info;
      return detectors[i];
    }
    system_info_release (&info);
    if (r == -1)
      return NULL;
  }
  return NULL;
}

bool
inspector_is_usr (int root)
{
  return rootfs_is_dir (root, "/bin") && rootfs_is_dir (root, "/share")
         && (rootfs_is_file (root, "/lib/os-release")
             || rootfs_is_file (root, "/lib64/os-release"));
}

int
inspector_describe (const struct detector *detector, int root,
                    struct system_info *info, struct error *err)
{
  return detector->describe (root, info, err);
}

void
system_warn (struct system_info *info, const char *fmt, ...)
{
  char *text;
  va_list args;
  int n;

  if (info->warnings.len >= WARNINGS_MAX)
    return;
  va_start (args, fmt);
  n = vasprintf (&text, fmt, args);
  va_end (args);
  if (n >= 0)
    (void) strlist_add_taken (&info->warnings, text);
}
