/* Running a call of the library from its words: see calls.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "calls.h"
#include "colours.h"
#include "cleanup.h"
#include "fish.h"
#include "prefix.h"
#include "secret.h"
#include "strlist.h"

static int
compare_names (const void *name, const void *call)
{
  return strcmp (name, ((const struct fish_call *) call)->name);
}

static int
read_number (const char *command, const struct call_word *w, const char *word,
             union call_value *ret)
{
  int number = 0;

  if (w->type == ARG_INT64)
    return fish_parse_int64 (command, w->name, word, &ret->number);
  if ((w->type == ARG_BOOL ? fish_parse_bool (command, w->name, word, &number)
       : fish_parse_int (command, w->name, word, &number)) == -1)
    return -1;
  ret->number = number;
  return 0;
}

/* Paths in lists, too, may be those of Windows. */
static int
convert_paths (struct fish *fish, char **paths)
{
  for (; *paths; paths++) {
    char *path = fish_path (fish, *paths);

    if (!path)
      return -1;
    free (*paths);
    *paths = path;
  }
  return 0;
}

static int
read_list (struct fish *fish, const char *command, const struct call_word *w,
           const char *word, union call_value *ret)
{
  ret->strings = fish_parse_list (command, word);
  if (!ret->strings)
    return -1;
  return w->type == ARG_PATHS ? convert_paths (fish, ret->strings) : 0;
}

static int
read_string (struct fish *fish, const struct call_word *w, const char *word,
             union call_value *ret)
{
  switch (w->type) {
  case ARG_PATH:
    ret->string = fish_path (fish, word);
    break;
  case ARG_DEVPATH:
  case ARG_MOUNTPATH:
    ret->string = has_prefix (word, "/dev/") ? strdup (word)
                                             : fish_path (fish, word);
    break;
  case ARG_FILEIN:
    ret->string = fish_file_in (fish, word);
    break;
  case ARG_FILEOUT:
    ret->string = fish_file_out (fish, word);
    break;
  case ARG_OPTSTRING:
    if (!word[0])
      return 0; /* NULL */
    /* fall through */
  default:
    ret->string = strdup (word);
  }
  return ret->string ? 0 : -1;
}

static int
read_word (struct fish *fish, const char *command, const struct call_word *w,
           const char *word, union call_value *ret)
{
  switch (w->type) {
  case ARG_INT:
  case ARG_INT64:
  case ARG_BOOL:
    return read_number (command, w, word, ret);
  case ARG_STRINGS:
  case ARG_DEVICES:
  case ARG_FILENAMES:
  case ARG_PATHS:
    return read_list (fish, command, w, word, ret);
  default:
    return read_string (fish, w, word, ret);
  }
}

/* option:value */
static int
read_option (struct fish *fish, const struct fish_call *call, const char *word,
             struct call_values *v)
{
  const char *value;

  for (size_t i = 0; i < call->nr_opts; i++)
    if (fish_is_option (word, call->opts[i].name, &value)) {
      if (v->bitmask >> i & 1) {
        fprintf (stderr, "%s: option %s is given twice\n", call->name,
                 call->opts[i].name);
        return -1;
      }
      v->bitmask |= UINT64_C (1) << i;
      return read_word (fish, call->name, &call->opts[i], value, &v->opts[i]);
    }
  fprintf (stderr, "%s: '%s' is none of its options:", call->name, word);
  for (size_t i = 0; i < call->nr_opts; i++)
    fprintf (stderr, " %s:", call->opts[i].name);
  fprintf (stderr, "\n");
  return -1;
}

static int
read_words (struct fish *fish, const struct fish_call *call, size_t argc,
            char *argv[], struct call_values *v)
{
  size_t word = 0;

  for (size_t i = 0; i < call->nr_args; i++)
    if (call->args[i].type == ARG_KEY) {
      v->args[i].string = fish_read_key (fish, call->args[i].name);
      if (!v->args[i].string)
        return -1;
    }
    else if (read_word (fish, call->name, &call->args[i], argv[word++],
                        &v->args[i]) == -1)
      return -1;
  for (; word < argc; word++)
    if (read_option (fish, call, argv[word], v) == -1)
      return -1;
  return 0;
}

static void
free_value (struct fish *fish, const struct call_word *w, union call_value *v)
{
  switch (w->type) {
  case ARG_INT:
  case ARG_INT64:
  case ARG_BOOL:
    break;
  case ARG_STRINGS:
  case ARG_DEVICES:
  case ARG_FILENAMES:
  case ARG_PATHS:
    strings_free (v->strings);
    break;
  case ARG_KEY:
    secret_free (v->string);
    break;
  case ARG_FILEIN:
    if (v->string)
      fish_file_in_done (fish, v->string);
    break;
  default:
    free (v->string);
  }
}

/* ll on a terminal. */
static int
run_coloured (struct fish *fish, char *directory)
{
  CLEANUP_FREE char *path = fish_path (fish, directory);
  CLEANUP_FREE char *listing = path ? guestfs_ll (fish->g, path) : NULL;

  if (!listing)
    return -1;
  print_coloured_listing (listing);
  return 0;
}

int
fish_run_call (struct fish *fish, const char *name, size_t argc, char *argv[])
{
  const struct fish_call *call = bsearch (name, fish_calls, nr_fish_calls,
                                          sizeof fish_calls[0], compare_names);
  CLEANUP_FREE union call_value *args = NULL, *opts = NULL;
  struct call_values v = { .bitmask = 0 };
  size_t needed = 0;
  int ret;

  if (argc == 1 && fish->colour && strcmp (name, "ll") == 0
      && isatty (STDOUT_FILENO))
    return run_coloured (fish, argv[0]);
  if (!call)
    abort (); /* the two generated tables have the same names */
  for (size_t i = 0; i < call->nr_args; i++)
    needed += call->args[i].type != ARG_KEY;
  if (argc < needed || (argc > needed && call->nr_opts == 0))
    return fish_wrong_usage (name);

  v.args = args = calloc (call->nr_args + 1, sizeof *args);
  v.opts = opts = calloc (call->nr_opts + 1, sizeof *opts);
  if (!args || !opts) {
    perror (name);
    return -1;
  }
  ret = read_words (fish, call, argc, argv, &v);
  if (ret == 0)
    ret = call->make (fish->g, &v);
  for (size_t i = 0; i < call->nr_args; i++)
    free_value (fish, &call->args[i], &args[i]);
  for (size_t i = 0; i < call->nr_opts; i++)
    free_value (fish, &call->opts[i], &opts[i]);
  return ret;
}
