/* The uml engine: a user-mode Linux kernel as a child process.
 *
 * prepare starts the kernel, which boots while main.c opens the images and
 * waits for us where it meets its first device.  Each device is a socket pair,
 * one end inherited by the kernel; nothing is in the file system.  The kernel's
 * own console output arrives through a pipe.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine.h"
#include "guard.h"
#include "launch.h"
#include "vhost.h"

/* Beyond mem=, for the kernel's own image in its memory file. */
#define MEMORY_SLACK (UINT64_C (64) << 20)

struct uml {
  struct machine *machine;
  pid_t pid;
  struct loop_source exited; /* a pidfd */
  struct loop_source output; /* what the kernel prints */
  int *socks;                /* our ends, one a device; -1 where taken */
  struct vhost **servers;
  struct vhost_memory memory;
};

static int
uml_probe (struct machine *m, struct error *err)
{
  if (m->config.uml_kernel_fd < 0 || m->config.root_fd < 0)
    return error_set (err, ENOENT,
                      "the user-mode kernel or its root image is missing");
  return 0;
}

static void
release (struct uml *uml)
{
  struct machine *m = uml->machine;
  size_t i;

  for (i = 0; i < m->nr_devices; ++i) {
    if (uml->servers)
      vhost_free (uml->servers[i]);
    if (uml->socks && uml->socks[i] >= 0)
      close (uml->socks[i]);
  }
  if (uml->exited.fd >= 0) {
    loop_remove (m->main_loop, &uml->exited);
    close (uml->exited.fd);
  }
  if (uml->output.fd >= 0) {
    loop_remove (m->main_loop, &uml->output);
    close (uml->output.fd);
  }
  vhost_memory_release (&uml->memory);
  free (uml->socks);
  free (uml->servers);
  free (uml);
}

/* With the guard all of the guest ends.  Without one, the kernel leads a session
 * of its own, and its processes die with it (PR_SET_PDEATHSIG).  The sandbox, once
 * it is closed, lets us signal by the pidfd only. */
static void
send_kill (const struct uml *uml)
{
  if (uml->exited.fd == -1)
    (void) kill (uml->pid, SIGKILL);
  else
    (void) syscall (SYS_pidfd_send_signal, uml->exited.fd, SIGKILL, NULL, 0);
}

static void
kill_and_reap (struct uml *uml)
{
  int i, status;

  if (uml->pid <= 0)
    return;
  send_kill (uml);
  while (waitpid (uml->pid, &status, 0) == -1 && errno == EINTR)
    ;
  /* What it leaves behind becomes our child (PR_SET_CHILD_SUBREAPER). */
  for (i = 0; i < 1000 && waitpid (-1, &status, WNOHANG | __WALL) != -1; ++i)
    (void) usleep (1000);
  uml->pid = 0;
}

static bool
read_output (struct uml *uml)
{
  char text[4096];
  ssize_t n = read (uml->output.fd, text, sizeof text);

  if (n > 0)
    machine_console (uml->machine, text, n);
  return n > 0;
}

static void
output_ready (struct loop_source *source, uint32_t events)
{
  struct uml *uml = (struct uml *)
    ((char *) source - offsetof (struct uml, output));

  if (!read_output (uml) && events & (EPOLLHUP | EPOLLERR))
    loop_remove (uml->machine->main_loop, source);
}

static void
exit_ready (struct loop_source *source, uint32_t events)
{
  struct uml *uml = (struct uml *)
    ((char *) source - offsetof (struct uml, exited));
  siginfo_t info = { 0 };
  int signum;

  loop_remove (uml->machine->main_loop, source);
  while (read_output (uml))
    ;
  /* WNOWAIT: the pid stays ours until stop reaps it. */
  (void) waitid (P_PID, uml->pid, &info, WEXITED | WNOHANG | WNOWAIT);
  signum = info.si_code != CLD_EXITED ? info.si_status
    : info.si_status > GUARD_SIGNALLED ? info.si_status - GUARD_SIGNALLED : 0;
  if (signum == 0)
    machine_exited (uml->machine, true, "the guest has stopped (status %d)",
                    info.si_status);
  else if (signum == SIGABRT)
    machine_exited (uml->machine, true, "the guest's kernel has panicked");
  else
    machine_exited (uml->machine, true,
                    "the guest's kernel was ended by signal %d", signum);
}

static int
watch (struct uml *uml, struct error *err)
{
  struct loop *loop = uml->machine->main_loop;

  uml->exited.fd = syscall (SYS_pidfd_open, uml->pid, 0);
  if (uml->exited.fd == -1)
    return error_errno (err, "watching the user-mode kernel");
  uml->exited.ready = exit_ready;
  uml->output.ready = output_ready;
  if (loop_add (loop, &uml->exited, EPOLLIN, err) == -1
      || loop_add (loop, &uml->output, EPOLLIN, err) == -1)
    return -1;
  return 0;
}

/* Socket pairs: ours stay in uml->socks, the guest's go to `spawn`. */
static int
make_sockets (struct uml *uml, struct uml_spawn *spawn, struct error *err)
{
  struct machine *m = uml->machine;
  size_t i;

  for (i = 0; i < m->nr_devices; ++i) {
    int pair[2];

    if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
      return error_errno (err, "sockets of the devices");
    uml->socks[i] = pair[0];
    spawn->device_fds[i] = pair[1];
  }
  return 0;
}

static struct uml *
uml_new (struct machine *m, struct error *err)
{
  struct uml *uml = calloc (1, sizeof *uml);
  size_t i;

  if (!uml) {
    error_errno (err, "uml engine");
    return NULL;
  }
  uml->machine = m;
  uml->exited.fd = uml->output.fd = -1;
  vhost_memory_init (&uml->memory, ((uint64_t) m->config.memory << 20)
                                   + MEMORY_SLACK);
  uml->socks = malloc (m->nr_devices * sizeof *uml->socks);
  uml->servers = calloc (m->nr_devices, sizeof (struct vhost *));
  if (uml->socks)
    for (i = 0; i < m->nr_devices; ++i)
      uml->socks[i] = -1;
  if (!uml->socks || !uml->servers) {
    error_errno (err, "uml engine");
    release (uml);
    return NULL;
  }
  return uml;
}

static int
uml_prepare (struct machine *m, struct error *err)
{
  struct uml *uml = uml_new (m, err);
  struct uml_spawn spawn;
  int r = -1;

  if (!uml)
    return -1;
  if (uml_spawn_init (&spawn, m, err) == 0
      && make_sockets (uml, &spawn, err) == 0) {
    uml->pid = uml_spawn_run (&spawn, &uml->output.fd, err);
    if (uml->pid > 0)
      r = watch (uml, err);
  }
  uml_spawn_release (&spawn);
  if (r == -1) {
    kill_and_reap (uml);
    release (uml);
    return -1;
  }
  m->engine_data = uml;
  return 0;
}

static int
uml_run (struct machine *m, struct error *err)
{
  struct uml *uml = m->engine_data;
  size_t i;

  for (i = 0; i < m->nr_devices; ++i) {
    uml->servers[i] = vhost_new (TAKE_FD (uml->socks[i]), m->devices[i],
                                 &uml->memory, err);
    if (!uml->servers[i])
      return -1;
  }
  return 0;
}

static pid_t
uml_pid (struct machine *m)
{
  struct uml *uml = m->engine_data;

  return uml->pid;
}

static void
uml_halt (struct machine *m)
{
  struct uml *uml = m->engine_data;

  kill_and_reap (uml);
}

static void
uml_release (struct machine *m)
{
  release (m->engine_data);
  m->engine_data = NULL;
}

const struct engine_ops engine_uml = {
  .name = "uml",
  .probe = uml_probe,
  .prepare = uml_prepare,
  .run = uml_run,
  .pid = uml_pid,
  .halt = uml_halt,
  .release = uml_release,
};
