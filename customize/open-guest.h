/* Opening the guest for virt-customize and virt-sysprep. */
#ifndef BATHYSCOPE_CUSTOMIZE_OPEN_GUEST_H
#define BATHYSCOPE_CUSTOMIZE_OPEN_GUEST_H

#include <stdbool.h>

#include "message.h"
#include "options.h"
#include "strlist.h"

struct guest_settings {
  bool dry_run;   /* write to an overlay that goes away */
  bool network;
  int memsize, smp; /* 0: as the library does */
  struct attached { const char *image, *format; } *attached;
  size_t nr_attached;
};

void guest_settings_attach (struct guest_settings *s, const char *image,
                            const char *format);
void guest_settings_release (struct guest_settings *s);

/* Add the disks, launch, decrypt, inspect.  The roots of the systems found,
 * one at least; strings_free.  Exits where something fails. */
char **guest_open (struct options *o, const struct guest_settings *s);

/* Mount the filesystems of one root, with these options (or NULL). */
void guest_mount (const struct options *o, const char *root,
                  const char *mount_options);

#endif
