/* Splitting a command line of the shell into words. */
#ifndef BATHYSCOPE_FISH_WORDS_H
#define BATHYSCOPE_FISH_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct command_line {
  bool ignore_errors; /* began with "-" */
  char **words;       /* NULL-terminated; words[0] is the command, or NULL */
  bool *quoted;       /* was this word in quotes? */
  char *pipe;         /* local command after "|", or NULL */
};

#define COMMAND_LINE_INIT { false, NULL, NULL, NULL }

/* Words are separated by blanks.  "..." takes \a \b \f \n \r \t \v \\ \" \NNN
 * (octal) and \xHH; '...' takes everything literally; # at the start of a line
 * begins a comment.  An unquoted word that is "|" or begins with it starts the
 * local command.  Pure; 0, or -1 with err. */
int command_line_parse (const char *line, struct command_line *ret,
                        struct error *err);
void command_line_release (struct command_line *c);

/* The character that the escape at *p (after the backslash) stands for; moves
 * *p behind it.  -1 when it is not one. */
int escape_parse (const char **p);

/* The items of a list that is one word of a command: separated by blanks, which
 * single quotes keep ('a b'c is one item).  Freed with strings_free; NULL with
 * err. */
char **list_parse (const char *text, struct error *err);

/* Find where the word under the cursor begins for completion: the offset in
 * line[0..end), and how many words come before it. */
size_t word_start (const char *line, size_t end, size_t *ret_index);

#endif
