/* checksum, checksum_device and checksums_out. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "actions.h"
#include "checksum.h"
#include "dirscan.h"
#include "guestfile.h"
#include "io.h"
#include "strbuf.h"
#include "transfer.h"

static char *
digest_fd (struct digest *d, int fd, const char *what, struct error *err)
{
  char *buf = io_buffer (err);

  if (!buf)
    return NULL;
  for (;;) {
    ssize_t n = read_full (fd, buf, IO_PIECE);

    if (n == -1) {
      error_errno (err, "%s", what);
      return NULL;
    }
    if (n == 0)
      return digest_finish (d, err);
    if (digest_add (d, buf, n, err) == -1)
      return NULL;
    if (is_cancelled ()) {
      error_set (err, ECANCELED, "%s: cancelled", what);
      return NULL;
    }
    if (n < IO_PIECE)
      return digest_finish (d, err);
  }
}

char *
do_checksum (const char *csumtype, const char *path, struct error *err)
{
  CLEANUP_DIGEST struct digest d = { .type = NULL };
  CLEANUP_CLOSE int fd = -1;

  if (digest_init (&d, csumtype, err) == -1
      || (fd = file_open_read (path, err)) == -1)
    return NULL;
  return digest_fd (&d, fd, path, err);
}

char *
do_checksum_device (const char *csumtype, const char *device,
                    struct error *err)
{
  CLEANUP_DIGEST struct digest d = { .type = NULL };
  CLEANUP_CLOSE int fd = -1;

  if (digest_init (&d, csumtype, err) == -1
      || (fd = devpath_open (device, O_RDONLY, err)) == -1)
    return NULL;
  return digest_fd (&d, fd, device, err);
}

struct sums {
  struct digest digest;
  struct strbuf out;
  const char *directory;
};

static void
sums_release (struct sums *s)
{
  digest_release (&s->digest);
  strbuf_release (&s->out);
}

/* A line as md5sum and its relatives write it; cksum's has the size as well. */
static int
sums_visit (void *opaque, const struct walk_entry *e, struct error *err)
{
  struct sums *s = opaque;
  CLEANUP_CLOSE int fd = -1;
  CLEANUP_FREE char *sum = NULL;
  int r;

  if (e->type != DT_REG)
    return 0;
  fd = openat (e->dirfd, e->name,
               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "%s/%s", s->directory, e->path);
  if (digest_restart (&s->digest, err) == -1
      || !(sum = digest_fd (&s->digest, fd, e->path, err)))
    return -1;
  if (strcmp (s->digest.type, "crc") == 0)
    r = strbuf_addf (&s->out, "%s %llu %s\n", sum,
                     (unsigned long long) s->digest.len, e->path);
  else
    r = strbuf_addf (&s->out, "%s  %s\n", sum, e->path);
  if (r == -1)
    return error_errno (err, "%s", e->path);
  if (s->out.len >= IO_PIECE / 4) {
    if (send_chunk (s->out.data, s->out.len, err) == -1)
      return -1;
    s->out.len = 0;
  }
  return 0;
}

int
do_checksums_out (const char *csumtype, const char *directory,
                  struct error *err)
{
  CLEANUP (sums_release) struct sums s = { .directory = directory };
  struct walk w = { .visit = sums_visit, .opaque = &s };
  CLEANUP_CLOSE int fd = -1;

  if (digest_init (&s.digest, csumtype, err) == -1
      || (fd = file_open_dir (directory, err)) == -1
      || walk_tree (&w, fd, directory, "./", err) == -1)
    return -1;
  if (s.out.len > 0 && send_chunk (s.out.data, s.out.len, err) == -1)
    return -1;
  return send_end (err);
}
