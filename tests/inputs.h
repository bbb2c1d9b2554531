/* Every call of the interface with its arguments, as the generator writes them
 * into api-inputs.c, for inputs-main.c. */
#ifndef BATHYSCOPE_INPUTS_H
#define BATHYSCOPE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guestfs.h"

/* The value of an argument of any type. */
struct input {
  const char *string; /* also a buffer's bytes */
  size_t size;        /* of a buffer */
  char *const *strings;
  int64_t number;
};

struct input_argument {
  const char *name, *type; /* words of the stanza */
};

struct input_call {
  const char *name;
  bool daemon;
  size_t nr_args, nr_opts;
  const struct input_argument *arguments; /* the optional ones come last */
  /* Make the call with v[0], ... for the arguments and then the optional
   * ones; free what it returns.  Did it succeed? */
  bool (*call) (guestfs_h *g, const struct input *v, uint64_t bitmask);
};

extern const struct input_call input_calls[];

void release_strings (char **strings);

#endif
