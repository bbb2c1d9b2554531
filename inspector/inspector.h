/* What system is installed in a filesystem.
 *
 * Inspection goes in two steps, so that a system whose files are spread over
 * several filesystems is described from all of them.  inspector_recognise asks
 * the detectors, a table, one after the other whether the filesystem mounted at
 * a directory is the root of a system they know, and what that system mounts.
 * The caller mounts these below the same directory, and inspector_describe
 * fills in everything else.
 *
 * Detectors read the guest only through rootfs.h.
 */
#ifndef BATHYSCOPE_INSPECTOR_H
#define BATHYSCOPE_INSPECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "fstab.h"
#include "strlist.h"

/* What a drive letter of Windows stands for, by its registry. */
struct drive_letter {
  char letter;
  bool gpt;          /* a partition of a GPT disk, by `guid`; else of an MBR disk */
  char guid[37];     /* lower case */
  uint32_t disk_id;  /* of the MBR */
  uint64_t offset;   /* bytes from the start of the disk */
};

DEFINE_VECTOR (drive_letters, struct drive_letter)

/* Strings are owned; NULL where unknown. */
struct windows_info {
  char *systemroot;    /* "/Windows", as it is spelled on the disk */
  char *system_hive, *software_hive; /* paths */
  char *control_set;   /* "ControlSet001" */
  bool group_policy;
  bool hibernated;
  bool unclean;        /* the registry was being written when it stopped */
  struct drive_letters letters;
};

/* Names without a comment on ownership are static strings, "unknown" where that
 * is so. */
struct system_info {
  const char *type;   /* "linux" */
  const char *distro; /* "debian" */
  const char *package_format, *package_management;
  const char *arch;
  const char *format; /* "installed"; "installer" for discs to install from */
  bool live, netinst, multipart;    /* of installers */
  int major_version, minor_version; /* 0 where unknown */
  /* Owned; NULL where unknown. */
  char *product_name, *product_variant, *hostname, *build_id;
  struct fstab fstab; /* owned; what its /etc/fstab says, unresolved */
  struct strlist crypttab, arrays; /* owned; see devtables.h */
  /* Where the system's root directory is in its root filesystem, when that is
   * not the top, and what is to be at its /var: a tree of ostree.  Owned. */
  char *tree, *tree_var;
  struct windows_info windows;
  struct strlist warnings; /* what could not be read; for people */
};

struct detector;

/* `fstype` is the type of the filesystem, as libblkid names it.  The detector,
 * with *ret begun (the caller releases it), or NULL with nothing in *ret: it is
 * not the root of a system, or, with *err set, there was an error. */
const struct detector *inspector_recognise (int root, const char *fstype,
                                            struct system_info *ret,
                                            struct error *err);

/* Is it the /usr of a system, with what names the system in it? */
bool inspector_is_usr (int root);

/* `root` is the system's root directory: where info->tree is set, that one.
 * 0 or -1. */
int inspector_describe (const struct detector *detector, int root,
                        struct system_info *info, struct error *err);

void system_info_release (struct system_info *info);

/* --- for the detectors ------------------------------------------------------ */

struct detector {
  /* 1 when it is, 0 when it is not, -1 on error.  Only looks, and fills in what
   * says where the rest of the system is: fstab, tree. */
  int (*recognise) (int root, const char *fstype, struct system_info *info,
                    struct error *err);
  int (*describe) (int root, struct system_info *info, struct error *err);
};

extern const struct detector detector_dos, detector_linux, detector_media,
  detector_unix, detector_windows;

/* Note what could not be read; for lack of memory it is lost. */
void system_warn (struct system_info *info, const char *fmt, ...)
  __attribute__ ((format (printf, 2, 3)));

#endif
