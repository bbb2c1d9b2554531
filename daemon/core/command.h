/* Programs of the appliance, and of the guest.
 *
 * They run with stdin from /dev/null (or `input`, or `source`), a minimal
 * environment (LC_ALL=C, a fixed PATH), and collected output.  A program that exits with
 * another status than 0 is an error whose message is what it wrote to stderr.
 */
#ifndef BATHYSCOPE_COMMAND_H
#define BATHYSCOPE_COMMAND_H

#include <stddef.h>
#include <sys/types.h>

#include "error.h"

enum command_flags {
  COMMAND_IN_GUEST = 1,      /* chroot to /sysroot, with /dev, /proc, /sys */
  COMMAND_KEEP_NEWLINE = 2,  /* otherwise the last newline of stdout goes */
  COMMAND_ANY_STATUS = 4,    /* the exit status is returned, not an error */
};

struct command {
  const char *const *argv;   /* argv[0] is looked up in PATH */
  int flags;
  const void *input;         /* bytes for stdin, or NULL */
  size_t input_len;
  ssize_t (*source) (void *opaque, void *buf, size_t len,
                     struct error *err); /* gives stdin as it is wanted: bytes,
                                            0 at the end, -1; or NULL */
  int (*sink) (void *opaque, const void *data, size_t len,
               struct error *err); /* takes stdout as it comes, or NULL */
  void *opaque;
  char *out;                 /* set: stdout, NUL-terminated; caller frees */
  size_t out_len;
  char *err_out;             /* set: stderr; caller frees */
};

/* Run it.  The exit status (0 unless COMMAND_ANY_STATUS), or -1. */
int command_run (struct command *c, struct error *err);

/* The usual case: run `prog` with the arguments up to NULL.  Stdout goes to
 * *ret_out when that is not NULL. */
int run (char **ret_out, struct error *err, const char *prog, ...)
  __attribute__ ((sentinel));
int runv (char **ret_out, struct error *err, const char *const *argv);

/* Is there such a program in the appliance? */
int have_program (const char *prog);

#endif
