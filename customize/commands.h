/* Programs of the guest, run inside the machine.  What they print goes to a log
 * in the guest, which is deleted on request. */
#ifndef BATHYSCOPE_CUSTOMIZE_COMMANDS_H
#define BATHYSCOPE_CUSTOMIZE_COMMANDS_H

#include "guest.h"

/* Run text of the shell.  `what` is named when it fails, with the end of what
 * it has printed. */
int guest_run (struct guest *guest, const char *what, const char *command,
               struct error *err);

/* Put the text between single quotes, for the shell; heap memory. */
char *shell_quote (const char *text);

/* Delete the log where that is wanted. */
int finish_log (struct guest *guest, struct error *err);

#endif
