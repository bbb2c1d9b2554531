/* The commands of package managers, from the table in package-commands, which
 * the Python module shares. */
#ifndef BATHYSCOPE_CUSTOMIZE_PACKAGES_H
#define BATHYSCOPE_CUSTOMIZE_PACKAGES_H

#include "guest.h"

enum package_action {
  PACKAGES_INSTALL,
  PACKAGES_UNINSTALL,
  PACKAGES_UPDATE,
};

/* Text for the guest's shell; heap memory.  Names are checked. */
char *package_command (const struct guest *guest, enum package_action action,
                       char *const *names, struct error *err);

#endif
