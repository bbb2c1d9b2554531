/* What virt-drivers says of a guest: how it boots, and its drivers. */
#ifndef BATHYSCOPE_DRIVERS_H
#define BATHYSCOPE_DRIVERS_H

#include "options.h"
#include "report.h"

/* Texts are owned unless it says otherwise. */
struct boot_kernel {
  const struct guestfs_inspect_kernel *kernel; /* of `kernels` */
  char *package;
  char *config;  /* NULL where there is none */
  size_t first, nr; /* its rows of `drivers` */
};

struct boot_system {
  const struct report_system *system; /* not owned */
  char *loader, *loader_config;
  struct guestfs_inspect_kernel_list *kernel_list;
  struct guestfs_inspect_driver_list *drivers;
  struct boot_kernel *kernels; /* newest first */
  size_t nr_kernels;
};

struct boot_report {
  const char *image; /* not owned */
  bool many;
  bool bios, uefi;
  char **esp;        /* devices of EFI system partitions */
  struct report report;
  struct boot_system *systems;
  size_t nr_systems;
};

#define BOOT_REPORT_INIT { .report = REPORT_INIT }

/* Ask the launched handle, on which inspect_os was called.  Messages go to
 * stderr.  0 or -1. */
int boot_collect (const struct options *o, char **roots,
                  struct boot_report *ret);
void boot_release (struct boot_report *r);

#define CLEANUP_BOOT_REPORT CLEANUP (boot_release)

/* Does a kernel have this module?  Names with an underscore. */
bool boot_has_module (const struct boot_system *s, const struct boot_kernel *k,
                      const char *module);
bool boot_is_xen_only (const struct boot_system *s,
                       const struct boot_kernel *k);
bool boot_is_debug (const struct boot_kernel *k);

/* What a kernel needs for hardware that emulators have. */
struct boot_support {
  const char *name; /* "virtio_blk" */
  const char *modules[3]; /* any of them */
};
extern const struct boot_support boot_supports[];
bool boot_supported (const struct boot_system *s, const struct boot_kernel *k,
                     const struct boot_support *support);

/* Print the elements of one guest, or all of its object on a line.  0 or -1. */
int boot_xml (const struct boot_report *r, bool whole);
int boot_json (const struct boot_report *r);
#define BOOT_XML_ROOT "operatingsystems"

#endif
