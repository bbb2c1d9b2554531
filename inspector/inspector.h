/* What system is installed in a filesystem.
 *
 * inspector_look asks the detectors, a table, one after the other whether the
 * filesystem mounted at a directory is the root of a system they know.  They
 * read the guest only through rootfs.h.
 */
#ifndef BATHYSCOPE_INSPECTOR_H
#define BATHYSCOPE_INSPECTOR_H

#include "error.h"
#include "fstab.h"

/* Names without a comment on ownership are static strings, "unknown" where that
 * is so. */
struct system_info {
  const char *type;   /* "linux" */
  const char *distro; /* "debian" */
  const char *package_format, *package_management;
  const char *arch;
  int major_version, minor_version; /* 0 where unknown */
  /* Owned; NULL where unknown. */
  char *product_name, *product_variant, *hostname, *build_id;
  struct fstab fstab; /* owned; what its /etc/fstab says, unresolved */
};

/* 1 with *ret filled when the filesystem is the root of a system, 0 when it is
 * not, -1 on error. */
int inspector_look (int root, struct system_info *ret, struct error *err);

void system_info_release (struct system_info *info);

/* --- for the detectors ------------------------------------------------------ */

/* 1, 0 or -1 as above, into an initialised struct, which the caller releases
 * whatever happens. */
typedef int detector_fn (int root, struct system_info *ret, struct error *err);

detector_fn detect_linux;

#endif
