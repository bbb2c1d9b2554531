/* Starting bathyscope-machine, in whichever of its modes. */
#ifndef BATHYSCOPE_PROCESS_H
#define BATHYSCOPE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

#define SPAWN_MAX_FDS 8

/* The child has fds[i] as descriptor i (/dev/null where it is -1) and nothing
 * else of ours: descriptors that the program forgot to mark close-on-exec must
 * not live on in a process that holds untrusted images. */
int spawn_machine (char *const argv[], const int *fds, size_t nr_fds,
                   bool own_group, pid_t *ret, struct error *err);

#endif
