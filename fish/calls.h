/* The calls of the library as commands: what the generated commands-table.c
 * says of each, beyond commands.h, and the function that runs any of them.
 */
#ifndef BATHYSCOPE_FISH_CALLS_H
#define BATHYSCOPE_FISH_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "commands.h"
#include "guestfs.h"

/* How a word becomes a value; named after the types in generator/api. */
enum call_arg {
  ARG_STRING,
  ARG_PATH,
  ARG_DEVICE,
  ARG_MOUNTABLE,
  ARG_DEVPATH,
  ARG_MOUNTPATH,
  ARG_FILENAME,
  ARG_KEY, /* not on the command line */
  ARG_GUID,
  ARG_OPTSTRING, /* empty for none */
  ARG_FILEIN,
  ARG_FILEOUT,
  ARG_STRINGS,
  ARG_DEVICES,
  ARG_FILENAMES,
  ARG_PATHS,
  ARG_INT,
  ARG_INT64,
  ARG_BOOL,
  ARG_BUFFER,
};

struct call_word {
  const char *name;
  enum call_arg type;
};

union call_value {
  char *string;
  char **strings;
  int64_t number; /* also bool */
};

struct call_values {
  union call_value *args, *opts; /* as the tables of the call */
  uint64_t bitmask;              /* which of opts are there */
};

struct fish_call {
  const char *name; /* as the command */
  const struct call_word *args, *opts;
  size_t nr_args, nr_opts;
  /* Make the call and print the result.  0, or -1 when it failed: the handle's
   * error handler has told why. */
  int (*make) (guestfs_h *g, const struct call_values *v);
};

/* Sorted by name. */
extern const struct fish_call fish_calls[];
extern const size_t nr_fish_calls;

/* The `run` of every command that is a call. */
int fish_run_call (struct fish *fish, const char *name, size_t argc,
                   char *argv[]);

#endif
