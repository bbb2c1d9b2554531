/* The shell's state, shared by its files. */
#ifndef BATHYSCOPE_FISH_H
#define BATHYSCOPE_FISH_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

struct fish {
  struct options options;
  guestfs_h *g;          /* the current handle; `reopen` replaces it */
  bool interactive;      /* commands come from a terminal */
  bool colour;           /* stdout is a terminal that shows colours */
  bool echo_commands;    /* print commands of a script before running them */
  bool dest_paths;       /* complete paths inside the guest */
  bool pipe_error;       /* a failing pipe fails the command */
  bool quit;             /* set by quit and exit */
  bool ignore_errors;    /* of the command that runs: it began with "-" */
  int remote_pid;        /* the server that runs the commands; 0: this process */
  int progress_bars;     /* 1 on, 0 off, -1 when interactive */
  const char *file;      /* name of the script for messages, or NULL */
  unsigned line_number;
  struct prepared *prepared; /* disks of -N */
  size_t nr_prepared;
};

#endif
