/* Remote control: a shell that waits for commands on a socket (--listen), and
 * the one that sends them (--remote). */
#ifndef BATHYSCOPE_FISH_REMOTE_H
#define BATHYSCOPE_FISH_REMOTE_H

#include <stdbool.h>
#include <sys/types.h>

struct fish;

/* --listen: leave a process behind that runs commands until it is told to exit
 * or one fails, and print what the caller's shell must evaluate to find it.
 * Returns in that process alone, with the exit status of it. */
int remote_listen (struct fish *fish, bool csh);

/* --remote[=PID]: `pid` NULL takes $GUESTFISH_PID.  Exits with a message when
 * it is no process number. */
pid_t remote_server (const struct fish *fish, const char *pid);

/* Send a command, with our standard input, output and error.  0, or -1 when it
 * failed there; with exit_on_error the server ends then. */
int remote_run (struct fish *fish, char *words[], bool exit_on_error);

#endif
