/* NBD: the bytes of a connection, and the negotiation at its start.
 *
 * Names in capitals are those of doc/proto.md.  What a server sends beyond
 * what is of use is skipped up to a bound, then the connection is given up.
 */

#include <config.h>

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "cleanup.h"
#include "iov.h"
#include "nbd.h"

#define NBDMAGIC UINT64_C (0x4e42444d41474943)
#define IHAVEOPT UINT64_C (0x49484156454f5054)
#define REPLY_MAGIC UINT64_C (0x3e889045565a9)
#define NBD_FLAG_FIXED_NEWSTYLE 1
#define NBD_FLAG_NO_ZEROES 2
#define NBD_OPT_EXPORT_NAME 1
#define NBD_OPT_GO 7
#define NBD_REP_ACK 1
#define NBD_REP_INFO 3
#define NBD_REP_ERROR (UINT32_C (1) << 31)
#define NBD_REP_ERR_UNSUP (NBD_REP_ERROR | 1)
#define NBD_REP_ERR_POLICY (NBD_REP_ERROR | 2)
#define NBD_REP_ERR_TLS_REQD (NBD_REP_ERROR | 5)
#define NBD_REP_ERR_UNKNOWN (NBD_REP_ERROR | 6)
#define NBD_REP_ERR_BLOCK_SIZE_REQD (NBD_REP_ERROR | 8)
#define NBD_INFO_EXPORT 0

#define MAX_REPLY 65536
#define MAX_REPLIES 64

/* --- bytes -------------------------------------------------------------------- */

/* After a transfer that moved nothing: wait until it can, unless it never
 * will, or nobody waits for it any more. */
static bool
goes_on (const struct nbd_stream *s, bool sending)
{
  struct pollfd p[2] = { { .fd = s->fd, .events = sending ? POLLOUT : POLLIN },
                         { .fd = s->life_fd } };

  if (errno == EINTR)
    return true;
  if (errno != EAGAIN)
    return false;
  if (poll (p, 2, -1) == -1)
    return errno == EINTR;
  if (p[1].revents) {
    errno = ECANCELED;
    return false;
  }
  return true;
}

static int
transfer (const struct nbd_stream *s, bool sending, const struct iovec *iov,
          int iovcnt, size_t len)
{
  size_t done = 0;

  while (done < len) {
    CLEANUP_FREE struct iovec *rest = NULL;
    struct msghdr msg = { .msg_iov = (struct iovec *) iov };
    int cnt = iovcnt;
    ssize_t n;

    if (done > 0) {
      rest = iov_slice (iov, iovcnt, done, len - done, 0, &cnt);
      if (!rest)
        return -1;
      msg.msg_iov = rest;
    }
    msg.msg_iovlen = cnt > 1024 ? 1024 : cnt;
    n = sending ? sendmsg (s->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT)
      : recvmsg (s->fd, &msg, MSG_DONTWAIT);
    if (n > 0)
      done += n;
    else if (n == 0) {
      errno = ECONNRESET;
      return -1;
    }
    else if (!goes_on (s, sending))
      return -1;
  }
  return 0;
}

int
nbd_send (const struct nbd_stream *s, const struct iovec *iov, int iovcnt,
          size_t len)
{
  return transfer (s, true, iov, iovcnt, len);
}

int
nbd_receive (const struct nbd_stream *s, const struct iovec *iov, int iovcnt,
             size_t len)
{
  return transfer (s, false, iov, iovcnt, len);
}

static int
get (const struct nbd_stream *s, void *buf, size_t len)
{
  struct iovec iov = { buf, len };

  return nbd_receive (s, &iov, 1, len);
}

static int
put (const struct nbd_stream *s, const void *buf, size_t len)
{
  struct iovec iov = { (void *) buf, len };

  return nbd_send (s, &iov, 1, len);
}

static int
skip (const struct nbd_stream *s, size_t len)
{
  char buf[1024];

  while (len > 0) {
    size_t n = len < sizeof buf ? len : sizeof buf;

    if (get (s, buf, n) == -1)
      return -1;
    len -= n;
  }
  return 0;
}

/* --- negotiation ---------------------------------------------------------------- */

static int
lost (const char *name, struct error *err)
{
  if (errno == ECONNRESET)
    return error_set (err, ECONNRESET, "%s: the NBD server has closed the"
                      " connection", name);
  return error_errno (err, "%s: NBD server", name);
}

static int
greet (const struct nbd_stream *s, const char *name, bool *ret_no_zeroes,
       struct error *err)
{
  uint8_t hello[18], answer[4];
  uint16_t flags;

  if (get (s, hello, 16) == -1)
    return lost (name, err);
  if (get_be64 (hello) != NBDMAGIC)
    return error_set (err, EPROTO, "%s: this is not an NBD server", name);
  if (get_be64 (hello + 8) != IHAVEOPT)
    return error_set (err, ENOTSUP, "%s: the NBD server speaks the old"
                      " negotiation only", name);
  if (get (s, hello + 16, 2) == -1)
    return lost (name, err);
  flags = get_be16 (hello + 16);
  if (!(flags & NBD_FLAG_FIXED_NEWSTYLE))
    return error_set (err, ENOTSUP, "%s: the NBD server speaks the old"
                      " negotiation only", name);
  *ret_no_zeroes = flags & NBD_FLAG_NO_ZEROES;
  put_be32 (answer, flags & (NBD_FLAG_FIXED_NEWSTYLE | NBD_FLAG_NO_ZEROES));
  return put (s, answer, sizeof answer) == -1 ? lost (name, err) : 0;
}

static int
send_option (const struct nbd_stream *s, uint32_t option, const void *data,
             size_t len)
{
  uint8_t head[16];
  struct iovec iov[2] = { { head, sizeof head }, { (void *) data, len } };

  put_be64 (head, IHAVEOPT);
  put_be32 (head + 8, option);
  put_be32 (head + 12, len);
  return nbd_send (s, iov, 2, sizeof head + len);
}

static int
refused (const char *name, const char *export_name, uint32_t type,
         const char *text, struct error *err)
{
  static const struct {
    uint32_t type;
    int errnum;
    const char *message;
  } reasons[] = {
    { NBD_REP_ERR_POLICY, EACCES, "the server does not permit it" },
    { NBD_REP_ERR_TLS_REQD, ENOTSUP, "the server wants TLS, which is not"
                                     " supported" },
    { NBD_REP_ERR_UNKNOWN, ENOENT, "the server has no such export" },
    { NBD_REP_ERR_BLOCK_SIZE_REQD, ENOTSUP, "the server wants requests of other"
                                            " sizes than sectors" },
  };
  const char *message = "the server refuses";
  int errnum = EIO;

  for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; ++i)
    if (reasons[i].type == type) {
      message = reasons[i].message;
      errnum = reasons[i].errnum;
    }
  return error_set (err, errnum, "%s: NBD export '%s': %s%s%s", name,
                    export_name, message, *text ? ": " : "", text);
}

/* The text of an error reply, as far as it can be shown. */
static int
read_text (const struct nbd_stream *s, uint32_t len, char *text, size_t size)
{
  size_t n = len < size - 1 ? len : size - 1;

  if (get (s, text, n) == -1 || skip (s, len - n) == -1)
    return -1;
  text[n] = '\0';
  for (char *p = text; *p; ++p)
    if ((unsigned char) *p < 32 || *p == 127)
      *p = ' ';
  return 0;
}

/* One reply to NBD_OPT_GO.  1 when it was the last, 0 when more follow, 2 when
 * the server does not know the option. */
static int
read_reply (const struct nbd_stream *s, const char *name,
            const char *export_name, struct nbd_export *ret, bool *ret_found,
            struct error *err)
{
  uint8_t head[20], info[12];
  uint32_t type, len;
  char text[200] = "";

  if (get (s, head, sizeof head) == -1)
    return lost (name, err);
  type = get_be32 (head + 12);
  len = get_be32 (head + 16);
  if (get_be64 (head) != REPLY_MAGIC || get_be32 (head + 8) != NBD_OPT_GO
      || len > MAX_REPLY)
    return error_set (err, EPROTO, "%s: the NBD server's reply makes no sense",
                      name);
  if (type & NBD_REP_ERROR) {
    if (read_text (s, len, text, sizeof text) == -1)
      return lost (name, err);
    return type == NBD_REP_ERR_UNSUP ? 2
      : refused (name, export_name, type, text, err);
  }
  if (type == NBD_REP_INFO && len == sizeof info) {
    if (get (s, info, sizeof info) == -1)
      return lost (name, err);
    if (get_be16 (info) == NBD_INFO_EXPORT) {
      ret->size = get_be64 (info + 2);
      ret->flags = get_be16 (info + 10);
      *ret_found = true;
    }
    return 0;
  }
  if (skip (s, len) == -1)
    return lost (name, err);
  return type == NBD_REP_ACK;
}

static int
go (const struct nbd_stream *s, const char *name, const char *export_name,
    struct nbd_export *ret, struct error *err)
{
  uint8_t data[4 + NBD_MAX_EXPORT_NAME + 2];
  size_t len = strlen (export_name);
  bool found = false;
  int i, r = 0;

  put_be32 (data, len);
  memcpy (data + 4, export_name, len);
  put_be16 (data + 4 + len, 0); /* no further questions */
  if (send_option (s, NBD_OPT_GO, data, 4 + len + 2) == -1)
    return lost (name, err);
  for (i = 0; r == 0 && i < MAX_REPLIES; ++i)
    r = read_reply (s, name, export_name, ret, &found, err);
  if (r == 0 || (r == 1 && !found))
    return error_set (err, EPROTO, "%s: the NBD server does not say what it"
                      " exports", name);
  return r;
}

/* For servers that do not know NBD_OPT_GO: they close the connection where
 * they have no such export. */
static int
ask_by_name (const struct nbd_stream *s, const char *name,
             const char *export_name, bool no_zeroes, struct nbd_export *ret,
             struct error *err)
{
  uint8_t info[10];

  if (send_option (s, NBD_OPT_EXPORT_NAME, export_name,
                   strlen (export_name)) == -1
      || get (s, info, sizeof info) == -1
      || (!no_zeroes && skip (s, 124) == -1))
    return lost (name, err);
  ret->size = get_be64 (info);
  ret->flags = get_be16 (info + 8);
  return 0;
}

int
nbd_negotiate (const struct nbd_stream *s, const char *name,
               const char *export_name, struct nbd_export *ret,
               struct error *err)
{
  struct nbd_export export = { .size = 0 };
  bool no_zeroes = false;
  int r;

  if (strlen (export_name) > NBD_MAX_EXPORT_NAME)
    return error_set (err, ENAMETOOLONG, "%s: the name of the NBD export is too"
                      " long", name);
  if (greet (s, name, &no_zeroes, err) == -1)
    return -1;
  r = go (s, name, export_name, &export, err);
  if (r == 2)
    r = ask_by_name (s, name, export_name, no_zeroes, &export, err);
  if (r == -1)
    return -1;
  *ret = export;
  return 0;
}
