/* Lines of a script as the contents of a local file: upload -<<END /file. */
#ifndef BATHYSCOPE_FISH_HEREDOC_H
#define BATHYSCOPE_FISH_HEREDOC_H

struct fish;

/* Take the lines of the script that follow, up to a line that is `marker`, into
 * a file that has a name only in this process (/dev/fd/N).  NULL after a
 * message. */
char *heredoc_read (struct fish *fish, const char *marker);
/* Close the file; any other name is left alone. */
void heredoc_done (const char *name);

#endif
