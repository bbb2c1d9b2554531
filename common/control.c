/* Control channel: see control.h. */

#include <config.h>

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "control.h"
#include "strbuf.h"

union fd_space {
  struct cmsghdr align;
  char buf[CMSG_SPACE (sizeof (int) * CONTROL_MAX_FDS)];
};

static int
format_message (struct strbuf *b, const char *type, va_list args)
{
  const char *key, *value;

  if (strbuf_add (b, type, strlen (type) + 1) == -1)
    return -1;
  while ((key = va_arg (args, const char *)) != NULL) {
    value = va_arg (args, const char *);
    if (strbuf_addf (b, "%s=%s", key, value) == -1
        || strbuf_addch (b, '\0') == -1)
      return -1;
  }
  return 0;
}

int
control_send (int sock, const int *fds, size_t nr_fds, struct error *err,
              const char *type, ...)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  union fd_space space;
  struct iovec iov;
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
  va_list args;
  ssize_t n;
  int r;

  va_start (args, type);
  r = format_message (&b, type, args);
  va_end (args);
  if (r == -1)
    return error_errno (err, "control message %s", type);
  if (b.len > CONTROL_MAX_SIZE || nr_fds > CONTROL_MAX_FDS)
    return error_set (err, EMSGSIZE, "control message %s is too large", type);

  iov.iov_base = b.data;
  iov.iov_len = b.len;
  if (nr_fds > 0) {
    struct cmsghdr *cmsg;

    memset (&space, 0, sizeof space);
    msg.msg_control = space.buf;
    msg.msg_controllen = CMSG_SPACE (sizeof (int) * nr_fds);
    cmsg = CMSG_FIRSTHDR (&msg);
    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN (sizeof (int) * nr_fds);
    memcpy (CMSG_DATA (cmsg), fds, sizeof (int) * nr_fds);
  }
  do
    n = sendmsg (sock, &msg, MSG_NOSIGNAL);
  while (n == -1 && errno == EINTR);
  if (n == -1)
    return error_errno (err, "sending control message %s", type);
  return 0;
}

static void
take_fds (struct msghdr *msg, struct control_message *m)
{
  struct cmsghdr *cmsg;

  for (cmsg = CMSG_FIRSTHDR (msg); cmsg; cmsg = CMSG_NXTHDR (msg, cmsg)) {
    size_t n;

    if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
      continue;
    n = (cmsg->cmsg_len - CMSG_LEN (0)) / sizeof (int);
    memcpy (m->fds, CMSG_DATA (cmsg), n * sizeof (int));
    m->nr_fds = n;
  }
}

int
control_recv (int sock, struct control_message *ret, struct error *err)
{
  CLEANUP_CONTROL_MESSAGE struct control_message m = CONTROL_MESSAGE_INIT;
  union fd_space space;
  struct iovec iov;
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
                        .msg_control = space.buf,
                        .msg_controllen = sizeof space.buf };
  ssize_t n;

  m.data = malloc (CONTROL_MAX_SIZE + 1);
  if (!m.data)
    return error_errno (err, "control message");
  iov.iov_base = m.data;
  iov.iov_len = CONTROL_MAX_SIZE;
  do
    n = recvmsg (sock, &msg, MSG_CMSG_CLOEXEC);
  while (n == -1 && errno == EINTR);
  if (n == 0 || (n == -1 && errno == ECONNRESET))
    return 0;
  if (n == -1)
    return error_errno (err, "receiving a control message");
  take_fds (&msg, &m);
  if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || m.data[n - 1] != '\0')
    return error_set (err, EPROTO, "malformed control message");
  m.data[n] = '\0';
  m.len = n;
  m.type = m.data;

  control_message_release (ret);
  *ret = m;
  m = (struct control_message) CONTROL_MESSAGE_INIT;
  return 1;
}

const char *
control_get (const struct control_message *m, const char *key)
{
  size_t key_len = strlen (key);
  const char *p, *end = m->data + m->len;

  for (p = m->data + strlen (m->data) + 1; p < end; p += strlen (p) + 1)
    if (strncmp (p, key, key_len) == 0 && p[key_len] == '=')
      return p + key_len + 1;
  return NULL;
}

int64_t
control_get_int (const struct control_message *m, const char *key,
                 int64_t fallback)
{
  const char *value = control_get (m, key);
  char *end;
  int64_t n;

  if (!value || !*value)
    return fallback;
  errno = 0;
  n = strtoll (value, &end, 10);
  return errno || *end ? fallback : n;
}

int
control_take_fd (struct control_message *m, size_t i)
{
  return i < m->nr_fds ? TAKE_FD (m->fds[i]) : -1;
}

void
control_message_release (struct control_message *m)
{
  size_t i;

  for (i = 0; i < CONTROL_MAX_FDS; ++i)
    if (m->fds[i] >= 0)
      close (m->fds[i]);
  free (m->data);
  *m = (struct control_message) CONTROL_MESSAGE_INIT;
}
