/* Fuzz target: the daemon's end of RPC.  The input is what the library sends;
 * the calls are stand-ins that use the port in each way that real ones do
 * (their arguments are for fuzz-rpc). */

#include <config.h>

#include <fcntl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dispatch.h"
#include "fuzz.h"
#include "port.h"
#include "serve.h"
#include "transfer.h"

enum { ECHO, FAIL, TAKE_ALL, TAKE_SOME, IGNORE, SEND, WAIT, NR_PROCS };

static int in_fd = -1, out_fd;
static uint64_t received;

int
dispatch_flags (uint32_t proc)
{
  static const int flags[NR_PROCS] = {
    [TAKE_ALL] = CALL_FILEIN, [TAKE_SOME] = CALL_FILEIN,
    [IGNORE] = CALL_FILEIN, [SEND] = CALL_FILEOUT,
  };

  return proc < NR_PROCS ? flags[proc] : -1;
}

bool
dispatch_has_key (uint32_t proc)
{
  return proc == FAIL;
}

const char *
dispatch_name (uint32_t proc)
{
  return "call";
}

/* Every third chunk fails. */
static int
take (void *opaque, const void *data, size_t len, struct error *err)
{
  const char *p = data;
  unsigned *chunks = opaque;

  while (len-- > 0)
    received += p[len];
  return ++*chunks % 3 == 0 ? error_set (err, ENOSPC, "chunk") : 0;
}

static int
take_some (size_t len, struct error *err)
{
  char buf[512];
  ssize_t n = 1;

  while (len > 0 && n > 0) {
    n = receive_some (buf, len < sizeof buf ? len : sizeof buf, err);
    if (n == -1)
      return -1;
    if ((size_t) n > len)
      abort ();
    len -= n;
  }
  return 0;
}

static int
send_file (const void *args, size_t len, struct error *err)
{
  int i;

  for (i = 0; i < 3; ++i) {
    if (send_chunk (args, len, err) == -1)
      return -1;
    notify_progress (i, 3);
  }
  return send_end (err);
}

int
dispatch_call (uint32_t proc, const void *args, size_t len,
               struct strbuf *reply, struct error *err)
{
  unsigned chunks = 0;

  switch (proc) {
  case ECHO:
    return strbuf_add (reply, args, len);
  case FAIL:
    return error_set (err, EIO, "%.*s", (int) len, (const char *) args);
  case TAKE_ALL:
    return receive_file (take, &chunks, err);
  case TAKE_SOME:
    return take_some (len, err);
  case SEND:
    return send_file (args, len, err);
  case WAIT:
    return is_cancelled () ? error_set (err, ECANCELED, "cancelled") : 0;
  default:
    return 0;
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (in_fd == -1) {
    in_fd = memfd_create ("fuzz", MFD_CLOEXEC);
    out_fd = open ("/dev/null", O_WRONLY | O_CLOEXEC);
    if (in_fd == -1 || out_fd == -1)
      abort ();
  }
  if (ftruncate (in_fd, 0) == -1
      || pwrite (in_fd, data, size, 0) != (ssize_t) size
      || lseek (in_fd, 0, SEEK_SET) == -1)
    abort ();
  port_init (in_fd, out_fd);
  (void) serve (false, &err);
  return 0;
}
