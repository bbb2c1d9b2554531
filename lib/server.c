/* Naming and reaching servers: see server.h. */

#include <config.h>

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"
#include "prefix.h"
#include "server.h"

#define CONNECT_TIMEOUT 30000 /* ms, for each address */

void
server_release (struct server *s)
{
  free (s->host);
  free (s->port);
  free (s->path);
  *s = (struct server) SERVER_INIT;
}

static bool
is_port (const char *str)
{
  char *end;
  unsigned long n;

  if (*str < '0' || *str > '9')
    return false;
  n = strtoul (str, &end, 10);
  return *end == '\0' && n > 0 && n < 65536;
}

/* Split HOST[:PORT]; *ret_port is NULL where there is none.  Returns the length
 * of the host, or 0 when it makes no sense. */
static size_t
split (const char **text, const char **ret_port)
{
  size_t len;

  *ret_port = NULL;
  if (**text == '[') {
    ++*text;
    len = strcspn (*text, "]");
    if ((*text)[len] != ']')
      return 0;
    if ((*text)[len + 1] == ':')
      *ret_port = *text + len + 2;
    else if ((*text)[len + 1] != '\0')
      return 0;
    return len;
  }
  len = strcspn (*text, ":");
  if ((*text)[len] == ':')
    *ret_port = *text + len + 1;
  return len;
}

int
server_parse (const char *text, struct server *ret, struct error *err)
{
  CLEANUP_SERVER struct server s = SERVER_INIT;
  const char *rest = text, *port = NULL;
  size_t len;

  if (has_prefix (text, "unix:")) {
    if (text[5] != '/')
      return error_set (err, EINVAL, "server \"%s\": the path of a Unix socket "
                        "must start with /", text);
    s.path = strdup (text + 5);
  }
  else {
    if (has_prefix (rest, "tcp:"))
      rest += 4;
    len = split (&rest, &port);
    if (len == 0 || strpbrk (text, " \t\n/@") || (port && !is_port (port)))
      return error_set (err, EINVAL, "server \"%s\" is not [tcp:]HOST[:PORT] or "
                        "unix:PATH", text);
    s.host = strndup (rest, len);
    s.port = port ? strdup (port) : NULL;
  }
  if ((!s.host && !s.path) || (port && !s.port))
    return error_errno (err, "server");
  *ret = s;
  s = (struct server) SERVER_INIT;
  return 0;
}

/* --- connecting ------------------------------------------------------------------ */

/* Wait until the connection stands.  0, or an errno. */
static int
wait_connected (int sock, int cancel_fd)
{
  struct pollfd p[2] = { { .fd = sock, .events = POLLOUT },
                         { .fd = cancel_fd, .events = POLLIN } };
  socklen_t len = sizeof (int);
  int r, errnum = 0;

  do
    r = poll (p, 2, CONNECT_TIMEOUT);
  while (r == -1 && errno == EINTR);
  if (r == 0)
    return ETIMEDOUT;
  if (r == -1)
    return errno;
  if (p[1].revents)
    return EINTR;
  if (getsockopt (sock, SOL_SOCKET, SO_ERROR, &errnum, &len) == -1)
    return errno;
  return errnum;
}

/* A connected socket, or -1 with errno. */
static int
connect_one (int family, const struct sockaddr *addr, socklen_t len,
             int cancel_fd)
{
  CLEANUP_CLOSE int sock = socket (family,
                                   SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                   0);
  const int one = 1;
  int r;

  if (sock == -1)
    return -1;
  r = connect (sock, addr, len) == -1 ? errno : 0;
  if (r == EINPROGRESS)
    r = wait_connected (sock, cancel_fd);
  if (r != 0) {
    errno = r;
    return -1;
  }
  /* Requests must not wait for the answers to earlier ones. */
  if (family != AF_UNIX)
    (void) setsockopt (sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return TAKE_FD (sock);
}

static int
connect_unix (const char *path, int cancel_fd, struct error *err)
{
  struct sockaddr_un addr = { .sun_family = AF_UNIX };
  int sock;

  if (strlen (path) >= sizeof addr.sun_path)
    return error_set (err, ENAMETOOLONG, "%s: the name of the socket is too "
                      "long", path);
  memcpy (addr.sun_path, path, strlen (path));
  sock = connect_one (AF_UNIX, (struct sockaddr *) &addr, sizeof addr,
                      cancel_fd);
  return sock >= 0 ? sock : error_errno (err, "connecting to %s", path);
}

static int
connect_tcp (const char *host, const char *port, int cancel_fd,
             struct error *err)
{
  const struct addrinfo hints = { .ai_family = AF_UNSPEC,
                                  .ai_socktype = SOCK_STREAM };
  struct addrinfo *list = NULL, *a;
  int r = getaddrinfo (host, port, &hints, &list), sock = -1;

  if (r != 0)
    return error_set (err, EHOSTUNREACH, "%s: %s", host, gai_strerror (r));
  for (a = list; a && sock == -1; a = a->ai_next)
    sock = connect_one (a->ai_family, a->ai_addr, a->ai_addrlen, cancel_fd);
  r = errno;
  freeaddrinfo (list);
  if (sock >= 0)
    return sock;
  errno = r;
  return error_errno (err, "connecting to %s port %s", host, port);
}

int
server_connect (const struct server *s, const char *default_port,
                int cancel_fd, struct error *err)
{
  if (s->path)
    return connect_unix (s->path, cancel_fd, err);
  return connect_tcp (s->host, s->port ? s->port : default_port, cancel_fd,
                      err);
}
