/* Starting the user-mode kernel: see launch.h.
 *
 * The child keeps the numbers that its descriptors have here, so nothing is
 * renumbered; all others close on exec.  A pipe that closes on exec brings
 * back what went wrong before it.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "io.h"
#include "launch.h"
#include "sandbox.h"
#include "strbuf.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

/* What the kernel would otherwise take 80 ms to measure: how long to spin in
 * the short delays that drivers of real hardware need. */
#define LOOPS_PER_JIFFY "20000000"

int
uml_spawn_init (struct uml_spawn *spawn, const struct machine *m,
                struct error *err)
{
  size_t i;

  *spawn = (struct uml_spawn) { .machine = m, .args = STRLIST_INIT };
  spawn->device_fds = malloc (m->nr_devices * sizeof (int));
  if (!spawn->device_fds)
    return error_errno (err, "starting the user-mode kernel");
  for (i = 0; i < m->nr_devices; ++i)
    spawn->device_fds[i] = -1;
  return 0;
}

void
uml_spawn_release (struct uml_spawn *spawn)
{
  size_t i;

  if (spawn->device_fds)
    for (i = 0; i < spawn->machine->nr_devices; ++i)
      if (spawn->device_fds[i] >= 0)
        close (spawn->device_fds[i]);
  free (spawn->device_fds);
  strlist_release (&spawn->args);
}

static int
add_words (struct strlist *args, const char *text)
{
  CLEANUP_FREE char *copy = strdup (text);
  char *word, *save = NULL;

  if (!copy)
    return -1;
  for (word = strtok_r (copy, " \t\n", &save); word;
       word = strtok_r (NULL, " \t\n", &save))
    if (strlist_add (args, word) == -1)
      return -1;
  return 0;
}

static int
make_args (struct uml_spawn *spawn, struct error *err)
{
  const struct machine *m = spawn->machine;
  struct strlist *args = &spawn->args;
  size_t i;

  if (strlist_add (args, "bathyscope-guest") == -1
      || strlist_addf (args, "mem=%uM", m->config.memory) == -1
      || strlist_addf (args, "ubd0r=/proc/self/fd/%d", m->config.root_fd) == -1
      || add_words (args, "root=/dev/ubda rootfstype=erofs ro init=/init"
                          " panic=-1 noreboot con=null con0=null,fd:1 "
                          GUEST_WORDS) == -1
      || strlist_add (args, "lpj=" LOOPS_PER_JIFFY) == -1
      || (!m->config.verbose && strlist_add (args, "quiet") == -1))
    goto error;
  for (i = 0; i < m->nr_devices; ++i)
    if (strlist_addf (args, "virtio_uml.device=fd%d:%u",
                      spawn->device_fds[i], m->device_ids[i]) == -1)
      goto error;
  if (m->config.append && add_words (args, m->config.append) == -1)
    goto error;
  return 0;

error:
  return error_errno (err, "command line of the user-mode kernel");
}

/* One CPU for the kernel and its processes, which take turns all the time: apart,
 * every turn costs a wake-up across CPUs.  The library chooses it. */
static void
pin_to_cpu (int cpu)
{
  cpu_set_t one;

  if (cpu < 0)
    return;
  CPU_ZERO (&one);
  CPU_SET (cpu, &one);
  (void) sched_setaffinity (0, sizeof one, &one);
}

static int
keep (int fd)
{
  return fcntl (fd, F_SETFD, 0);
}

/* The machine reads what we write, as long as it is there. */
static bool
has_reader (int output)
{
  struct pollfd p = { .fd = output };

  return poll (&p, 1, 0) == 0;
}

/* In the child: everything up to exec.  Returns only when it fails. */
static void
become_kernel (struct uml_spawn *spawn, bool guarded, int output,
               struct error *err)
{
  const struct machine *m = spawn->machine;
  static char *const no_env[] = { NULL };
  int null;
  size_t i;

  (void) setsid ();
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) == -1 || !has_reader (output)) {
    error_set (err, ESRCH, "the machine has gone");
    return;
  }
  if (guarded && guard_start (err) == -1)
    return;
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null == -1 || dup2 (null, 0) == -1 || dup2 (output, 1) == -1
      || dup2 (output, 2) == -1
      || syscall (SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == -1
      || keep (m->config.root_fd) == -1) {
    error_errno (err, "descriptors of the user-mode kernel");
    return;
  }
  for (i = 0; i < m->nr_devices; ++i)
    if (keep (spawn->device_fds[i]) == -1) {
      error_errno (err, "descriptors of the user-mode kernel");
      return;
    }
  pin_to_cpu (m->config.cpu);
  /* A heap at a random distance would count as memory of the guest. */
  (void) personality (ADDR_NO_RANDOMIZE);
  (void) signal (SIGPIPE, SIG_DFL);
  if (sandbox_guest_kernel (m->config.uml_kernel_fd, m->config.root_fd,
                            err) == -1)
    return;
  syscall (SYS_execveat, m->config.uml_kernel_fd, "", spawn->args.items,
           no_env, AT_EMPTY_PATH);
  error_errno (err, "running the user-mode kernel");
}

/* errno and message of a child that did not come to exec. */
static void
report (int fd, const struct error *e)
{
  (void) write_full (fd, &e->errnum, sizeof e->errnum);
  if (e->message)
    (void) write_full (fd, e->message, strlen (e->message));
}

static int
read_report (int fd, struct error *err)
{
  CLEANUP_FREE char *text = NULL;
  int errnum;
  size_t len;

  text = read_whole_fd (fd, 65536, &len);
  if (!text)
    return error_errno (err, "starting the user-mode kernel");
  if (len < sizeof errnum)
    return 0;
  memcpy (&errnum, text, sizeof errnum);
  return error_set (err, errnum, "%s", text + sizeof errnum);
}

pid_t
uml_spawn_run (struct uml_spawn *spawn, int *ret_output, struct error *err)
{
  int output[2] = { -1, -1 }, status[2] = { -1, -1 };
  pid_t pid = -1;
  bool guarded;

  if (make_args (spawn, err) == -1)
    return -1;
  if (pipe2 (output, O_CLOEXEC) == -1 || pipe2 (status, O_CLOEXEC) == -1) {
    error_errno (err, "pipe");
    goto out;
  }
  pid = guard_fork (&guarded, err);
  if (pid == 0) {
    struct error e = ERROR_INIT;

    close (output[0]);
    become_kernel (spawn, guarded, output[1], &e);
    report (status[1], &e);
    _exit (127);
  }
  close (status[1]);
  status[1] = -1;
  if (pid > 0 && read_report (status[0], err) == -1) {
    while (waitpid (pid, NULL, 0) == -1 && errno == EINTR)
      ;
    pid = -1;
  }
  if (pid > 0) {
    (void) fcntl (output[0], F_SETFL, O_NONBLOCK);
    *ret_output = TAKE_FD (output[0]);
  }

out:
  cleanup_close (&output[0]);
  cleanup_close (&output[1]);
  cleanup_close (&status[0]);
  cleanup_close (&status[1]);
  return pid;
}
