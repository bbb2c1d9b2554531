/* Reading lines and running them. */
#ifndef BATHYSCOPE_FISH_SHELL_H
#define BATHYSCOPE_FISH_SHELL_H

#include <stddef.h>

struct fish;

/* The next line of the script or from the terminal, without its newline; NULL
 * at the end.  Heap. */
char *shell_read_line (struct fish *fish, const char *prompt);

/* Read and run until the end or quit.  0, or -1 when a command of a script
 * failed (which ends it). */
int shell_run (struct fish *fish);

/* Run one line.  -1 when it failed and errors are not ignored. */
int shell_run_line (struct fish *fish, const char *line);

/* Run a command that is already split into words. */
int shell_run_words (struct fish *fish, char *words[]);

#endif
