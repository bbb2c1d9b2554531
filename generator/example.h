/* One line of an example:  call word... => result   or   call word... !! ERRNO
 *
 * A word is bare, or "quoted" as in C, or a list ["a", "b"].  Optional
 * arguments are name:word, after the others.  A result is ok, a string, a
 * number, true, false, null, a list, or a set of members {name: value}, of a
 * struct, or in quotes of a hash; members that are not named may be anything.
 */
#ifndef BATHYSCOPE_GENERATOR_EXAMPLE_H
#define BATHYSCOPE_GENERATOR_EXAMPLE_H

#include "api.h"

enum value_type { VALUE_WORD, VALUE_QUOTED, VALUE_LIST, VALUE_SET };

struct value {
  enum value_type type;
  char *name;          /* of a member of a set, and of an optional argument */
  char *text;          /* of a word; with a NUL at the end */
  size_t len;          /* of text */
  struct value *items; /* of a list or set */
  size_t nr_items;
};

enum expectation { EXPECT_SUCCESS, EXPECT_VALUE, EXPECT_ERROR };

struct example_line {
  char *name;         /* of the call */
  struct value words; /* its arguments, as a list */
  enum expectation expect;
  struct value value;
  char *errno_name;
};

/* Take a line apart; 0, or -1 with a message in *ret_problem. */
int parse_example_line (const char *line, struct example_line *ret,
                        const char **ret_problem);
void example_line_release (struct example_line *l);

#define CLEANUP_EXAMPLE_LINE CLEANUP (example_line_release)

#endif
