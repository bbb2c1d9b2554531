/* The shell's commands: the table of API calls (generated, commands-table.c)
 * and the table of commands that only the shell has (builtins.c). */
#ifndef BATHYSCOPE_FISH_COMMANDS_H
#define BATHYSCOPE_FISH_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

struct fish;

/* What an argument is, for completion. */
enum fish_argument {
  FISH_END, /* ends a list of arguments */
  FISH_STRING,
  FISH_PATH,     /* in the guest */
  FISH_DEVICE,
  FISH_MOUNTABLE,
  FISH_DEVICE_OR_PATH,
  FISH_LOCAL_FILE, /* filein, fileout */
  FISH_LIST,
  FISH_DEVICE_LIST,
  FISH_NUMBER,
  FISH_BOOL,
  FISH_KEY,
};

struct fish_option {
  const char *name; /* NULL ends the list */
  enum fish_argument kind;
};

enum fish_flags {
  FISH_DEPRECATED = 1,
  FISH_PROGRESS = 2, /* takes long, sends progress */
};

struct fish_command {
  const char *name;            /* as typed, with dashes */
  const char *const *aliases;  /* ends with NULL; may be NULL */
  const char *synopsis;        /* "name arg arg [option:..]" */
  const char *summary;         /* one line */
  const char *help;            /* plain text, may be NULL */
  const enum fish_argument *arguments; /* ends with FISH_END; NULL: none */
  const struct fish_option *options;   /* NULL: none */
  int flags;
  /* argv does not hold the command's name, which is `name`.  Prints what the
   * call returns; 0, or -1 after a message. */
  int (*run) (struct fish *fish, const char *name, size_t argc, char *argv[]);
};

extern const struct fish_command fish_api_commands[];
extern const size_t nr_fish_api_commands;
extern const struct fish_command fish_builtins[];
extern const size_t nr_fish_builtins;

/* The command of this name or alias (dashes and underscores are the same), or
 * NULL. */
const struct fish_command *fish_lookup (const char *name);

#endif
