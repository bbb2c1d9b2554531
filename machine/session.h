/* One launch, from the first control message to the last.
 *
 * main.c owns the session and runs the main thread; drives work on the I/O
 * loop, the console on the RPC loop.  Control messages may be sent from any
 * thread.
 */
#ifndef BATHYSCOPE_SESSION_H
#define BATHYSCOPE_SESSION_H

#include <pthread.h>

#include "block/block.h"
#include "control.h"
#include "engine.h"
#include "vector.h"
#include "virtio/devices.h"

struct session;
struct network;
struct copy;

struct drive {
  struct session *session;
  int index;
  char *name, *format, *serial, *export_name;
  bool readonly, discard, discard_zeroes, unsafe;
  bool is_nbd; /* image_fd is a connection */
  unsigned block_size;
  int image_fd, scratch_fd; /* owned until the image is open */
  struct block *block;      /* owned */
  uint64_t told[3];         /* errnos that io-error has told, a bit each */
};

DEFINE_VECTOR (drive_vector, struct drive *)

/* The last text of the guest, for the message when it stops. */
#define TAIL_SIZE 2048

/* Steps of a launch: LAUNCH_STEPS of control.h. */
enum launch_step {
  STEP_PROCESS, STEP_CONFIGURED, STEP_ENGINE, STEP_SANDBOX, STEP_IMAGES,
  STEP_GUEST
};

struct session {
  struct machine machine;
  int64_t times[NR_LAUNCH_STEPS]; /* CLOCK_MONOTONIC in microseconds */
  int control_fd;
  int rpc_fd; /* owned until the console has it */
  struct drive_vector drives;
  struct loop *io_loop, *rpc_loop;
  struct pool *io_pool; /* of io_loop */
  struct network *network; /* network.h; NULL when none was asked for */
  struct copy *copy; /* copy.c; NULL when there has been none */
  struct loop_source control;
  bool shutdown;   /* asked for */
  bool has_exited; /* told that the guest has stopped */
  pthread_mutex_t lock; /* over what follows */
  char tail[TAIL_SIZE];
  size_t tail_len;
  int console_fd; /* gets the console's text as well, or -1 */
  struct error write_error; /* the first, of all drives */
};

/* Note the time of a step, which returns 0 so that it can be one of several. */
int session_step (struct session *s, enum launch_step step);

/* config.c: the next message, before the loop of the main thread runs; as
 * control_recv, but waits. */
int session_wait_message (const struct session *s, struct control_message *ret,
                          struct error *err);

/* Messages up to `start`.  1 when it came, 0 when the channel was
 * closed or `shutdown` came first. */
int session_receive_config (struct session *s, struct error *err);
void session_release_config (struct session *s);

/* drives.c */
int drive_add (struct session *s, struct control_message *m,
               struct error *err);
int drives_open (struct session *s, struct error *err);
/* Write everything back and close: the first error, also of what failed
 * before, in err. */
int drives_close (struct session *s, struct error *err);

/* copy.c: the messages `copy` and `copy-cancel`, from the main thread.  Its end
 * waits for the thread. */
void copy_start (struct session *s, struct control_message *m);
void copy_cancel (struct session *s);
void copy_end (struct session *s);

/* tell.c: what the machine tells the library. */
void tell_error (struct session *s, const struct error *err);
void tell_engine (struct session *s, const char *warning);
void tell_flushed (struct session *s, const struct error *err);
void tell_copying (struct session *s, uint64_t done, uint64_t length);
void tell_copied (struct session *s, const struct error *err);
void tell_io_error (struct session *s, const struct drive *d, int errnum,
                    const char *operation);
int ask_storage (struct session *s, const struct drive *d, const char *format,
                 struct error *err);
int ask_backing (struct session *s, const struct drive *d, const char *name,
                 const char *parent, struct error *err);

/* storage.c: the mode `--storage-daemon KIND PATH... -- PROGRAM ARGUMENT...`, of
 * which the first word has been taken; an exit status. */
int storage_daemon (int argc, char *argv[]);

/* image-info.c: the mode `--image-info NAME`; an exit status. */
int image_info (const char *name);

/* main.c: from the configuration to a guest that runs, and the end of a launch
 * that came however far. */
int session_launch (struct session *s, struct error *err);
void session_tear_down (struct session *s);

/* make-template.c: the mode `--make-template background|foreground MEMORY SMP
 * NAME KEY`, of which the first word has been taken; an exit status. */
int make_template (int argc, char *argv[]);

#endif
