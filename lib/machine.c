/* Starting, watching and ending bathyscope-machine: see machine.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "appliance.h"
#include "client.h"
#include "control.h"
#include "cpus.h"
#include "drives.h"
#include "events.h"
#include "image-file.h"
#include "machine.h"
#include "remote.h"
#include "resolver.h"
#include "settings.h"
#include "process.h"
#include "storage.h"
#include "template.h"

#define NBD_PORT "10809"

/* How long a machine may take to say why it ends, and one whose control channel
 * was closed to end, before it is killed (ms). */
#define TELL_TIMEOUT 5000
#define END_TIMEOUT 1000
/* ... and how long the kernel of a busy host may take to end it then; a process
 * that is left is a zombie for as long as this one lives. */
#define KILL_TIMEOUT 30000

static int64_t
microseconds (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
machine_clock (void)
{
  return microseconds () / 1000;
}

void
machine_tell_times (guestfs_h *g, const struct machine *m)
{
  static const char *const steps[] = LAUNCH_STEPS;
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  size_t i;

  if (!g->verbose)
    return;
  for (i = 0; i < NR_LAUNCH_STEPS; ++i)
    (void) strbuf_addf (&b, "%s %.1f, ", steps[i],
                        (m->times[i] - m->started) / 1000.0);
  events_debug (g, "launch: after ms: %sready %.1f", b.data ? b.data : "",
                (microseconds () - m->started) / 1000.0);
}

const char *
machine_program (void)
{
  const char *program = secure_getenv ("BATHYSCOPE_MACHINE");

  return program && *program ? program : MACHINE_PROGRAM;
}

pid_t
machine_pid (const struct machine *m)
{
  return m->pid;
}

/* --- start -------------------------------------------------------------- */

static struct machine *
machine_new (struct error *err)
{
  struct machine *m = calloc (1, sizeof *m);

  if (!m) {
    error_errno (err, "launch");
    return NULL;
  }
  m->pid = m->pidfd = m->control = m->rpc = -1;
  m->owner = getpid ();
  m->cpu = cpus_take ();
  m->started = microseconds ();
  return m;
}

static void
cleanup_machine (struct machine **m)
{
  machine_free (*m);
}

/* A pair of which our end comes first, with as much room for bytes on their
 * way as we may have. */
static int
make_pair (int type, int ret[2], struct error *err)
{
  const int size = 4 * 1024 * 1024;
  size_t i;

  if (socketpair (AF_UNIX, type | SOCK_CLOEXEC, 0, ret) == -1)
    return error_errno (err, "socketpair");
  for (i = 0; i < 2; ++i)
    (void) setsockopt (ret[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return 0;
}

/* Its stderr is for people who debug, and for what sanitizers find.  Whoever
 * waits for the end of the program's own, `out=$(guestmount ...)`, does not wait
 * for the machine. */
static bool
has_stderr (const guestfs_h *g)
{
#ifdef SANITIZED
  return true;
#else
  return g->verbose;
#endif
}

static int
start_process (guestfs_h *g, struct machine *m, int *ret_rpc,
               struct error *err)
{
  char *const argv[] = { (char *) "bathyscope-machine", NULL };
  const struct timeval timeout = { .tv_sec = 60 };
  CLEANUP_CLOSE int control = -1;
  int fds[CONTROL_FD + 1] = { -1, -1, has_stderr (g) ? STDERR_FILENO : -1, -1 };
  int pair[2];

  if (make_pair (SOCK_SEQPACKET, pair, err) == -1)
    return -1;
  m->control = pair[0];
  control = pair[1];
  if (make_pair (SOCK_STREAM, pair, err) == -1)
    return -1;
  m->rpc = pair[0];
  *ret_rpc = pair[1];
  /* Calls that know no MSG_DONTWAIT must not block either. */
  if (fcntl (m->rpc, F_SETFL, O_RDWR | O_NONBLOCK) == -1)
    return error_errno (err, "launch");
  (void) setsockopt (m->control, SOL_SOCKET, SO_SNDTIMEO, &timeout,
                     sizeof timeout);
  fds[CONTROL_FD] = control;
  if (spawn_machine (argv, fds, CONTROL_FD + 1, g->settings.pgroup, &m->pid,
                     err) == -1)
    return -1;
#ifdef SYS_pidfd_open
  m->pidfd = syscall (SYS_pidfd_open, m->pid, 0);
#endif
  return 0;
}

/* More of the kernel's command line: the caller's words, and what the settings
 * ask of the kernel. */
static char *
kernel_words (const struct settings *s, struct error *err)
{
  char *ret;

  if (asprintf (&ret, "%s%s", s->selinux ? "selinux=1 " : "",
                s->append ? s->append : "") >= 0)
    return ret;
  error_errno (err, "asprintf");
  return NULL;
}

static int
send_config (guestfs_h *g, struct machine *m, const char *engine,
             bool allow_template, int rpc, struct error *err)
{
  CLEANUP_APPLIANCE struct appliance a = APPLIANCE_INIT;
  CLEANUP_FREE char *append = NULL, *key = NULL;
  CLEANUP_CLOSE int template = -1;
  const struct settings *s = &g->settings;
  char memory[16], smp[16], cpu[16], resolver[INET_ADDRSTRLEN] = "";
  int fds[5];

  if ((append = kernel_words (s, err)) == NULL
      || appliance_open (s->path, engine, &a, err) == -1)
    return -1;
  snprintf (memory, sizeof memory, "%d", s->memsize);
  snprintf (smp, sizeof smp, "%d", s->smp);
  snprintf (cpu, sizeof cpu, "%d", m->cpu);
  if (s->network)
    resolver_find (resolver);
  fds[0] = rpc;
  fds[1] = a.kvm_kernel;
  fds[2] = a.uml_kernel;
  fds[3] = a.root;
  if (allow_template && template_applies (g, engine))
    template = template_open (g, &a, &key);
  fds[4] = template;
  m->has_template = template >= 0;
  return control_send (m->control, fds, m->has_template ? 5 : 4, err,
                       "machine", "engine", engine,
                       "template-key", key ? key : "",
                       "memory", memory, "smp", smp, "cpu", cpu,
                       "append", append,
                       "network", s->network ? "1" : "0",
                       "resolver", resolver,
                       "sandbox-optional", s->sandbox_optional ? "1" : "0",
                       "verbose", g->verbose ? "1" : "0", NULL);
}

/* The image, or the connection to what serves it. */
static int
open_drive (guestfs_h *g, struct machine *m, const struct drive *d,
            struct error *err)
{
  bool ours = strcmp (d->format, "qcow2") == 0
    || !storage_knows_format (d->format);

  if (!d->remote)
    return image_file_open (d->path, d->readonly, err);
  if (strcmp (d->remote->protocol, "nbd") == 0 && ours)
    return server_connect (&d->remote->servers[0], NBD_PORT, g->cancel_fd,
                           err);
  return storage_start (g, &m->storage, d, ours ? "" : d->format, err);
}

/* Of a remote drive the machine sees plain bytes, unless a format is ours. */
static const char *
format_for_machine (const struct drive *d)
{
  return d->remote && storage_knows_format (d->format) ? "raw" : d->format;
}

static const char *
export_name (const struct drive *d)
{
  if (!d->remote)
    return "";
  return strcmp (d->remote->protocol, "nbd") == 0
    && !storage_knows_format (d->format) ? d->path : STORAGE_EXPORT;
}

static int
send_drive (guestfs_h *g, struct machine *m, size_t index, struct error *err)
{
  const struct drive *d = g->drives.ptr[index];
  CLEANUP_CLOSE int opened = -1, overlay = -1;
  char index_str[24], blocksize[16];
  int fds[2];

  if (d->scratch_fd == -1) {
    opened = open_drive (g, m, d, err);
    if (opened == -1)
      return -1;
  }
  if (d->readonly) {
    overlay = image_file_temporary (&g->settings, 0, err);
    if (overlay == -1)
      return -1;
  }
  snprintf (index_str, sizeof index_str, "%zu", index);
  snprintf (blocksize, sizeof blocksize, "%d", d->blocksize);
  fds[0] = opened >= 0 ? opened : d->scratch_fd;
  fds[1] = overlay;
  return control_send (m->control, fds, d->readonly ? 2 : 1, err, "drive",
                       "index", index_str, "name", drive_display_name (d),
                       "format", format_for_machine (d),
                       "protocol", d->remote ? "nbd" : "",
                       "export", export_name (d),
                       "readonly", d->readonly ? "1" : "0",
                       "cachemode", d->cachemode, "discard", d->discard,
                       "blocksize", blocksize,
                       "serial", d->label ? d->label : "", NULL);
}

struct machine *
machine_start (guestfs_h *g, const char *engine, bool allow_template,
               struct error *err)
{
  CLEANUP (cleanup_machine) struct machine *m = machine_new (err);
  CLEANUP_CLOSE int rpc = -1;
  CLEANUP_ERROR struct error send_error = ERROR_INIT;
  size_t i;

  if (!m || start_process (g, m, &rpc, err) == -1)
    return NULL;
  events_debug (g, "launch: started %s, pid %d, engine %s", machine_program (),
                (int) m->pid, engine);
  if (send_config (g, m, engine, allow_template, rpc, &send_error) == -1)
    goto failed;
  for (i = 0; i < g->drives.len; ++i)
    if (send_drive (g, m, i, &send_error) == -1)
      goto failed;
  if (control_send (m->control, NULL, 0, &send_error, "start", NULL) == -1)
    goto failed;
  return TAKE_PTR (m);

failed:
  /* When the other end has gone, it may have told why. */
  if (send_error.errnum == EPIPE || send_error.errnum == ECONNRESET)
    machine_describe_end (g, m, err);
  else
    error_move (err, &send_error);
  return NULL;
}

/* --- watch --------------------------------------------------------------- */

short
machine_poll (guestfs_h *g, struct machine *m, short rpc_events, int timeout)
{
  const int64_t deadline = timeout < 0 ? 0 : machine_clock () + timeout;

  for (;;) {
    struct pollfd p[3] = {
      { .fd = m->ended ? -1 : m->control, .events = POLLIN },
      { .fd = rpc_events ? m->rpc : -1, .events = rpc_events },
      { .fd = g->cancel_fd, .events = POLLIN },
    };
    int64_t left = -1;
    int r;

    if (timeout >= 0) {
      left = deadline - machine_clock ();
      if (left < 0)
        left = 0;
    }
    r = poll (p, 3, left);
    if (r == -1 && errno != EINTR)
      return 0;
    if (r > 0 && p[0].revents)
      machine_receive (g, m);
    if (r > 0 && p[1].revents)
      return p[1].revents;
    if (m->ended || error_is_set (&m->failure) || (r == 0 && timeout >= 0)
        || (m->waits_for_engine && m->engine))
      return 0;
    if (r > 0 && p[2].revents)
      client_forget_wakeup (g);
    if (g->user_cancel == CANCEL_WANTED)
      return 0;
    if ((m->flushed || m->copied) && !rpc_events)
      return 0;
  }
}

void
machine_wait_engine (guestfs_h *g, struct machine *m, int timeout)
{
  m->waits_for_engine = true;
  if (!m->engine)
    (void) machine_poll (g, m, 0, timeout);
  m->waits_for_engine = false;
}

/* The last lines of the console, without control characters. */
static char *
last_lines (const struct machine *m)
{
  const char *start = m->console.data;
  char *ret, *p;
  int lines = 0;

  if (m->console.len == 0)
    return NULL;
  for (p = m->console.data + m->console.len - 1; p > start; --p)
    if (*p == '\n' && p[1] != '\0' && ++lines == 4) {
      start = p + 1;
      break;
    }
  ret = strdup (start);
  if (!ret)
    return NULL;
  for (p = ret; *p; ++p)
    if (((unsigned char) *p < ' ' && *p != '\n') || *p == 0x7f)
      *p = ' ';
  while (p > ret && (p[-1] == '\n' || p[-1] == ' '))
    *--p = '\0';
  return ret;
}

/* Wait until the process has ended; its status, or -1. */
static int
wait_for_end (struct machine *m, int timeout)
{
  const int64_t deadline = machine_clock () + timeout;
  int status = -1;
  pid_t r;

  while (m->pid > 0) {
    int64_t left = deadline - machine_clock ();

    r = waitpid (m->pid, &status, WNOHANG);
    if (r == m->pid || (r == -1 && errno == ECHILD)) {
      m->pid = -1;
      return r == -1 ? -1 : status;
    }
    if (left <= 0)
      return -1;
    if (m->pidfd >= 0) {
      struct pollfd p = { .fd = m->pidfd, .events = POLLIN };
      (void) poll (&p, 1, left);
    }
    else {
      const struct timespec nap = { .tv_nsec = 5000000 };
      nanosleep (&nap, NULL);
    }
  }
  return -1;
}

static void
describe_status (int status, struct error *err)
{
  if (status != -1 && WIFSIGNALED (status))
    error_set (err, EIO, "bathyscope-machine was ended by signal %d (%s)",
               WTERMSIG (status), strsignal (WTERMSIG (status)));
  else if (status != -1 && WIFEXITED (status) && WEXITSTATUS (status) != 0)
    error_set (err, EIO, "bathyscope-machine ended with status %d",
               WEXITSTATUS (status));
  else
    error_set (err, EIO, "bathyscope-machine ended");
}

int
machine_describe_console (struct machine *m, struct error *err)
{
  CLEANUP_FREE char *lines = last_lines (m);
  const int errnum = err->errnum;
  CLEANUP_ERROR struct error longer = ERROR_INIT;

  if (!lines)
    return -1;
  error_set (&longer, errnum, "%s\nlast messages of the appliance:\n%s",
             err->message, lines);
  error_clear (err);
  error_move (err, &longer);
  return -1;
}

int
machine_describe_end (guestfs_h *g, struct machine *m, struct error *err)
{
  const int64_t deadline = machine_clock () + TELL_TIMEOUT;
  CLEANUP_ERROR struct error cause = ERROR_INIT;

  /* What it had to say may still be on its way. */
  g->user_cancel = 0;
  while (!m->ended && !error_is_set (&m->failure)
         && machine_clock () < deadline)
    machine_poll (g, m, 0, deadline - machine_clock ());
  if (error_is_set (&m->failure))
    error_move (&cause, &m->failure);
  else
    describe_status (wait_for_end (m, 1000), &cause);
  machine_describe_console (m, &cause);
  error_move (err, &cause);
  return -1;
}

int
machine_copy_console (struct machine *m, int *ret_other, struct error *err)
{
  CLEANUP_CLOSE int ours = -1, theirs = -1;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    return error_errno (err, "socketpair");
  ours = pair[0];
  theirs = pair[1];
  if (control_send (m->control, &theirs, 1, err, "console", NULL) == -1)
    return -1;
  *ret_other = TAKE_FD (theirs);
  return TAKE_FD (ours);
}

/* --- copies between drives -------------------------------------------------- */

static int
send_copy (struct machine *m, const struct machine_copy *c, struct error *err)
{
  char from[16], to[16], offset[24], target[24], length[24];

  snprintf (from, sizeof from, "%d", c->from);
  snprintf (to, sizeof to, "%d", c->to);
  snprintf (offset, sizeof offset, "%lld", (long long) c->offset);
  snprintf (target, sizeof target, "%lld", (long long) c->target);
  snprintf (length, sizeof length, "%lld", (long long) c->length);
  return control_send (m->control, NULL, 0, err, "copy", "from", from,
                       "to", to, "offset", offset, "target", target,
                       "length", length, "sparse", c->sparse ? "1" : "0",
                       NULL);
}

int
machine_copy (guestfs_h *g, struct machine *m, const struct machine_copy *c,
              struct error *err)
{
  m->copied = false;
  m->copies++;
  error_clear (&m->copy_error);
  if (send_copy (m, c, err) == -1)
    return -1;
  while (!m->copied && !m->ended && !error_is_set (&m->failure)) {
    machine_poll (g, m, 0, 1000);
    if (g->user_cancel != CANCEL_WANTED)
      continue;
    if (control_send (m->control, NULL, 0, err, "copy-cancel", NULL) == -1)
      return -1;
    g->user_cancel = 0;
    client_forget_wakeup (g);
  }
  if (!m->copied)
    return machine_describe_end (g, m, err);
  m->copied = false;
  if (!error_is_set (&m->copy_error))
    return 0;
  if (m->copy_error.errnum == ECANCELED)
    return error_set (err, EINTR, "operation cancelled by user");
  error_move (err, &m->copy_error);
  return -1;
}

/* --- end -------------------------------------------------------------------- */

int
machine_flush (guestfs_h *g, struct machine *m, struct error *err)
{
  if (control_send (m->control, NULL, 0, err, "shutdown", NULL) == -1)
    return -1;
  g->user_cancel = 0;
  while (!m->flushed && !m->ended)
    machine_poll (g, m, 0, 1000);
  if (error_is_set (&m->io_error))
    error_move (err, &m->io_error);
  else if (error_is_set (&m->flush_error))
    error_move (err, &m->flush_error);
  else if (!m->flushed)
    return machine_describe_end (g, m, err);
  else
    return 0;
  return -1;
}

void
machine_free (struct machine *m)
{
  if (!m)
    return;
  if (m->control >= 0)
    close (m->control);
  if (m->rpc >= 0)
    close (m->rpc);
  if (m->pid > 0 && m->owner == getpid ()) {
    (void) wait_for_end (m, END_TIMEOUT);
    if (m->pid > 0) {
      kill (m->pid, SIGKILL);
      (void) wait_for_end (m, KILL_TIMEOUT);
    }
  }
  if (m->owner == getpid ())
    storage_end (&m->storage);
  else
    storage_forget (&m->storage);
  if (m->pidfd >= 0)
    close (m->pidfd);
  cpus_release (m->cpu);
  free (m->engine);
  strbuf_release (&m->console);
  error_clear (&m->failure);
  error_clear (&m->io_error);
  error_clear (&m->flush_error);
  error_clear (&m->copy_error);
  strlist_release (&m->opened);
  free (m);
}
