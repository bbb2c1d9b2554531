/* The table of commands that only the shell has. */

#include <config.h>

#include "builtins.h"
#include "commands.h"

static const enum fish_argument local_size[]
  = { FISH_LOCAL_FILE, FISH_NUMBER, FISH_END };
static const enum fish_argument local_path[]
  = { FISH_LOCAL_FILE, FISH_PATH, FISH_END };
static const enum fish_argument path_local[]
  = { FISH_PATH, FISH_LOCAL_FILE, FISH_END };
static const enum fish_argument path[] = { FISH_PATH, FISH_END };
static const enum fish_argument device_or_path[]
  = { FISH_DEVICE_OR_PATH, FISH_NUMBER, FISH_NUMBER, FISH_END };
static const enum fish_argument local[] = { FISH_LOCAL_FILE, FISH_END };
static const enum fish_argument string_path[]
  = { FISH_STRING, FISH_PATH, FISH_END };

static const char *const allocate[] = { "allocate", NULL };
static const char *const manual[] = { "manual", NULL };
static const char *const quit_names[] = { "exit", "q", NULL };

#define C(name, aliases, synopsis, summary, help, arguments, run) \
  { name, aliases, synopsis, summary, help, arguments, NULL, 0, run }

const struct fish_command fish_builtins[] = {
  C ("alloc", allocate, "alloc FILE SIZE",
     "create a disk image with all its space and add it",
     "Make the raw image FILE of SIZE bytes (suffixes K, M, G, T) on this host, "
     "with all blocks allocated, and add it as a drive. An existing file is "
     "overwritten.", local_size, builtin_alloc),
  C ("copy-in", NULL, "copy-in LOCAL [LOCAL ...] /DIRECTORY",
     "copy local files and directories into the guest",
     "Copy each LOCAL file or directory, with all below it, into the directory "
     "of the guest, which must exist.", local_path, builtin_copy_in),
  C ("copy-out", NULL, "copy-out /PATH [/PATH ...] LOCALDIRECTORY",
     "copy files and directories of the guest to this host",
     "Copy each /PATH, with all below it, into the local directory.",
     path_local, builtin_copy_out),
  C ("delete-event", NULL, "delete-event NAME",
     "delete an event handler", "Delete the handler that event made.", NULL,
     builtin_delete_event),
  C ("display", NULL, "display /FILE", "show a picture of the guest",
     "Fetch the file and run $GUESTFISH_DISPLAY_IMAGE (default display) on it.",
     path, builtin_display),
  C ("echo", NULL, "echo [WORD ...]", "print words",
     "Print the words, separated by blanks.", NULL, builtin_echo),
  C ("edit", NULL, "edit /FILE", "edit a file of the guest",
     "Fetch the file, run $EDITOR (default vi) on it, and put it back if it was "
     "changed.", path, builtin_edit),
  C ("emacs", NULL, "emacs /FILE", "edit a file of the guest with emacs",
     "As edit, with emacs.", path, builtin_edit),
  C ("event", NULL, "event NAME EVENTS COMMAND [...]",
     "run a local command when something happens",
     "EVENTS is * or a list like launch_done,progress. The command runs in $SHELL "
     "(or /bin/sh) with $EVENT set to the event's name; what the event tells, a "
     "message or numbers, is in $1, $2 and so on. A progress event has the "
     "position in $3 and the end in $4.", NULL, builtin_event),
  C ("glob", NULL, "glob COMMAND [ARGUMENT ...]",
     "run a command once for each name that wildcards match",
     "Wildcards *, ? and [] in the arguments are matched against paths (and "
     "devices) of the guest, and the command is run for every combination.",
     string_path, builtin_glob),
  C ("help", NULL, "help [--list | COMMAND | WORD ...]",
     "explain a command, or find some by topic",
     "Without an argument, tell how to begin. With --list or -l, list all commands. "
     "With the name of one, explain it. With other words, list the commands that "
     "these are about.", NULL,
     builtin_help),
  C ("hexedit", NULL, "hexedit /FILE|DEVICE [[START] MAX]",
     "change bytes of a file or device",
     "Fetch the file or device, or MAX bytes from START on, run $HEXEDITOR (default "
     "hexedit) on them, and put them back if they were changed. A device that is "
     "large needs MAX.", device_or_path, builtin_hexedit),
  C ("lcd", NULL, "lcd DIRECTORY", "change the local directory",
     "Change the directory on this host that local file names are relative to.",
     local, builtin_lcd),
  C ("less", NULL, "less /FILE", "look at a file page by page with less",
     "Show the file in less.", path, builtin_more),
  C ("list-events", NULL, "list-events", "list event handlers",
     "List the handlers that event made.", NULL, builtin_list_events),
  C ("man", manual, "man", "open the manual",
     "Open the manual page of this shell.", NULL, builtin_man),
  C ("more", NULL, "more /FILE", "look at a file page by page",
     "Show the file in $PAGER, or in more when that is not set.", path,
     builtin_more),
  C ("not", NULL, "not COMMAND [ARGUMENT ...]", "succeed if a command fails",
     "Run the command; fail if it succeeds. For scripts that test.", NULL,
     builtin_not),
  C ("quit", quit_names, "quit", "leave the shell",
     "Sync, close the disks and leave.", NULL, builtin_quit),
  C ("reopen", NULL, "reopen", "start again with a new handle",
     "Close the current handle, with its drives, and open a new one.", NULL,
     builtin_reopen),
  C ("setenv", NULL, "setenv NAME VALUE", "set an environment variable",
     "Set a variable of this process, for the local commands it runs.", NULL,
     builtin_setenv),
  C ("sparse", NULL, "sparse FILE SIZE",
     "create a sparse disk image and add it",
     "Make the raw image FILE of SIZE bytes (suffixes K, M, G, T) on this host, "
     "whose blocks are allocated as they are written, and add it as a drive. An "
     "existing file is overwritten.", local_size, builtin_sparse),
  C ("supported", NULL, "supported", "list the groups of optional features",
     "List the groups, with yes or no for each: what is missing cannot be done "
     "with this appliance.", NULL, builtin_supported),
  C ("time", NULL, "time COMMAND [ARGUMENT ...]",
     "run a command and print how long it took",
     "Run the command and print the elapsed time.", NULL, builtin_time),
  C ("unsetenv", NULL, "unsetenv NAME", "unset an environment variable",
     "Remove a variable of this process.", NULL, builtin_unsetenv),
  C ("vi", NULL, "vi /FILE", "edit a file of the guest with vi",
     "As edit, with vi.", path, builtin_edit),
};

const size_t nr_fish_builtins = sizeof fish_builtins / sizeof *fish_builtins;
