/* Changing Windows guests, in their registry. */
#ifndef BATHYSCOPE_CUSTOMIZE_WINDOWS_H
#define BATHYSCOPE_CUSTOMIZE_WINDOWS_H

#include "guest.h"

int windows_hostname (struct guest *guest, const char *name,
                      struct error *err);

/* By the name that Windows has for it, such as "W. Europe Standard Time". */
int windows_timezone (struct guest *guest, const char *name,
                      struct error *err);

/* Have the scripts of the first boot run; the folder they are in, as a path of
 * the guest in heap memory. */
char *windows_install_firstboot (struct guest *guest, struct error *err);

#endif
