/* What else is known of a system: things that only some callers ask for, looked
 * up when they do.
 *
 * `root` is the system's root directory with all its filesystems in place.
 * Lists are rows of strings in a strlist, of as many columns as the function
 * says; what is not known is an empty string.  Functions that fill lists return
 * 0, or -1 without memory.
 */
#ifndef BATHYSCOPE_FACTS_H
#define BATHYSCOPE_FACTS_H

#include "inspector.h"

/* Heap strings; NULL where unknown. */
char *facts_machine_id (int root, const struct system_info *info);
char *facts_timezone (int root, const struct system_info *info);

/* A static string: "grub2", ..., "unknown". */
const char *facts_bootloader (int root, const struct system_info *info);
/* The path of its configuration, static as well; "" where there is none. */
const char *facts_bootloader_config (int root, const struct system_info *info);

/* Is there a boot loader for a BIOS, or one for UEFI? */
struct facts_firmware {
  bool bios, uefi;
};
struct facts_firmware facts_firmware (int root,
                                      const struct system_info *info);

/* version, kernel, initrd, modules */
#define FACTS_KERNEL_COLUMNS 4
int facts_kernels (int root, const struct system_info *info,
                   struct strlist *ret);

/* kernel, name, file, bus, class, vendor, device, subsystem, revision,
 * identifier, collection (driverid.h), and the hardware as the system writes
 * it; one row for each such, sorted by name within each kernel. */
#define FACTS_DRIVER_COLUMNS 12
int facts_drivers (int root, const struct system_info *info,
                   struct strlist *ret);

/* name, UID, GID, comment, home, shell */
#define FACTS_USER_COLUMNS 6
int facts_users (int root, const struct system_info *info, struct strlist *ret);

/* One column, sorted, without doubles. */
int facts_services (int root, const struct system_info *info,
                    struct strlist *ret);

/* interface, method, addresses, gateways, name servers, MAC, source */
#define FACTS_NETWORK_COLUMNS 7
int facts_networks (int root, const struct system_info *info,
                    struct strlist *ret);

#endif
