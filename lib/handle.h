/* The handle: everything a program's guestfs_h holds.
 *
 * Locking: the generated wrapper of each public call takes `lock`, which is
 * recursive because callbacks may call the API again, and holds it while the
 * call runs.  Fields are read and written under it, except those marked
 * otherwise; those of atomic types are read without it as well, by calls that
 * the API's description calls "unlocked".  Sub-structures own what they point to
 * and have a release function in the file that is named beside them.
 */
#ifndef BATHYSCOPE_HANDLE_H
#define BATHYSCOPE_HANDLE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "cleanup.h"
#include "error.h"
#include "strlist.h"
#include "vector.h"

#include "guestfs.h"

enum handle_state {
  STATE_CONFIG = 0,
  STATE_LAUNCHING = 1,
  STATE_READY = 2,
};

/* The callbacks of events-old.c. */
enum old_callback_kind {
  OLD_LOG_MESSAGE,
  OLD_SUBPROCESS_QUIT,
  OLD_LAUNCH_DONE,
  OLD_CLOSE,
  OLD_PROGRESS,
  NR_OLD_CALLBACKS,
};

struct old_callback {
  void (*callback) (void); /* NULL when not set */
  void *opaque;
  int event_handle;
};

#define CANCEL_WANTED 1

struct event_callback;
struct private_datum;
struct thread_errors;
struct drive;
struct machine;
struct client;
struct virt_credential;
struct local_mount;
struct rescue_console;
struct receiver;
struct call_info;

DEFINE_VECTOR (drive_vector, struct drive *)

/* Settings of the same names in the public API (settings.c, environment.c). */
struct settings {
  char *path;       /* where the appliance is looked for */
  char *hv;         /* stored for compatibility */
  char *append;     /* extra kernel command line, or NULL */
  char *program;    /* never NULL */
  char *identifier; /* never NULL */
  char *backend;
  char **backend_settings;
  char *tmpdir, *cachedir;         /* as set by calls, or NULL */
  char *env_tmpdir, *env_runtimedir; /* TMPDIR, XDG_RUNTIME_DIR, or NULL */
  char *env_cachehome, *env_home; /* XDG_CACHE_HOME, HOME, or NULL */
  atomic_int memsize; /* MiB */
  atomic_int smp;
  atomic_int call_timeout; /* seconds; 0: none */
  atomic_bool autosync, network, pgroup, recovery_proc, direct, selinux;
  bool template; /* start from one, and make one, where possible */
  bool sandbox_optional; /* go on where the system takes no filter */
};

/* typedef guestfs_h */
struct guestfs_h {
  pthread_mutex_t lock; /* recursive */
  guestfs_h *next;      /* list of open handles, under handles_lock */
  bool close_on_exit;

  _Atomic enum handle_state state;
  atomic_bool verbose, trace;
  struct settings settings;

  /* Errors of each thread and its handlers (errors.c). */
  pthread_mutex_t errors_lock;
  struct thread_errors *errors;
  guestfs_error_handler_cb error_handler; /* what new threads start with */
  void *error_handler_data;
  guestfs_abort_cb out_of_memory_handler;

  /* Event callbacks by event handle; see events.c. */
  struct event_callback *events;
  atomic_size_t nr_events;
  struct old_callback old_callbacks[NR_OLD_CALLBACKS];

  /* User data by key (private.c). */
  struct private_datum *private_data;
  size_t nr_private, private_pos;

  FILE *test_output; /* of internal_test, or NULL (internal-test.c) */

  /* Questions of libvirt (libvirt-auth.c): those that the program can answer, a
   * bit for each of libvirt's numbers; those that are open. */
  unsigned libvirt_credentials;
  struct virt_credential *libvirt_asked;
  unsigned nr_libvirt_asked;

  struct drive_vector drives; /* in the order of /dev/sda ... (drives.c) */

  struct machine *machine; /* NULL unless launching or ready (machine.c) */
  struct client *client;   /* NULL unless launching or ready (client.c) */

  /* Of the public call that runs, when it returns a buffer: where that may go,
   * or NULL (api-support.c). */
  struct receiver *receiver;
  const struct call_info *receiving;

  /* A shell on the console's socket, or NULL (rescue-console.c). */
  struct rescue_console *rescue_console;

  /* NULL unless mounted on this machine (fuse-mount.c). */
  struct local_mount *local_mount;
  bool local_mount_ending; /* mount_local_run cleans up */
  pthread_cond_t local_mount_ended;

  /* 0, or CANCEL_WANTED: set by guestfs_user_cancel in signal handlers and
   * other threads, without the lock.  cancel_fd is an eventfd that wakes the
   * client, or -1. */
  atomic_int user_cancel;
  int cancel_fd;
};

/* Fails with EINVAL, and a message that says what to do, when the handle has
 * not been launched. */
int handle_check_ready (guestfs_h *g, const char *call, struct error *err);

/* Fails with EINVAL and a message when the handle is not in CONFIG state. */
int handle_check_config (guestfs_h *g, const char *call, struct error *err);

static inline pthread_mutex_t *
handle_lock_ (guestfs_h *g)
{
  pthread_mutex_lock (&g->lock);
  return &g->lock;
}

/* Hold the handle until the end of the scope. */
#define CLEANUP_UNLOCK_HANDLE(g)                                        \
  CLEANUP (cleanup_unlock) pthread_mutex_t *CLEANUP_NAME (lock_, __LINE__) \
    __attribute__ ((unused)) = handle_lock_ (g)

/* fuse-mount.c: unmount, when the handle is closed. */
void local_mount_close (guestfs_h *g);

/* Internal entry points that generated code and other files use. */

/* errors.c: keep the error in the handle, for this thread, and call the error
 * handler.  Clears err.  Always returns -1. */
int handle_report_error (guestfs_h *g, struct error *err);

#endif
