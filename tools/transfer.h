/* virt-copy-in, virt-copy-out, virt-tar-in and virt-tar-out: the same program
 * but for what it copies. */
#ifndef BATHYSCOPE_TRANSFER_H
#define BATHYSCOPE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

#include <guestfs.h>

/* Several guests: none, or what the local side is for each. */
enum transfer_many { NOT_MANY, EACH_A_DIRECTORY, EACH_A_FILE };

struct transfer {
  const char *program, *usage;
  bool readonly;
  size_t min_args, max_args;   /* max_args 0: any number */
  const char *wrong_args;      /* message */
  enum transfer_many many;     /* the last argument, or the second */
  /* Copy what the arguments name; -1 when a call has failed.  A message of
   * another kind is returned in *ret_complaint. */
  int (*run) (guestfs_h *g, size_t argc, char *argv[],
              const char **ret_complaint);
};

int transfer_main (const struct transfer *t, int argc, char *argv[]);

#endif
