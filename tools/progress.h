/* Progress of long calls, on stderr: a bar with rate and remaining time on a
 * terminal, and a line now and then where messages go into a log. */
#ifndef BATHYSCOPE_PROGRESS_H
#define BATHYSCOPE_PROGRESS_H

#include <stdbool.h>

#include <guestfs.h>

struct progress;

/* Where stderr is no terminal, NULL, unless `lines`: then there are lines,
 * which begin with the program's name. */
struct progress *progress_new (const char *program, bool lines);
/* For programs that read: every message as a line "POSITION/TOTAL" on stdout. */
struct progress *progress_new_numbers (void);
void progress_free (struct progress *p);

/* Show the progress of this handle's calls; p may be NULL. */
int progress_attach (struct progress *p, guestfs_h *g);

/* Remove the bar, before something else is printed. */
void progress_clear (struct progress *p);

#endif
