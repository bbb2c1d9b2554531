/* Starting the user-mode kernel: its command line, its descriptors, its
 * sandbox. */
#ifndef BATHYSCOPE_UML_LAUNCH_H
#define BATHYSCOPE_UML_LAUNCH_H

#include "engine.h"
#include "strlist.h"

struct uml_spawn {
  const struct machine *machine;
  int *device_fds; /* owned: what the kernel inherits, one a device */
  struct strlist args;
};

/* After a failure, too, uml_spawn_release must be called. */
int uml_spawn_init (struct uml_spawn *spawn, const struct machine *m,
                    struct error *err);

/* Start the kernel.  Returns its pid, and the reading end of the pipe that its
 * output arrives by (the caller's), or -1. */
pid_t uml_spawn_run (struct uml_spawn *spawn, int *ret_output,
                     struct error *err);

void uml_spawn_release (struct uml_spawn *spawn);

#endif
