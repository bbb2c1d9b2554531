/* Remote control: see remote.h.
 *
 * The socket is /tmp/.guestfish-UID/socket-PID, in a directory that nobody else
 * may enter.  A connection carries one command: a header with the descriptors
 * of the client, then its words, each with its NUL; and the status back.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"
#include "fish.h"
#include "heredoc.h"
#include "io.h"
#include "prefix.h"
#include "remote.h"
#include "shell.h"
#include "strbuf.h"
#include "strlist.h"

#define MAGIC UINT32_C (0x42464931) /* BFI1 */
#define WORDS_MAX (64u << 20) /* bytes */
#define FDS_MAX 4 /* standard input, output, error, and a terminal for keys */

enum { FLAG_EXIT_ON_ERROR = 1, FLAG_KEYS_FROM_STDIN = 2, FLAG_ECHO_KEYS = 4 };

struct header {
  uint32_t magic, flags, len;
};

static volatile sig_atomic_t ended;

static int
socket_directory (char *name, size_t size)
{
  struct stat s;

  snprintf (name, size, "/tmp/.guestfish-%d", (int) geteuid ());
  if (mkdir (name, 0700) == -1 && errno != EEXIST) {
    fprintf (stderr, "remote: %s: %s\n", name, strerror (errno));
    return -1;
  }
  if (lstat (name, &s) == -1 || !S_ISDIR (s.st_mode)
      || s.st_uid != geteuid () || (s.st_mode & 077) != 0) {
    fprintf (stderr, "remote: %s is not a directory of yours that is closed to others\n",
             name);
    return -1;
  }
  return 0;
}

static int
socket_name (pid_t pid, struct sockaddr_un *ret)
{
  char directory[64];

  if (socket_directory (directory, sizeof directory) == -1)
    return -1;
  *ret = (struct sockaddr_un) { .sun_family = AF_UNIX };
  snprintf (ret->sun_path, sizeof ret->sun_path, "%s/socket-%d", directory,
            (int) pid);
  return 0;
}

/* --- the server ----------------------------------------------------------------- */

struct request {
  struct header header;
  int fds[FDS_MAX]; /* owned; -1: none */
  char *text;
  char **words; /* into text */
};

static void
request_release (struct request *r)
{
  size_t i;

  for (i = 0; i < FDS_MAX; ++i)
    if (r->fds[i] >= 0)
      close (r->fds[i]);
  free (r->text);
  free (r->words);
}

/* The header and the descriptors that come with it. */
static int
receive_header (int conn, struct request *r)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE (sizeof (int) * FDS_MAX)];
  } control;
  struct iovec iov = { &r->header, sizeof r->header };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
                      .msg_control = &control,
                      .msg_controllen = sizeof control };
  struct cmsghdr *c;
  ssize_t n = recvmsg (conn, &m, MSG_CMSG_CLOEXEC | MSG_WAITALL);

  for (c = n > 0 ? CMSG_FIRSTHDR (&m) : NULL; c; c = CMSG_NXTHDR (&m, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
      memcpy (r->fds, CMSG_DATA (c), c->cmsg_len - CMSG_LEN (0));
  return n == sizeof r->header && !(m.msg_flags & MSG_CTRUNC)
    && r->header.magic == MAGIC && r->header.len > 0
    && r->header.len <= WORDS_MAX && r->fds[2] >= 0 ? 0 : -1;
}

/* Words, each with its NUL: the first is the version of the client. */
static int
receive_words (int conn, struct request *r)
{
  size_t len = r->header.len, i, n = 0;

  r->text = malloc (len);
  if (!r->text || read_full (conn, r->text, len) != (ssize_t) len
      || r->text[len - 1] != '\0')
    return -1;
  for (i = 0; i < len; ++i)
    n += r->text[i] == '\0';
  r->words = calloc (n + 1, sizeof *r->words);
  if (!r->words)
    return -1;
  for (i = n = 0; i < len; i += strlen (r->text + i) + 1)
    r->words[n++] = r->text + i;
  return n >= 2 ? 0 : -1;
}

/* Give the command the standard streams of the client; `saved` are ours. */
static void
take_streams (struct fish *fish, const struct request *r, int saved[3])
{
  int i;

  for (i = 0; i < 3; ++i) {
    saved[i] = fcntl (i, F_DUPFD_CLOEXEC, 10);
    dup2 (r->fds[i], i);
  }
  __fpurge (stdin);
  clearerr (stdin);
  fish->options.tty = r->fds[3] > 0 ? r->fds[3] : 0;
  fish->options.keys_from_stdin = r->header.flags & FLAG_KEYS_FROM_STDIN;
  fish->options.echo_keys = r->header.flags & FLAG_ECHO_KEYS;
}

static void
give_streams_back (struct fish *fish, int saved[3])
{
  int i;

  fflush (stdout);
  clearerr (stdout);
  for (i = 0; i < 3; ++i) {
    dup2 (saved[i], i);
    close (saved[i]);
  }
  fish->options.tty = 0;
}

static int32_t
run_request (struct fish *fish, const struct request *r)
{
  int saved[3];
  int32_t status;

  take_streams (fish, r, saved);
  if (strcmp (r->words[0], PACKAGE_VERSION) != 0) {
    fprintf (stderr, "remote: the server is version %s, this is %s\n",
             PACKAGE_VERSION, r->words[0]);
    status = -1;
  }
  else {
    status = shell_run_words (fish, r->words + 1);
    if (status == -1 && (r->header.flags & FLAG_EXIT_ON_ERROR))
      fish->quit = true;
  }
  give_streams_back (fish, saved);
  return status;
}

static bool
is_ours (int conn)
{
  struct ucred cred;
  socklen_t len = sizeof cred;

  return getsockopt (conn, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0
    && (cred.uid == geteuid () || cred.uid == 0);
}

/* A client that says nothing must not keep the others waiting for ever. */
static void
serve (struct fish *fish, int conn)
{
  const struct timeval limit = { .tv_sec = 10 };
  struct request r = { .fds = { -1, -1, -1, -1 } };

  setsockopt (conn, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (is_ours (conn) && receive_header (conn, &r) == 0
      && receive_words (conn, &r) == 0) {
    int32_t status = run_request (fish, &r);

    (void) send (conn, &status, sizeof status, MSG_NOSIGNAL);
  }
  request_release (&r);
}

static void
on_signal (int sig)
{
  if (sig == SIGTERM)
    ended = 1;
}

/* What is written to a client that has gone fails, and kills nothing. */
static void
set_signals (void)
{
  struct sigaction action = { .sa_handler = on_signal };

  sigaction (SIGPIPE, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

static int
open_socket (struct sockaddr_un *name)
{
  CLEANUP_CLOSE int sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mode_t mask = umask (0077);
  int r;

  if (sock == -1 || socket_name (getpid (), name) == -1)
    return -1;
  (void) unlink (name->sun_path); /* of another process with our number */
  r = bind (sock, (struct sockaddr *) name, sizeof *name);
  umask (mask);
  if (r == -1 || listen (sock, 16) == -1) {
    fprintf (stderr, "remote: %s: %s\n", name->sun_path, strerror (errno));
    return -1;
  }
  return TAKE_FD (sock);
}

static int
wait_for_commands (struct fish *fish, int sock)
{
  set_signals ();
  while (!fish->quit && !ended) {
    CLEANUP_CLOSE int conn = accept4 (sock, NULL, NULL, SOCK_CLOEXEC);

    if (conn == -1 && errno != EINTR && errno != ECONNABORTED)
      return -1;
    if (conn >= 0)
      serve (fish, conn);
    set_signals (); /* commands change what signals do */
  }
  return 0;
}

/* The caller waits until we are ready; `ready` is the pipe that tells it. */
static int
server (struct fish *fish, int ready)
{
  struct sockaddr_un name;
  CLEANUP_CLOSE int sock = -1;
  int null, r;

  setsid ();
  sock = open_socket (&name);
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (sock == -1 || null == -1)
    return -1;
  dup2 (null, STDIN_FILENO);
  dup2 (null, STDOUT_FILENO);
  if (write (ready, "", 1) != 1)
    return -1;
  close (ready);
  if (!fish->options.verbose)
    dup2 (null, STDERR_FILENO);
  close (null);
  r = wait_for_commands (fish, sock);
  unlink (name.sun_path);
  return r;
}

int
remote_listen (struct fish *fish, bool csh)
{
  int fds[2];
  pid_t pid;
  char c;

  fflush (NULL);
  if (pipe2 (fds, O_CLOEXEC) == -1 || (pid = fork ()) == -1) {
    perror ("--listen");
    return -1;
  }
  if (pid == 0) {
    close (fds[0]);
    return server (fish, fds[1]);
  }
  close (fds[1]);
  if (read (fds[0], &c, 1) != 1)
    _exit (EXIT_FAILURE);
  if (csh)
    printf ("setenv GUESTFISH_PID %d\n", (int) pid);
  else
    printf ("GUESTFISH_PID=%d; export GUESTFISH_PID\n", (int) pid);
  /* The handle is the server's. */
  _exit (fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- the client ----------------------------------------------------------------- */

pid_t
remote_server (const struct fish *fish, const char *pid)
{
  char *end;
  long n;

  if (!pid)
    pid = getenv ("GUESTFISH_PID");
  if (!pid)
    die (&fish->options, "--remote: $GUESTFISH_PID must be the process number that --listen told");
  n = strtol (pid, &end, 10);
  if (end == pid || *end || n < 1 || n > INT32_MAX)
    die (&fish->options, "--remote: \"%s\" is no process number", pid);
  return n;
}

static int
connect_to (pid_t pid)
{
  struct sockaddr_un name;
  CLEANUP_CLOSE int sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (sock == -1 || socket_name (pid, &name) == -1)
    return -1;
  if (connect (sock, (struct sockaddr *) &name, sizeof name) == -1) {
    fprintf (stderr, "remote: no server with the process number %d is running\n",
             (int) pid);
    return -1;
  }
  return TAKE_FD (sock);
}

static int
send_header (int sock, const struct header *header, const int *fds, size_t n)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE (sizeof (int) * FDS_MAX)];
  } control = { .buf = { 0 } };
  struct iovec iov = { (void *) header, sizeof *header };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
                      .msg_control = &control,
                      .msg_controllen = CMSG_SPACE (sizeof (int) * n) };
  struct cmsghdr *c = CMSG_FIRSTHDR (&m);

  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN (sizeof (int) * n);
  memcpy (CMSG_DATA (c), fds, sizeof (int) * n);
  return sendmsg (sock, &m, MSG_NOSIGNAL) == sizeof *header ? 0 : -1;
}

static int
send_words (int sock, char *words[])
{
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;
  size_t i, sent = 0;

  if (strbuf_add (&text, PACKAGE_VERSION, sizeof PACKAGE_VERSION) == -1)
    return -1;
  for (i = 0; words[i]; ++i)
    if (strbuf_add (&text, words[i], strlen (words[i]) + 1) == -1)
      return -1;
  while (sent < text.len) {
    ssize_t n = send (sock, text.data + sent, text.len - sent, MSG_NOSIGNAL);

    if (n == -1 && errno != EINTR)
      return -1;
    sent += n > 0 ? n : 0;
  }
  return 0;
}

static int
send_request (struct fish *fish, int sock, char *words[], int input,
              bool exit_on_error)
{
  CLEANUP_CLOSE int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC);
  const int fds[FDS_MAX] = { input, STDOUT_FILENO, STDERR_FILENO, tty };
  struct header header = { .magic = MAGIC, .len = sizeof PACKAGE_VERSION };
  int32_t status;
  size_t i;

  for (i = 0; words[i]; ++i)
    header.len += strlen (words[i]) + 1;
  header.flags = (exit_on_error ? FLAG_EXIT_ON_ERROR : 0)
    | (fish->options.keys_from_stdin ? FLAG_KEYS_FROM_STDIN : 0)
    | (fish->options.echo_keys ? FLAG_ECHO_KEYS : 0);
  if (send_header (sock, &header, fds, tty >= 0 ? 4 : 3) == -1
      || send_words (sock, words) == -1
      || read_full (sock, &status, sizeof status) != sizeof status) {
    fprintf (stderr, "remote: the server has ended before it answered\n");
    return -1;
  }
  return status == 0 ? 0 : -1;
}

/* Lines of our script, "-<<END", become the command's standard input. */
static int
here_document (struct fish *fish, char *words[], char **ret_name)
{
  static char dash[] = "-";
  size_t i;

  for (i = 1; words[i]; ++i)
    if (has_prefix (words[i], "-<<")) {
      *ret_name = heredoc_read (fish, words[i] + 3);
      words[i] = dash;
      return *ret_name ? open (*ret_name, O_RDONLY | O_CLOEXEC) : -1;
    }
  return STDIN_FILENO;
}

int
remote_run (struct fish *fish, char *words[], bool exit_on_error)
{
  CLEANUP_FREE char **copy = calloc (strings_count (words) + 1, sizeof *copy);
  CLEANUP_FREE char *document = NULL;
  int sock = -1, input = -1, r = -1;

  fflush (stdout);
  if (copy) {
    memcpy (copy, words, strings_count (words) * sizeof *copy);
    input = here_document (fish, copy, &document);
  }
  if (input >= 0)
    sock = connect_to (fish->remote_pid);
  if (sock >= 0)
    r = send_request (fish, sock, copy, input, exit_on_error);
  if (r == 0 && (strcmp (words[0], "quit") == 0
                 || strcmp (words[0], "exit") == 0
                 || strcmp (words[0], "q") == 0))
    fish->quit = true;
  if (sock >= 0)
    close (sock);
  if (document) {
    if (input >= 0)
      close (input);
    heredoc_done (document);
  }
  return r;
}
