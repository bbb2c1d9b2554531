/* The machine process as the library sees it: one bathyscope-machine for each
 * launch, and the control channel to it (docs/ARCHITECTURE.md, 9.1).
 *
 * What comes from the machine is not trusted: it holds hostile images and a
 * hostile guest.  All functions need the handle's lock.
 */
#ifndef BATHYSCOPE_LIB_MACHINE_H
#define BATHYSCOPE_LIB_MACHINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "control.h"
#include "handle.h"
#include "strbuf.h"

struct machine {
  pid_t pid;   /* of bathyscope-machine; -1 when it has been waited for */
  int pidfd;   /* -1 where the kernel has none */
  pid_t owner;    /* the process that launched: a forked child leaves us alone */
  int owner_fd;   /* owner.h; 0: none */
  int cpu;     /* for the guest: cpus.h */
  int control; /* both sockets are owned */
  int rpc;

  int64_t started;        /* microseconds, as the times that follow */
  int64_t times[NR_LAUNCH_STEPS];
  char *engine;           /* "kvm", "uml", or NULL as long as unknown */
  struct strbuf console;  /* the last few kilobytes */
  struct error failure;   /* `error` or `exited` was received */
  bool other_engine;      /* ... and another engine may succeed */
  struct error io_error;  /* the first `io-error` */
  struct error flush_error;
  bool has_template;      /* it was given one */
  bool resumed;           /* it has started, or tried to, from it */
  bool waits_for_engine;  /* machine_poll returns when `engine` has come */
  bool flushed;           /* `flushed` was received */
  struct error copy_error;
  bool copied;            /* `copied` was received */
  uint64_t copies;        /* so far */
  bool ended;             /* the control channel is at its end */

  struct strlist opened; /* backing files opened so far */
  struct storage *storage; /* storage.h: helpers of this launch */
  size_t nr_storage;
};

/* Start the process and tell it everything up to `start`; with a template, if
 * that is allowed and there is one. */
struct machine *machine_start (guestfs_h *g, const char *engine,
                               bool allow_template, struct error *err);

/* Wait until the machine has said which engine it took, or has failed. */
void machine_wait_engine (guestfs_h *g, struct machine *m, int timeout);

/* Handle control messages and wait until the RPC socket has one of
 * `rpc_events`, the user cancels, the machine ends, or the time (in ms, -1: no
 * limit) is over.  Returns what the RPC socket has (poll revents), or 0. */
short machine_poll (guestfs_h *g, struct machine *m, short rpc_events,
                    int timeout);

/* Say in err why the machine has ended (or failed to start): what it told, or
 * the last lines of the console. */
int machine_describe_end (guestfs_h *g, struct machine *m, struct error *err);

/* Add the last lines of the console to the message of an error. */
int machine_describe_console (struct machine *m, struct error *err);

/* Write everything back; fails with the first write error of the launch. */
int machine_flush (guestfs_h *g, struct machine *m, struct error *err);

/* Copy bytes from a drive to another below the guest; `sparse`: the target is
 * known to be zero, so that zeroes need not be written.  Tells progress, and can be
 * cancelled. */
struct machine_copy {
  int from, to; /* drives */
  int64_t offset, target, length;
  bool sparse;
};
int machine_copy (guestfs_h *g, struct machine *m,
                  const struct machine_copy *c, struct error *err);

/* A new socket from which the console's text can be read, or -1; *ret_other is
 * the end that the text is written to. */
int machine_copy_console (struct machine *m, int *ret_other,
                          struct error *err);

/* End the process, wait for it, and free. */
void machine_free (struct machine *m);

pid_t machine_pid (const struct machine *m);

/* Where the program is. */
const char *machine_program (void);

/* machine-control.c: receive and handle one message; marks the end. */
void machine_receive (guestfs_h *g, struct machine *m);

/* Print the times of the steps of this launch, which has just succeeded. */
void machine_tell_times (guestfs_h *g, const struct machine *m);

/* Time for deadlines, in ms. */
int64_t machine_clock (void);

#endif
