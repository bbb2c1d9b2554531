/* Splitting a command line of the shell into words. */
#ifndef BATHYSCOPE_FISH_WORDS_H
#define BATHYSCOPE_FISH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct command_line {
  bool ignore_errors; /* began with "-" */
  char **words;       /* NULL-terminated; words[0] is the command, or NULL */
  char *pipe;         /* local command after "|", or NULL */
};

#define COMMAND_LINE_INIT { false, NULL, NULL }

/* Words are separated by blanks.  "..." takes \a \b \f \n \r \t \v \\ \" \NNN
 * (octal) and \xHH; '...' takes everything literally; # at the start of a word
 * begins a comment.  An unquoted word that is "|" or begins with it starts the
 * local command.  Pure; 0, or -1 with err. */
int command_line_parse (const char *line, struct command_line *ret,
                        struct error *err);
void command_line_release (struct command_line *c);

/* Find where the word under the cursor begins for completion: the offset in
 * line[0..end), and how many words come before it. */
size_t word_start (const char *line, size_t end, size_t *ret_index);

#endif
