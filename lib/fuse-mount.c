/* guestfs_mount_local, mount_local_run, umount_local: see fuse-mount.h.
 *
 * The loop waits for requests of the kernel and for guestfs_user_cancel.  It
 * gives the handle's lock back while it waits, so that umount_local, and
 * anything else, can be called from another thread.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "impl.h"
#include "handle.h"

#ifdef HAVE_FUSE

#include "client.h"
#include "events.h"
#include "fuse-mount.h"
#include "machine.h"

#include <fuse_log.h>
#include <fuse_lowlevel.h>

#define DEFAULT_TIMEOUT 60          /* seconds */
#define MAX_TRANSFER (1024 * 1024)  /* bytes a request, the most FUSE has */
#define STOP_TIMEOUT 10             /* seconds for the loop to end */

extern char **environ;

/* --- operations ------------------------------------------------------------- */

struct local_mount *
fuse_this_mount (void)
{
  return fuse_get_context ()->private_data;
}

int
fuse_enter (struct local_mount *m, const char *operation, const char *path)
{
  guestfs_h *g = m->g;

  (void) handle_lock_ (g);
  if (m->debug) {
    CLEANUP_STRBUF struct strbuf line = STRBUF_INIT;

    /* The functions' names are fs_getattr and so on. */
    if (strbuf_addf (&line, "mount_local: %s %s", operation + 3, path) == 0)
      events_trace (g, line.data);
  }
  if (g->state == STATE_READY && !client_is_busy (g))
    return 0;
  fuse_leave (m);
  return -EIO;
}

void
fuse_leave (struct local_mount *m)
{
  (void) pthread_mutex_unlock (&m->g->lock);
}

int
fuse_leave_error (struct local_mount *m, struct error *err)
{
  int errnum = err->errnum;

  if (errnum == EINTR)
    m->cancelled = true;
  if (m->debug && err->message) {
    CLEANUP_STRBUF struct strbuf line = STRBUF_INIT;

    if (strbuf_addf (&line, "mount_local: %s (error)", err->message) == 0)
      events_trace (m->g, line.data);
  }
  fuse_leave (m);
  return errnum > 0 ? -errnum : -EIO;
}

static void *
fs_init (struct fuse_conn_info *connection, struct fuse_config *config)
{
  struct local_mount *m = fuse_this_mount ();

  /* Data that is written comes in memory, not in a pipe: it goes straight
   * into a message to the daemon. */
  connection->want &= ~FUSE_CAP_SPLICE_READ;
  connection->max_write = MAX_TRANSFER;
  config->use_ino = 1;
  config->attr_timeout = config->entry_timeout = m->timeout;
  /* Pages stay in memory when a file is opened again, unless its time or size
   * has changed. */
  config->auto_cache = 1;
  config->ac_attr_timeout_set = 1;
  config->ac_attr_timeout = m->timeout;
  return m;
}

/* --- mounting --------------------------------------------------------------- */

/* libfuse prints what goes wrong.  Here it becomes part of the error. */
static __thread struct strbuf *fuse_messages;

static void
log_message (enum fuse_log_level level, const char *fmt, va_list args)
{
  CLEANUP_FREE char *text = NULL;

  if (!fuse_messages || level > FUSE_LOG_WARNING)
    return;
  if (vasprintf (&text, fmt, args) == -1) {
    text = NULL;
    return;
  }
  (void) strbuf_addstr (fuse_messages, text);
}

static void
local_mount_free (struct local_mount *m)
{
  if (!m)
    return;
  if (m->fuse) {
    fuse_unmount (m->fuse);
    fuse_destroy (m->fuse);
  }
  readahead_release (&m->readahead);
  dir_cache_release (&m->cache);
  free (m->mountpoint);
  free (m);
}

static void
cleanup_local_mount (struct local_mount **m)
{
  local_mount_free (*m);
}

static int
add_option (struct fuse_args *args, const char *option)
{
  return fuse_opt_add_arg (args, "-o") == -1
         || fuse_opt_add_arg (args, option) == -1 ? -1 : 0;
}

static int
make_fuse (struct local_mount *m, const char *options, struct error *err)
{
  struct fuse_operations operations = fuse_tree_operations;
  struct fuse_args args = FUSE_ARGS_INIT (0, NULL);
  int r = -1;

  operations.init = fs_init;
  fuse_add_file_operations (&operations);
  if (fuse_opt_add_arg (&args, "guestfs") == -1
      || add_option (&args, "fsname=guestfs,subtype=guestfs") == -1
      || (m->readonly && add_option (&args, "ro") == -1)
      || (options && *options && add_option (&args, options) == -1))
    error_set (err, ENOMEM, "out of memory");
  else {
    m->fuse = fuse_new (&args, &operations, sizeof operations, m);
    if (!m->fuse)
      error_set (err, EINVAL, "the options are not understood");
    else if (fuse_mount (m->fuse, m->mountpoint) == -1) {
      error_set (err, errno > 0 ? errno : EIO, "%s: cannot be mounted on",
                 m->mountpoint);
      fuse_destroy (m->fuse);
      m->fuse = NULL;
    }
    else
      r = 0;
  }
  fuse_opt_free_args (&args);
  return r;
}

static int
mount_with_messages (struct local_mount *m, const char *options,
                     struct error *err)
{
  CLEANUP_STRBUF struct strbuf messages = STRBUF_INIT;
  CLEANUP_ERROR struct error failure = ERROR_INIT;
  int r;

  fuse_messages = &messages;
  fuse_set_log_func (log_message);
  r = make_fuse (m, options, &failure);
  fuse_messages = NULL;
  if (r == 0)
    return 0;
  while (messages.len > 0 && messages.data[messages.len - 1] == '\n')
    messages.data[--messages.len] = '\0';
  return error_set (err, failure.errnum, "%s%s%s", failure.message,
                    messages.len > 0 ? ": " : "",
                    messages.len > 0 ? messages.data : "");
}

static int
check_mountpoint (const char *path, struct error *err)
{
  struct stat st;

  if (stat (path, &st) == -1)
    return error_errno (err, "%s", path);
  if (!S_ISDIR (st.st_mode))
    return error_set (err, ENOTDIR, "%s: this is not a directory", path);
  return 0;
}

int
impl_mount_local (guestfs_h *g, const char *localmountpoint,
                  const struct guestfs_mount_local_argv *optargs,
                  struct error *err)
{
  CLEANUP (cleanup_local_mount) struct local_mount *m = NULL;
  CLEANUP (cleanup_free) struct guestfs_statns *root = NULL;
  const char *options = NULL;

  if (handle_check_ready (g, "mount_local", err) == -1
      || check_mountpoint (localmountpoint, err) == -1)
    return -1;
  if (g->local_mount)
    return error_set (err, EBUSY, "the handle is mounted on %s already",
                      g->local_mount->mountpoint);
  /* Fails with a good message when nothing is mounted in the appliance. */
  root = impl_lstatns (g, "/", err);
  if (!root)
    return -1;

  m = calloc (1, sizeof *m);
  if (!m)
    return error_errno (err, "mount_local");
  m->g = g;
  m->timeout = DEFAULT_TIMEOUT;
  if (optargs->bitmask & GUESTFS_MOUNT_LOCAL_READONLY_BITMASK)
    m->readonly = optargs->readonly;
  if (optargs->bitmask & GUESTFS_MOUNT_LOCAL_OPTIONS_BITMASK)
    options = optargs->options;
  if (optargs->bitmask & GUESTFS_MOUNT_LOCAL_CACHETIMEOUT_BITMASK)
    m->timeout = optargs->cachetimeout;
  if (optargs->bitmask & GUESTFS_MOUNT_LOCAL_DEBUGCALLS_BITMASK)
    m->debug = optargs->debugcalls;
  dir_cache_init (&m->cache, m->timeout);
  readahead_init (&m->readahead, g);
  if (m->timeout < 0)
    return error_set (err, EINVAL, "cachetimeout is negative: %d",
                      m->timeout);
  m->mountpoint = realpath (localmountpoint, NULL);
  if (!m->mountpoint)
    return error_errno (err, "%s", localmountpoint);
  if (mount_with_messages (m, options, err) == -1)
    return -1;
  g->local_mount = TAKE_PTR (m);
  return 0;
}

/* --- the loop --------------------------------------------------------------- */

/* Serve requests until the filesystem is unmounted (0) or the user cancels
 * (EINTR); an errno when the kernel's side fails. */
static int
serve (struct local_mount *m)
{
  struct fuse_session *session = fuse_get_session (m->fuse);
  int fd = fuse_session_fd (session), r = 0;
  struct fuse_buf buf = { .mem = NULL };

  (void) fcntl (fd, F_SETFL, O_NONBLOCK);
  while (!fuse_session_exited (session)) {
    struct pollfd p[2] = {
      { .fd = fd, .events = POLLIN },
      { .fd = m->g->cancel_fd, .events = POLLIN },
    };

    if (poll (p, 2, -1) == -1 && errno != EINTR) {
      r = errno;
      break;
    }
    if (m->cancelled || (p[1].revents & POLLIN)) {
      r = EINTR;
      break;
    }
    r = fuse_session_receive_buf (session, &buf);
    if (r == -EINTR || r == -EAGAIN)
      continue;
    if (r <= 0) {
      r = -r;
      break;
    }
    fuse_session_process_buf (session, &buf);
    r = 0;
  }
  free (buf.mem);
  return r;
}

int
impl_mount_local_run (guestfs_h *g, struct error *err)
{
  struct local_mount *m = g->local_mount;
  int errnum;

  if (!m)
    return error_set (err, EINVAL, "nothing is mounted: call mount_local "
                      "first");
  if (m->running)
    return error_set (err, EBUSY, "another thread runs the loop already");
  if (client_is_busy (g))
    return error_set (err, EBUSY, "called from a callback in the middle of "
                      "another call");
  /* Programs mount, fork, and let the child go on. */
  if (g->machine)
    g->machine->owner = getpid ();
  g->user_cancel = 0;
  client_forget_wakeup (g);
  m->running = true;
  m->cancelled = false;
  (void) pthread_mutex_unlock (&g->lock);
  errnum = serve (m);
  (void) pthread_mutex_lock (&g->lock);
  g->local_mount = NULL;
  g->local_mount_ending = true;
  (void) pthread_mutex_unlock (&g->lock); /* who reads ahead may want it */
  local_mount_free (m);
  (void) pthread_mutex_lock (&g->lock);
  g->local_mount_ending = false;
  (void) pthread_cond_broadcast (&g->local_mount_ended);
  g->user_cancel = 0;
  client_forget_wakeup (g);
  if (errnum == EINTR)
    return error_set (err, EINTR, "operation cancelled by user");
  if (errnum != 0)
    return error_set (err, errnum, "/dev/fuse: %s", strerror (errnum));
  return 0;
}

/* --- unmounting ------------------------------------------------------------- */

/* Unmount as an ordinary user: the set-user-ID program of libfuse does it. */
static int
run_fusermount (const char *mountpoint, struct error *err)
{
  const char *argv[] = { "fusermount3", "-u", "-q", "--", mountpoint, NULL };
  int status, r;
  pid_t pid;

  r = posix_spawnp (&pid, argv[0], NULL, NULL, (char **) argv, environ);
  if (r != 0)
    return error_set (err, r, "%s: %s", argv[0], strerror (r));
  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return 0; /* the program ignores SIGCHLD */
  return status == 0 ? 0
    : error_set (err, EBUSY, "%s: cannot be unmounted; is it in use?",
                 mountpoint);
}

static int
unmount (const char *mountpoint, struct error *err)
{
  if (umount2 (mountpoint, UMOUNT_NOFOLLOW) == 0)
    return 0;
  if (errno == EPERM)
    return run_fusermount (mountpoint, err);
  if (errno == EBUSY)
    return error_set (err, EBUSY, "%s: is in use", mountpoint);
  return error_errno (err, "%s", mountpoint);
}

static int
unmount_with_retry (const char *mountpoint, bool retry, struct error *err)
{
  const int tries = retry ? 5 : 1;
  int i;

  for (i = 0; i < tries; ++i) {
    const struct timespec nap = { .tv_sec = 1 << (i > 0 ? i - 1 : 0) };

    error_clear (err);
    if (i > 0)
      nanosleep (&nap, NULL);
    if (unmount (mountpoint, err) == 0)
      return 0;
    if (err->errnum != EBUSY)
      break;
  }
  return -1;
}

/* Let the loop in the other thread see that it is over: afterwards the handle
 * may be closed. */
static void
wait_until_ended (guestfs_h *g, const struct local_mount *m)
{
  struct timespec deadline;

  clock_gettime (CLOCK_REALTIME, &deadline);
  deadline.tv_sec += STOP_TIMEOUT;
  while (g->local_mount == m || g->local_mount_ending)
    if (pthread_cond_timedwait (&g->local_mount_ended, &g->lock,
                                &deadline) != 0)
      break;
}

int
impl_umount_local (guestfs_h *g,
                   const struct guestfs_umount_local_argv *optargs,
                   struct error *err)
{
  struct local_mount *m = g->local_mount;
  CLEANUP_FREE char *mountpoint = NULL;
  bool retry = (optargs->bitmask & GUESTFS_UMOUNT_LOCAL_RETRY_BITMASK)
               && optargs->retry;
  int r;

  if (!m)
    return error_set (err, EINVAL, "the handle is not mounted on this "
                      "machine");
  mountpoint = strdup (m->mountpoint);
  if (!mountpoint)
    return error_errno (err, "umount_local");
  (void) pthread_mutex_unlock (&g->lock);
  r = unmount_with_retry (mountpoint, retry, err);
  (void) pthread_mutex_lock (&g->lock);
  if (r == -1)
    return -1;
  if (g->local_mount == m && !m->running) {
    g->local_mount = NULL;
    local_mount_free (m);
  }
  else
    wait_until_ended (g, m);
  return 0;
}

void
local_mount_close (guestfs_h *g)
{
  local_mount_free (TAKE_PTR (g->local_mount));
}

#else /* !HAVE_FUSE */

static int
not_built_in (struct error *err)
{
  return error_set (err, ENOTSUP, "this library was built without libfuse3");
}

int
impl_mount_local (guestfs_h *g, const char *localmountpoint,
                  const struct guestfs_mount_local_argv *optargs,
                  struct error *err)
{
  return not_built_in (err);
}

int
impl_mount_local_run (guestfs_h *g, struct error *err)
{
  return not_built_in (err);
}

int
impl_umount_local (guestfs_h *g,
                   const struct guestfs_umount_local_argv *optargs,
                   struct error *err)
{
  return not_built_in (err);
}

void
local_mount_close (guestfs_h *g)
{
}

#endif
