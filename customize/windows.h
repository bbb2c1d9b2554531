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

/* A path below C:\Windows, spelled as the guest does; what is not there yet is
 * spelled as here.  Heap memory. */
char *windows_path (struct guest *guest, const char *path, struct error *err);

/* Have Windows look for drivers in one more folder. */
int windows_add_device_path (struct guest *guest, const char *folder,
                             struct error *err);

/* Have System32\drivers\SERVICE.sys loaded when Windows boots.  Up to Windows
 * 7 it is also told which devices it is for: those of Red Hat with the numbers
 * `old` and `new`. */
int windows_add_boot_driver (struct guest *guest, const char *service,
                             const char *old_device, const char *new_device,
                             struct error *err);

#endif
