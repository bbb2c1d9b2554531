/* What is on a partition or logical volume, as far as virt-resize changes it. */
#ifndef BATHYSCOPE_CONTENTS_H
#define BATHYSCOPE_CONTENTS_H

#include "options.h"

enum contents_kind {
  CONTENTS_NONE,     /* nothing that is known */
  CONTENTS_EXT, CONTENTS_PV, CONTENTS_NTFS, CONTENTS_BTRFS, CONTENTS_XFS,
  CONTENTS_F2FS, CONTENTS_SWAP,
  CONTENTS_LUKS,     /* is as large as its partition, always */
  CONTENTS_OTHER,    /* known, but its size cannot be changed */
};

struct contents {
  enum contents_kind kind;
  char type[32];     /* of the filesystem, as vfs_type tells it */
};

/* Look at a device. */
struct contents contents_of (const struct options *o, guestfs_h *g,
                             const char *device);

/* For people: what makes it larger; NULL when nothing can. */
const char *contents_method (const struct contents *c);

/* How many bytes it needs from the start of its device; -1 when that is not known.  0:
 * none. */
int64_t contents_size (const struct options *o, guestfs_h *g,
                       const char *device, const struct contents *c);

/* Make it as large as its device. */
void contents_expand (const struct options *o, guestfs_h *g,
                      const char *device, const struct contents *c,
                      bool ntfs_force);

/* Make new swap space, with the label and UUID of the old one (NULL or empty:
 * it had none). */
void contents_make_swap (const struct options *o, guestfs_h *g,
                         const char *device, const char *label,
                         const char *uuid);

#endif
