/* Commands that only the shell has. */
#ifndef BATHYSCOPE_FISH_BUILTINS_H
#define BATHYSCOPE_FISH_BUILTINS_H

#include <stddef.h>

struct fish;

#define BUILTIN(function) \
  int function (struct fish *fish, const char *name, size_t argc, char *argv[])

/* builtins-copy.c */
BUILTIN (builtin_copy_in);
BUILTIN (builtin_copy_out);

/* builtins-files.c */
BUILTIN (builtin_alloc);
BUILTIN (builtin_display);
BUILTIN (builtin_edit);
BUILTIN (builtin_hexedit);
BUILTIN (builtin_more);
BUILTIN (builtin_sparse);

/* builtins-shell.c */
BUILTIN (builtin_echo);
BUILTIN (builtin_glob);
BUILTIN (builtin_lcd);
BUILTIN (builtin_man);
BUILTIN (builtin_not);
BUILTIN (builtin_quit);
BUILTIN (builtin_reopen);
BUILTIN (builtin_setenv);
BUILTIN (builtin_supported);
BUILTIN (builtin_time);
BUILTIN (builtin_unsetenv);

/* builtins-events.c */
BUILTIN (builtin_delete_event);
BUILTIN (builtin_event);
BUILTIN (builtin_list_events);

/* help.c */
BUILTIN (builtin_help);
void help_list_commands (void);
int help_on_command (struct fish *fish, const char *name);
/* Say which operating system -i has found and what is mounted. */
void tell_mounted (struct fish *fish, const char *root);

#endif
