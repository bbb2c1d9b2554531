/* Progress bars for long calls, on stderr. */
#ifndef BATHYSCOPE_FISH_PROGRESS_H
#define BATHYSCOPE_FISH_PROGRESS_H

#include <guestfs.h>

struct progress;

/* NULL when stderr is no terminal, or memory is missing. */
struct progress *progress_new (void);
void progress_free (struct progress *p);
/* Show progress of the calls on this handle. */
int progress_attach (struct progress *p, guestfs_h *g);
/* Wipe a bar that is on the screen: call before other output. */
void progress_clear (struct progress *p);

#endif
