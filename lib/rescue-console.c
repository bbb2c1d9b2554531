/* A shell on the console's socket: see rescue-console.h. */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "impl.h"
#include "rescue-console.h"

#define INPUT_MAX 1024 /* bytes typed that one call carries */
#define ECHO_WAIT 5    /* ms that a call waits for the answer to them */
#define NAP_MIN 2      /* ms between calls without input ... */
#define NAP_MAX 60     /* ... after a while without output */

struct rescue_console {
  guestfs_h *g;
  pid_t owner;
  pthread_t thread;
  int sock, stop;
};

/* "NAME=..." among the kernel's options: where the value starts, or NULL. */
static const char *
find_option (const char *append, const char *name)
{
  size_t len = strlen (name);

  for (; append && *append; append += strcspn (append, " ")) {
    append += strspn (append, " ");
    if (strncmp (append, name, len) == 0 && append[len] == '=')
      return append + len + 1;
  }
  return NULL;
}

bool
rescue_console_is_wanted (guestfs_h *g)
{
  const char *value = find_option (g->settings.append, "guestfs_rescue");

  return value && value[0] == '1' && (value[1] == ' ' || !value[1]);
}

/* --- the thread ------------------------------------------------------------- */

/* Wait for events on the socket: those that there are, 0 at the end of the
 * time, -1 when the thread is to end. */
static int
wait_for (struct rescue_console *c, short events, int timeout)
{
  struct pollfd p[2] = { { .fd = c->sock, .events = events },
                         { .fd = c->stop, .events = POLLIN } };

  while (poll (p, 2, timeout) == -1)
    if (errno != EINTR)
      return -1;
  return p[1].revents ? -1 : p[0].revents;
}

static int
send_all (struct rescue_console *c, const char *data, size_t len)
{
  while (len > 0) {
    ssize_t n = send (c->sock, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n == -1 && errno != EAGAIN && errno != EINTR)
      return -1;
    if (n == -1 && wait_for (c, POLLOUT, -1) == -1)
      return -1;
    if (n > 0) {
      data += n;
      len -= n;
    }
  }
  return 0;
}

/* One call, if nobody else is making one.  1, 0 for not now, -1 for the end. */
static int
call_shell (struct rescue_console *c, const char *input, size_t input_size,
            char **ret, size_t *ret_size)
{
  CLEANUP_ERROR struct error ignored = ERROR_INIT;
  int r;

  if (pthread_mutex_trylock (&c->g->lock) != 0)
    return 0;
  *ret = NULL;
  if (c->g->state == STATE_READY)
    *ret = impl_internal_rescue_io (c->g, input, input_size, 0, 0,
                                    input_size > 0 ? ECHO_WAIT : 0, ret_size,
                                    &ignored);
  /* A shell that does not read its input may do so later. */
  r = *ret ? 1 : ignored.errnum == EAGAIN ? 0 : -1;
  pthread_mutex_unlock (&c->g->lock);
  return r;
}

/* Bytes that were typed: how many, 0 for none yet, -1 for the end. */
static ssize_t
read_input (struct rescue_console *c, char *buf, int timeout)
{
  int events = wait_for (c, POLLIN, timeout);
  ssize_t n;

  if (events <= 0)
    return events;
  n = recv (c->sock, buf, INPUT_MAX, MSG_DONTWAIT);
  if (n == -1 && (errno == EAGAIN || errno == EINTR))
    return 0;
  return n > 0 ? n : -1;
}

static void
carry (struct rescue_console *c)
{
  char input[INPUT_MAX];
  ssize_t len = 0;
  int nap = NAP_MIN;

  for (;;) {
    CLEANUP_FREE char *output = NULL;
    size_t size = 0;
    int r;

    if (len == 0)
      len = read_input (c, input, nap);
    else if (wait_for (c, 0, NAP_MIN) == -1) /* the call is to be made again */
      return;
    if (len == -1)
      return;
    r = call_shell (c, input, len, &output, &size);
    if (r == -1 || (size > 0 && send_all (c, output, size) == -1))
      return;
    nap = len > 0 || size > 0 ? NAP_MIN : nap < NAP_MAX ? nap * 2 : NAP_MAX;
    if (r == 1)
      len = 0;
  }
}

static void *
thread_main (void *opaque)
{
  struct rescue_console *c = opaque;

  carry (c);
  /* The machine has this socket as well: closing would not end it. */
  (void) shutdown (c->sock, SHUT_RDWR);
  return NULL;
}

/* --- start and end ---------------------------------------------------------- */

static void
free_console (struct rescue_console *c)
{
  if (c->sock >= 0)
    close (c->sock);
  if (c->stop >= 0)
    close (c->stop);
  free (c);
}

static int
open_shell (guestfs_h *g, struct error *err)
{
  const char *option = find_option (g->settings.append, "TERM");
  const char *value = option ? option : getenv ("TERM");
  CLEANUP_FREE char *term = strndup (value ? value : "",
                                     value ? strcspn (value, " ") : 0);

  if (!term)
    return error_errno (err, "internal_get_console_socket");
  return impl_internal_rescue_open (g, term, err);
}

struct rescue_console *
rescue_console_start (guestfs_h *g, int sock, struct error *err)
{
  struct rescue_console *c = calloc (1, sizeof *c);
  sigset_t all, old;
  int r;

  if (!c) {
    error_errno (err, "internal_get_console_socket");
    close (sock);
    return NULL;
  }
  *c = (struct rescue_console) {
    .g = g, .owner = getpid (), .sock = sock, .stop = eventfd (0, EFD_CLOEXEC)
  };
  if (c->stop == -1) {
    error_errno (err, "eventfd");
    goto error;
  }
  if (open_shell (g, err) == -1)
    goto error;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  r = pthread_create (&c->thread, NULL, thread_main, c);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  if (r == 0)
    return c;
  error_set (err, r, "pthread_create: %s", strerror (r));

 error:
  free_console (c);
  return NULL;
}

void
rescue_console_end (struct rescue_console *c)
{
  if (!c)
    return;
  if (c->owner == getpid ()) {
    (void) eventfd_write (c->stop, 1);
    pthread_join (c->thread, NULL);
  }
  free_console (c);
}
