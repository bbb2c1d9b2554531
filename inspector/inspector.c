/* The table of detectors: see inspector.h. */

#include <config.h>

#include <stdlib.h>

#include "inspector.h"

static detector_fn *const detectors[] = {
  detect_linux,
};

void
system_info_release (struct system_info *info)
{
  free (info->product_name);
  free (info->product_variant);
  free (info->hostname);
  free (info->build_id);
  fstab_free (&info->fstab);
  *info = (struct system_info) { 0 };
}

int
inspector_look (int root, struct system_info *ret, struct error *err)
{
  size_t i;

  for (i = 0; i < sizeof detectors / sizeof detectors[0]; ++i) {
    struct system_info info = {
      .type = "unknown", .distro = "unknown", .package_format = "unknown",
      .package_management = "unknown", .arch = "unknown",
    };
    int r = detectors[i] (root, &info, err);

    if (r == 1) {
      *ret = info;
      return 1;
    }
    system_info_release (&info);
    if (r == -1)
      return -1;
  }
  return 0;
}
