/* What the tests use in place of the library: starts bathyscope-machine with
 * the guest of test-guest.c, gives it commands, and prints what comes back.
 *
 *   test-driver [-m MACHINE] [-k UML-KERNEL] [-K KVM-KERNEL] [-r ROOT]
 *               [-e ENGINE] [-a APPEND] [-v] [-s SMP]
 *               [-d IMAGE[,ro][,FORMAT]]...
 *               [-n COUNT (drives of the last image, all read-only)]
 *               COMMAND[:NUMBER]...
 *
 * Commands are those of test-guest.c, and
 *   E:N  N echoes, prints the time of one     t  prints the time to ready
 *   P    prints the pids of machine and guest, then sleeps until killed
 *   v:N  as c, and compares with the file of the first image
 *   s    shutdown, prints what `flushed` says C  close the control channel
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "io.h"

#define CHUNK (1024 * 1024)

struct command {
  char letter;
  char padding[7];
  uint64_t number;
};

static const char *machine_path = "./bathyscope-machine";
static const char *uml_kernel = "/dev/null", *kvm_kernel = "/dev/null";
static const char *root = "/dev/null", *engine = "auto", *append = "",
                  *smp = "1";
static bool verbose;
static int control, rpc;
static pid_t machine_pid;
static long guest_pid;
static char buffer[CHUNK];
static const char *images[1024];

static void __attribute__ ((noreturn))
die (const char *what)
{
  fprintf (stderr, "test-driver: %s: %s\n", what, strerror (errno));
  exit (2);
}

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* Print and note what the machine says; returns its type's first letter, 0 at
 * the end. */
static char
hear (void)
{
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  const char *p;
  int r = control_recv (control, &m, &err);

  if (r <= 0)
    return 0;
  if (strcmp (m.type, "console") == 0) {
    if (verbose)
      fputs (control_get (&m, "text"), stderr);
    return 'c';
  }
  printf ("%s", m.type);
  for (p = m.type + strlen (m.type) + 1; p < m.data + m.len;
       p += strlen (p) + 1)
    printf (" [%s]", p);
  printf ("\n");
  fflush (stdout);
  if (strcmp (m.type, "engine") == 0)
    guest_pid = control_get_int (&m, "pid", -1);
  if (strcmp (m.type, "backing") == 0) {
    int fd = open (control_get (&m, "name"), O_RDONLY | O_CLOEXEC);

    if (control_send (control, &fd, fd >= 0, NULL, "backing-reply",
                      fd >= 0 ? "name" : "errno",
                      fd >= 0 ? control_get (&m, "name") : "2", NULL) == -1)
      die ("backing-reply");
    if (fd >= 0)
      close (fd);
  }
  if (strcmp (m.type, "error") == 0 || strcmp (m.type, "exited") == 0)
    return 'x';
  return m.type[0];
}

/* Wait until the RPC socket can be read (POLLIN) or written. */
static void
wait_rpc (short events)
{
  for (;;) {
    struct pollfd p[2] = { { .fd = rpc, .events = events },
                           { .fd = control, .events = POLLIN } };

    if (poll (p, 2, 300000) <= 0)
      die ("no answer within five minutes");
    if (p[0].revents)
      return;
    if (p[1].revents) {
      char c = hear ();

      if (c == 0 || c == 'x') {
        fprintf (stderr, "test-driver: the machine has ended\n");
        exit (1);
      }
    }
  }
}

static void
get (void *data, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n;

    wait_rpc (POLLIN);
    n = read (rpc, (char *) data + done, len - done);
    if (n <= 0) {
      while (hear () > 0)
        ;
      fprintf (stderr, "test-driver: the RPC socket has closed\n");
      exit (1);
    }
    done += n;
  }
}

static void
put (const void *data, size_t len)
{
  size_t done = 0;

  while (done < len) {
    ssize_t n = write (rpc, (const char *) data + done, len - done);

    if (n == -1)
      die ("write");
    done += n;
  }
}

static void
send_drive (int i, const char *spec, bool force_readonly)
{
  CLEANUP_FREE char *path = strdup (spec);
  char *comma = strchr (path, ','), index[16];
  const char *format = "";
  bool readonly = force_readonly;
  char scratch[] = "/tmp/test-driver-XXXXXX";
  int fds[2], n = 1;

  while (comma) {
    char *word = comma + 1;

    *comma = '\0';
    comma = strchr (word, ',');
    if (comma)
      *comma = '\0';
    if (strcmp (word, "ro") == 0)
      readonly = true;
    else
      format = word;
  }
  fds[0] = open (path, readonly ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CLOEXEC);
  if (fds[0] == -1)
    die (path);
  if (readonly) {
    fds[1] = mkostemp (scratch, O_CLOEXEC);
    if (fds[1] == -1)
      die (scratch);
    unlink (scratch);
    n = 2;
  }
  snprintf (index, sizeof index, "%d", i);
  if (control_send (control, fds, n, NULL, "drive", "index", index, "name",
                    path, "format", format, "readonly", readonly ? "1" : "0",
                    "serial", "test", NULL) == -1)
    die ("drive message");
  while (n-- > 0)
    close (fds[n]);
}

static void
send_machine (int rpc_end)
{
  int fds[4] = { rpc_end, open (kvm_kernel, O_RDONLY | O_CLOEXEC),
                 open (uml_kernel, O_RDONLY | O_CLOEXEC),
                 open (root, O_RDONLY | O_CLOEXEC) };
  int i;

  for (i = 1; i < 4; ++i)
    if (fds[i] == -1)
      die ("kernel or root image");
  if (control_send (control, fds, 4, NULL, "machine", "engine", engine,
                    "memory", "512", "smp", smp, "append", append, "verbose",
                    verbose ? "1" : "0", NULL) == -1)
    die ("machine message");
  for (i = 0; i < 4; ++i)
    close (fds[i]);
}

static void
start_machine (void)
{
  char *argv[] = { (char *) machine_path, NULL };
  char *envp[] = { NULL };
  posix_spawn_file_actions_t actions;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
    die ("socketpair");
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, pair[1], CONTROL_FD);
  errno = posix_spawn (&machine_pid, machine_path, &actions, NULL, argv, envp);
  if (errno)
    die (machine_path);
  posix_spawn_file_actions_destroy (&actions);
  close (pair[1]);
  control = pair[0];
}

static void
ask (char letter, uint64_t number, struct command *reply)
{
  struct command c = { .letter = letter, .number = number };

  put (&c, sizeof c);
  if (reply)
    get (reply, sizeof *reply);
}

static void
rate (const char *what, double start, double bytes)
{
  printf ("%s: %.0f MB/s\n", what, bytes / (now () - start) / 1e6);
}

static void
take (uint64_t n)
{
  while (n > 0) {
    size_t part = n < CHUNK ? n : CHUNK;

    get (buffer, part);
    n -= part;
  }
}

/* The bytes that arrive must be those of a file. */
static void
compare (const char *spec, uint64_t n)
{
  CLEANUP_FREE char *path = strndup (spec, strcspn (spec, ","));
  CLEANUP_FREE char *wanted = malloc (CHUNK);
  CLEANUP_CLOSE int fd = open (path, O_RDONLY | O_CLOEXEC);
  uint64_t done, part;

  if (fd == -1 || !wanted)
    die (path);
  for (done = 0; done < n; done += part) {
    part = n - done < CHUNK ? n - done : CHUNK;
    get (buffer, part);
    if (read_full (fd, wanted, part) != (ssize_t) part)
      die (path);
    if (memcmp (buffer, wanted, part) != 0) {
      fprintf (stderr, "test-driver: wrong data after %llu bytes\n",
               (unsigned long long) done);
      exit (1);
    }
  }
  printf ("same\n");
}

static void
shut_down (void)
{
  if (control_send (control, NULL, 0, NULL, "shutdown", NULL) == -1)
    die ("shutdown");
  while (hear () > 0)
    ;
}

static int
finish (void)
{
  int status;

  close (control);
  if (waitpid (machine_pid, &status, 0) == -1)
    die ("waitpid");
  if (WIFSIGNALED (status))
    printf ("machine: signal %d\n", WTERMSIG (status));
  return WIFSIGNALED (status) || WEXITSTATUS (status) != 0;
}

static void
run_command (const char *text, double launched, double ready)
{
  uint64_t i, n = text[1] == ':' ? strtoull (text + 2, NULL, 0) : 0;
  struct command c = { .letter = text[0], .number = n };
  double start = now ();

  switch (text[0]) {
  case 't':
    printf ("ready: %.1f ms\n", (ready - launched) * 1e3);
    break;
  case 'E':
    for (i = 0; i < n; ++i)
      ask ('e', i, &c);
    printf ("echo: %.1f us\n", (now () - start) / n * 1e6);
    break;
  case 'g':
  case 'c':
    ask (text[0], n, NULL);
    take (n);
    rate (text[0] == 'g' ? "from guest" : "disk to host", start, n);
    break;
  case 'v':
    ask ('c', n, NULL);
    compare (images[0], n);
    break;
  case 'k':
    put (&c, sizeof c);
    for (i = 0; i < n; i += CHUNK)
      put (buffer, n - i < CHUNK ? n - i : CHUNK);
    get (&c, sizeof c);
    rate ("to guest", start, n);
    break;
  case 'r':
  case 'w':
    ask (text[0], n, &c);
    rate (text[0] == 'r' ? "read in guest" : "write in guest", start, n);
    printf ("%c: %llu\n", text[0], (unsigned long long) c.number);
    break;
  case 'P':
    printf ("pids %ld %ld\n", (long) machine_pid, guest_pid);
    fflush (stdout);
    for (;;)
      pause ();
  case 's':
    shut_down ();
    exit (finish ());
  case 'C':
    exit (finish ());
  case 'x':
  case 'p':
  case 'o':
    put (&c, sizeof c);
    while (hear () != 'x')
      ;
    break;
  default:
    ask (text[0], n, &c);
    printf ("%c: %llu\n", text[0], (unsigned long long) c.number);
  }
  fflush (stdout);
}

int
main (int argc, char *argv[])
{
  int i, opt, pair[2], nr_images = 0, copies = 0;
  struct command c;
  double launched, ready;

  while ((opt = getopt (argc, argv, "m:k:K:r:e:a:vs:d:n:")) != -1)
    switch (opt) {
    case 'm': machine_path = optarg; break;
    case 'k': uml_kernel = optarg; break;
    case 'K': kvm_kernel = optarg; break;
    case 'r': root = optarg; break;
    case 'e': engine = optarg; break;
    case 'a': append = optarg; break;
    case 'v': verbose = true; break;
    case 's': smp = optarg; break;
    case 'd': images[nr_images++] = optarg; break;
    case 'n': copies = atoi (optarg); break;
    default: return 2;
    }
  (void) signal (SIGPIPE, SIG_IGN);
  launched = now ();
  start_machine ();
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    die ("socketpair");
  rpc = pair[0];
  send_machine (pair[1]);
  for (i = 0; i < nr_images; ++i)
    send_drive (i, images[i], false);
  for (; nr_images > 0 && i < copies; ++i)
    send_drive (i, images[nr_images - 1], true);
  if (control_send (control, NULL, 0, NULL, "start", NULL) == -1)
    die ("start");
  get (&c, sizeof c);
  ready = now ();
  for (i = optind; i < argc; ++i)
    run_command (argv[i], launched, ready);
  return finish ();
}
