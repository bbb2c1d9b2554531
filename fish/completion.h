/* The interactive side: line editing, history, completion. */
#ifndef BATHYSCOPE_FISH_COMPLETION_H
#define BATHYSCOPE_FISH_COMPLETION_H

struct fish;

void completion_start (struct fish *fish);
/* Save the history. */
void completion_end (struct fish *fish);

/* A line from the terminal; NULL at its end (Ctrl-D).  `prompt` NULL: the
 * shell's own. */
char *completion_read_line (struct fish *fish, const char *prompt);

#endif
