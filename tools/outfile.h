/* Files that a program makes: written under a temporary name in the same
 * directory, and renamed when they are complete.  What is not complete when the
 * program ends, by exit or by a signal, is removed.  A signal ends it with one line
 * on standard error that says what has become of the file. */
#ifndef BATHYSCOPE_OUTFILE_H
#define BATHYSCOPE_OUTFILE_H

#include <sys/types.h>

#include "options.h"

/* The temporary name for a file; heap memory.  Exits where the directory cannot
 * be written.  One file at a time. */
char *outfile_begin (const struct options *o, const char *name);

/* The same for a file that is there and has the size (and format) that the new one
 * shall have, but no contents: a copy of it, holes left out.  NULL when it must be
 * written where it is: a device, a file with space reserved for it, or one that is
 * large already. */
char *outfile_copy (const struct options *o, const char *name);

/* A device, which is written where it is.  NULL. */
char *outfile_in_place (const struct options *o, const char *name);

/* A directory with a hidden name in `parent`, which goes away with all that is in
 * it when the program ends, by exit or by a signal.  There is one. */
const char *outfile_directory (const struct options *o, const char *parent);

/* fork(2) a child that writes the file, or into the directory: it is ended before
 * what is not complete is removed.  One at a time. */
pid_t outfile_fork (void);
/* Wait for its end: 0 and the status of waitpid(2), or -1. */
int outfile_wait (pid_t pid, int *ret_status);

/* It is complete: give it its name.  Frees the temporary name. */
void outfile_end (const struct options *o, char *temporary, const char *name);

#endif
