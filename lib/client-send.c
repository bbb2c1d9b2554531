/* Sending frames: see client-private.h.  The socket never blocks: while it takes
 * no more, the control channel of the machine is served.
 */

#include <config.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "client-private.h"

/* One sendmsg.  How many bytes went out, or -1 and errno. */
static ssize_t
send_some (int fd, struct iovec *iov, int nr)
{
  struct msghdr msg = { .msg_iov = iov, .msg_iovlen = nr };
  ssize_t n;

  do
    n = sendmsg (fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n == -1 && errno == EINTR);
  return n;
}

static void
advance (struct iovec *iov, size_t n)
{
  size_t i;

  for (i = 0; i < 2; ++i) {
    size_t part = n < iov[i].iov_len ? n : iov[i].iov_len;

    if (part == 0) /* the base may be NULL */
      continue;
    iov[i].iov_base = (char *) iov[i].iov_base + part;
    iov[i].iov_len -= part;
    n -= part;
  }
}

/* The socket takes no more at present. */
static enum stream_result
wait_to_send (guestfs_h *g, struct error *err)
{
  if (stream_is_gone (g))
    return stream_lost (err);
  if (stream_is_late (g->client))
    return stream_late (g, err);
  /* A frame that has begun is always completed, or nothing after it would
   * be understood: a cancellation waits for the end of it. */
  (void) stream_wait (g, POLLOUT,
                      g->user_cancel == CANCEL_WANTED ? 10 : -1);
  return STREAM_OK;
}

/* Send both parts whole; they are used up. */
static enum stream_result
send_all (guestfs_h *g, struct iovec iov[2], struct error *err)
{
  while (iov[0].iov_len + iov[1].iov_len > 0) {
    ssize_t n = send_some (g->machine->rpc, iov, 2);
    enum stream_result r = STREAM_OK;

    if (n >= 0)
      advance (iov, n);
    else if (errno != EAGAIN && errno != EWOULDBLOCK)
      r = stream_lost (err);
    else
      r = wait_to_send (g, err);
    if (r != STREAM_OK)
      return r;
  }
  return STREAM_OK;
}

/* A header, and `now` of the bytes of the body that it tells of. */
static enum stream_result
send_frame (guestfs_h *g, uint32_t kind, uint32_t proc, size_t len,
            const void *body, size_t now, struct error *err)
{
  const struct frame_header h
    = { .length = len, .kind = kind, .proc = proc,
        .serial = g->client->serial };
  unsigned char header[FRAME_HEADER_SIZE];
  struct iovec iov[2] = {
    { .iov_base = header, .iov_len = sizeof header },
    { .iov_base = (void *) body, .iov_len = now },
  };
  enum stream_result r;

  frame_header_encode (&h, header);
  r = send_all (g, iov, err);
  if (r == STREAM_OK && kind == FRAME_CHUNK)
    stream_set_deadline (g);
  return r;
}

enum stream_result
stream_send (guestfs_h *g, uint32_t kind, uint32_t proc, const void *body,
             size_t len, struct error *err)
{
  return send_frame (g, kind, proc, len, body, len, err);
}

enum stream_result
stream_begin_chunk (guestfs_h *g, uint32_t proc, size_t len,
                    struct error *err)
{
  return send_frame (g, FRAME_CHUNK, proc, len, NULL, 0, err);
}

enum stream_result
stream_send_part (guestfs_h *g, const void *data, size_t len,
                  struct error *err)
{
  struct iovec iov[2] = { { .iov_base = (void *) data, .iov_len = len } };

  return send_all (g, iov, err);
}

/* sendfile, without the signal that it sends where nobody reads any more: the
 * program may not expect it, and only our own must not reach it. */
static ssize_t
sendfile_nosignal (int to, int from, size_t len)
{
  const struct timespec now = { 0, 0 };
  sigset_t pipe, old, pending;
  ssize_t n;
  int errnum;

  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, &old);
  sigpending (&pending);
  n = sendfile (to, from, NULL, len);
  errnum = errno;
  if (!sigismember (&pending, SIGPIPE))
    (void) sigtimedwait (&pipe, NULL, &now);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  errno = errnum;
  return n;
}

enum stream_result
stream_send_file (guestfs_h *g, int fd, size_t *len, struct error *err)
{
  while (*len > 0) {
    ssize_t n = sendfile_nosignal (g->machine->rpc, fd, *len);
    enum stream_result r;

    if (n > 0)
      *len -= n;
    else if (n == -1 && (errno == EPIPE || errno == ECONNRESET))
      return stream_lost (err);
    else if (n == -1 && errno == EINTR)
      continue;
    else if (n == 0 || errno != EAGAIN)
      break;
    else if ((r = wait_to_send (g, err)) != STREAM_OK)
      return r;
  }
  stream_set_deadline (g);
  return STREAM_OK;
}
