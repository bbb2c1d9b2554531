/* "ro,noatime,subvol=x": options of mount as users write them, taken apart into
 * flags of mount(2) and what the file system itself is told. */
#ifndef BATHYSCOPE_MOUNTOPTIONS_H
#define BATHYSCOPE_MOUNTOPTIONS_H

#include "error.h"
#include "strbuf.h"

struct mount_options {
  unsigned long flags;
  struct strbuf data;
};

#define MOUNT_OPTIONS_INIT { 0, STRBUF_INIT }

int mount_options_parse (const char *options, struct mount_options *ret,
                         struct error *err);

/* One more for the file system; 0, or -1 with errno. */
int mount_options_add (struct mount_options *o, const char *option);

static inline void
mount_options_release (struct mount_options *o)
{
  strbuf_release (&o->data);
}

#define CLEANUP_MOUNT_OPTIONS CLEANUP (mount_options_release)

#endif
