/* Runs block operations on an image, for the test scripts.
 *
 *   test-tool-block [OPTIONS] IMAGE FORMAT [COMMAND]...
 *
 * IMAGE "nbd:SOCKET:EXPORT" is an NBD server's.
 * FORMAT "auto" looks at the contents.  Options: -r read-only, -o overlay with
 * a temporary scratch file, -t N threads for "random", -f N the disk is full
 * after N writes, -p PREFIX images as power cuts could leave them.  Without
 * commands they are read from standard input, one a line:
 *
 *   size                      print the size
 *   write OFFSET LEN BYTE     fill with a byte
 *   read OFFSET LEN BYTE      fail unless all bytes are this one
 *   zero OFFSET LEN           write zeroes, keeping the space
 *   unmap OFFSET LEN          write zeroes, giving back the space
 *   discard OFFSET LEN
 *   flush
 *   copy FILE                 copy the disk to a new raw file
 *   compare FILE              fail unless FILE has the same bytes
 *   random SEED COUNT FILE    random operations here and on the raw FILE
 *   churn SEED                write and flush for ever; prints "flushed N"
 *   mix SEED COUNT            random changes; goes on after errors
 *   stop                      end at once, without closing anything
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "block.h"
#include "io.h"
#include "nbd.h"
#include "prefix.h"
#include "recorder.h"
#include "strbuf.h"

#define CHUNK (1024 * 1024)

#define CUTS 25

static unsigned threads = 1;

static void
die (const char *what, const struct error *err)
{
  fprintf (stderr, "test-tool-block: %s: %s\n", what,
           err && err->message ? err->message : strerror (errno));
  exit (1);
}

/* Backing files are relative to the image that names them. */
static int
open_backing (void *opaque, const char *name, const char *parent,
              char **ret_name, struct error *err)
{
  const char *slash = strrchr (parent, '/');
  CLEANUP_STRBUF struct strbuf path = STRBUF_INIT;
  int fd;

  if (name[0] != '/' && slash)
    strbuf_add (&path, parent, slash - parent + 1);
  strbuf_addstr (&path, name);
  fd = open (path.data, O_RDONLY | O_CLOEXEC);
  if (fd == -1)
    return error_errno (err, "%s", path.data);
  *ret_name = strbuf_take (&path);
  return fd;
}

static void
fill (struct block *b, uint64_t offset, uint64_t len, int byte)
{
  CLEANUP_FREE char *buf = NULL;
  struct error err = ERROR_INIT;

  buf = malloc (len + 1);
  if (!buf)
    die ("memory", NULL);
  memset (buf, byte, len);
  if (block_pwrite (b, buf, len, offset, &err) == -1)
    die ("write", &err);
}

/* Read one way or the other: without waiting every second time, where that
 * goes. */
static int
read_somehow (struct block *b, void *buf, size_t len, uint64_t offset,
              struct error *err)
{
  static _Thread_local unsigned turn;
  struct iovec iov = { buf, len };

  if (turn++ % 2
      && block_preadv_now (b, &iov, 1, offset, turn % 4) == BLOCK_DONE)
    return 0;
  return block_pread (b, buf, len, offset, err);
}

static void
expect (struct block *b, uint64_t offset, uint64_t len, int byte)
{
  CLEANUP_FREE unsigned char *buf = NULL;
  struct error err = ERROR_INIT;

  buf = malloc (len + 1);
  if (!buf)
    die ("memory", NULL);
  if (read_somehow (b, buf, len, offset, &err) == -1)
    die ("read", &err);
  for (uint64_t i = 0; i < len; ++i) {
    if (buf[i] != byte) {
      fprintf (stderr, "test-tool-block: byte %" PRIu64 " is %d, not %d\n",
               offset + i, buf[i], byte);
      exit (1);
    }
  }
}

/* Copy to the file, or compare with it. */
static void
whole (struct block *b, const char *file, bool compare)
{
  static char ours[CHUNK], theirs[CHUNK];
  struct error err = ERROR_INIT;
  int fd = open (file, compare ? O_RDONLY | O_CLOEXEC
                 : O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

  if (fd == -1)
    die (file, NULL);
  for (uint64_t at = 0; at < b->size; at += CHUNK) {
    size_t n = b->size - at < CHUNK ? b->size - at : CHUNK;

    if (read_somehow (b, ours, n, at, &err) == -1)
      die ("read", &err);
    if (!compare) {
      if (pwrite_full (fd, ours, n, at) == -1)
        die (file, NULL);
      continue;
    }
    memset (theirs, 0, n);
    if (pread_full (fd, theirs, n, at) == -1)
      die (file, NULL);
    for (size_t i = 0; i < n; ++i) {
      if (ours[i] != theirs[i]) {
        fprintf (stderr, "test-tool-block: byte %" PRIu64 " differs: %d,"
                 " and %d in %s\n", at + i, ours[i], theirs[i], file);
        exit (1);
      }
    }
  }
  close (fd);
}

/* Random operations of one thread of several.  Each thread keeps to sectors
 * whose number modulo the number of threads is its own, so that the result is
 * known, while clusters are shared. */
struct worker {
  struct block *b;
  int model;
  unsigned seed, index, count;
};

static void
write_both (struct worker *w, uint64_t offset, size_t len)
{
  static _Thread_local char buf[300 * 512];
  struct error err = ERROR_INIT;

  for (size_t i = 0; i < len; i += 512)
    memset (buf + i, rand_r (&w->seed), 512);
  if (block_pwrite (w->b, buf, len, offset, &err) == -1)
    die ("write", &err);
  if (pwrite_full (w->model, buf, len, offset) == -1)
    die ("model", NULL);
}

static void
zero_both (struct worker *w, uint64_t offset, size_t len, unsigned kind)
{
  static const char zeroes[300 * 512];
  struct error err = ERROR_INIT;

  if (block_write_zeroes (w->b, offset, len,
                          kind == 4 ? BLOCK_MAY_UNMAP : 0, &err) == -1)
    die ("zero", &err);
  if (pwrite_full (w->model, zeroes, len, offset) == -1)
    die ("model", NULL);
}

/* What a discarded range holds is known only by reading it. */
static void
discard_both (struct worker *w, uint64_t offset, size_t len)
{
  static _Thread_local char buf[300 * 512];
  struct error err = ERROR_INIT;

  if (block_discard (w->b, offset, len, &err) == -1
      || block_pread (w->b, buf, len, offset, &err) == -1)
    die ("discard", &err);
  if (pwrite_full (w->model, buf, len, offset) == -1)
    die ("model", NULL);
}

static void
read_both (struct worker *w, uint64_t offset, size_t len)
{
  static _Thread_local char ours[300 * 512], theirs[300 * 512];
  struct error err = ERROR_INIT;

  if (read_somehow (w->b, ours, len, offset, &err) == -1)
    die ("read", &err);
  memset (theirs, 0, len);
  if (pread_full (w->model, theirs, len, offset) == -1)
    die ("model", NULL);
  if (memcmp (ours, theirs, len) != 0) {
    fprintf (stderr, "test-tool-block: %zu bytes at %" PRIu64 " differ\n", len,
             offset);
    exit (1);
  }
}

static void *
work (void *opaque)
{
  struct worker *w = opaque;
  uint64_t sectors = w->b->size / 512;
  struct error err = ERROR_INIT;

  for (unsigned i = 0; i < w->count; ++i) {
    unsigned kind = rand_r (&w->seed) % 16;
    uint64_t n = rand_r (&w->seed) % (rand_r (&w->seed) % 4 ? 20 : 300) + 1;
    uint64_t at;

    if (threads > 1)
      n = 1;
    if (n > sectors)
      n = sectors;
    at = ((uint64_t) rand_r (&w->seed) << 20 ^ rand_r (&w->seed))
      % (sectors - n + 1);
    if (threads > 1) {
      at = at / threads * threads + w->index;
      if (at >= sectors)
        continue;
    }
    if (kind < 4 || (threads > 1 && kind == 6))
      write_both (w, at * 512, n * 512);
    else if (kind < 6)
      zero_both (w, at * 512, n * 512, kind);
    else if (kind == 6)
      discard_both (w, at * 512, n * 512);
    else if (kind == 7 && i % 8 == 0) {
      if (block_flush (w->b, &err) == -1)
        die ("flush", &err);
    } else
      read_both (w, at * 512, n * 512);
  }
  return NULL;
}

static void
run_random (struct block *b, unsigned seed, unsigned count, const char *file)
{
  int model = open (file, O_RDWR | O_CLOEXEC);
  pthread_t *thread = calloc (threads, sizeof *thread);
  struct worker *w = calloc (threads, sizeof *w);

  if (model == -1 || !thread || !w)
    die (file, NULL);
  for (unsigned i = 0; i < threads; ++i) {
    w[i] = (struct worker) { b, model, seed * 1000 + i, i, count };
    errno = pthread_create (&thread[i], NULL, work, &w[i]);
    if (errno != 0)
      die ("thread", NULL);
  }
  for (unsigned i = 0; i < threads; ++i)
    pthread_join (thread[i], NULL);
  free (thread);
  free (w);
  close (model);
}

/* Sector 0 holds the number of the last round that was flushed; every sector
 * that round N writes holds N. */
static void
churn (struct block *b, unsigned seed)
{
  struct error err = ERROR_INIT;

  for (unsigned round = 1;; ++round) {
    for (unsigned i = 0; i < 50; ++i) {
      uint64_t len = (rand_r (&seed) % 200 + 1) * 512;
      uint64_t at = rand_r (&seed) % ((b->size - len) / 512) * 512 + 512;
      unsigned kind = rand_r (&seed) % 8;

      if (at + len > b->size)
        continue;
      if (kind == 0) {
        if (block_discard (b, at, len, &err) == -1)
          die ("discard", &err);
      } else if (kind == 1) {
        if (block_write_zeroes (b, at, len, BLOCK_MAY_UNMAP, &err) == -1)
          die ("zero", &err);
      } else
        fill (b, at, len, round & 255);
    }
    fill (b, 0, 512, round & 255);
    if (block_flush (b, &err) == -1)
      die ("flush", &err);
    printf ("flushed %u\n", round & 255);
    fflush (stdout);
  }
}

static void
report (struct error *err)
{
  fprintf (stderr, "test-tool-block: %s\n", err->message);
  error_clear (err);
}

static void
mix (struct block *b, unsigned seed, unsigned count)
{
  static char buf[200 * 512];
  struct error err = ERROR_INIT;

  for (unsigned i = 0; i < count; ++i) {
    uint64_t len = (rand_r (&seed) % 200 + 1) * 512;
    uint64_t at = rand_r (&seed) % ((b->size - len) / 512) * 512;
    unsigned kind = rand_r (&seed) % 12;
    int r;

    memset (buf, i, len);
    if (kind == 0)
      r = block_flush (b, &err);
    else if (kind < 3)
      r = block_discard (b, at, len, &err);
    else if (kind < 5)
      r = block_write_zeroes (b, at, len, kind == 3 ? BLOCK_MAY_UNMAP : 0,
                              &err);
    else
      r = block_pwrite (b, buf, len, at, &err);
    if (r == -1)
      report (&err);
  }
}

static void
run (struct block *b, const char *line)
{
  char verb[16] = "", file[1024] = "";
  uint64_t x = 0, y = 0;
  int byte = 0;
  struct error err = ERROR_INIT;

  if (sscanf (line, "copy %1023s", file) == 1)
    whole (b, file, false);
  else if (sscanf (line, "compare %1023s", file) == 1)
    whole (b, file, true);
  else if (sscanf (line, "random %" SCNu64 " %" SCNu64 " %1023s", &x, &y,
                   file) == 3)
    run_random (b, x, y, file);
  else if (sscanf (line, "churn %" SCNu64, &x) == 1)
    churn (b, x);
  else if (sscanf (line, "mix %" SCNu64 " %" SCNu64, &x, &y) == 2)
    mix (b, x, y);
  else if (sscanf (line, "%15s %" SCNi64 " %" SCNi64 " %i", verb,
                   (int64_t *) &x, (int64_t *) &y, &byte) >= 1) {
    if (strcmp (verb, "size") == 0)
      printf ("%" PRIu64 "\n", b->size);
    else if (strcmp (verb, "write") == 0)
      fill (b, x, y, byte);
    else if (strcmp (verb, "read") == 0)
      expect (b, x, y, byte);
    else if (strcmp (verb, "zero") == 0) {
      if (block_write_zeroes (b, x, y, 0, &err) == -1)
        die (verb, &err);
    } else if (strcmp (verb, "unmap") == 0) {
      if (block_write_zeroes (b, x, y, BLOCK_MAY_UNMAP, &err) == -1)
        die (verb, &err);
    } else if (strcmp (verb, "discard") == 0) {
      if (block_discard (b, x, y, &err) == -1)
        die (verb, &err);
    } else if (strcmp (verb, "flush") == 0) {
      if (block_flush (b, &err) == -1)
        die (verb, &err);
    } else if (strcmp (verb, "stop") == 0)
      raise (SIGKILL);
    else
      die (verb, &(struct error) { 0, (char *) "unknown command" });
  }
}

static struct block *
open_nbd (const char *image, const char *format, bool readonly,
          const struct block_opener *opener, struct error *err)
{
  struct sockaddr_un addr = { .sun_family = AF_UNIX };
  const char *colon = strchr (image, ':');
  int sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct block *b;

  if (!colon || colon - image >= (ptrdiff_t) sizeof addr.sun_path)
    die ("nbd:SOCKET:EXPORT", NULL);
  memcpy (addr.sun_path, image, colon - image);
  if (sock == -1 || connect (sock, (struct sockaddr *) &addr, sizeof addr) == -1)
    die (image, NULL);
  b = nbd_new (sock, -1, image, colon + 1, readonly, err);
  return b ? block_open_on (b, format, readonly, opener, err) : NULL;
}

static struct block *
open_bottom (const char *image, const char *format, bool readonly,
             struct error *err)
{
  const struct block_opener opener = { open_backing, NULL };
  int fd;

  if (strcmp (format, "auto") == 0)
    format = NULL;
  if (has_prefix (image, "nbd:"))
    return open_nbd (image + 4, format, readonly, &opener, err);
  fd = open (image, (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC);
  if (fd == -1)
    die (image, NULL);
  return block_open (fd, image, format, readonly, &opener, err);
}

static struct block *
open_image (const char *image, const char *format, bool readonly,
            bool overlay)
{
  struct error err = ERROR_INIT;
  struct block *b = open_bottom (image, format, readonly || overlay, &err);
  struct block *top;
  int fd;

  if (!b)
    die ("open", &err);
  if (!overlay)
    return b;
  fd = open (".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd == -1)
    die ("scratch file", NULL);
  top = overlay_new (b, fd, &err);
  if (!top)
    die ("overlay", &err);
  return top;
}

int
main (int argc, char *argv[])
{
  bool readonly = false, overlay = false;
  unsigned limit = 0;
  const char *prefix = NULL;
  struct recording *recording = NULL;
  struct error err = ERROR_INIT;
  struct block *b;
  int c;

  while ((c = getopt (argc, argv, "+rot:f:p:")) != -1) {
    if (c == 'r')
      readonly = true;
    else if (c == 'o')
      overlay = true;
    else if (c == 't')
      threads = atoi (optarg);
    else if (c == 'f')
      limit = atoi (optarg);
    else if (c == 'p')
      prefix = optarg;
    else
      return 2;
  }
  if (argc - optind < 2) {
    fprintf (stderr, "usage: test-tool-block [-r] [-o] [-t N] [-f N] [-p PREFIX] IMAGE FORMAT"
             " [COMMAND]...\n");
    return 2;
  }
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  b = open_image (argv[optind], argv[optind + 1], readonly, overlay);
  if (limit != 0 || prefix)
    recording = recorder_take (recorder_insert (b, limit));
  if (argc - optind == 2) {
    char line[1200];

    while (fgets (line, sizeof line, stdin))
      run (b, line);
  }
  for (int i = optind + 2; i < argc; ++i)
    run (b, argv[i]);
  if (block_free (b, &err) == -1)
    die ("close", &err);
  if (prefix)
    recording_cut (recording, prefix, CUTS, CUTS);
  return 0;
}
