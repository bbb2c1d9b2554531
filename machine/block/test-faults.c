/* A disk that fails at each position in turn.
 *
 *   test-faults [-a] [-s SEED] [-n COUNT] [-c EVERY] [-o] IMAGE FORMAT
 *
 * A workload of COUNT random operations runs on a copy of IMAGE (-o: on an overlay
 * over it), whose sectors hold the byte that is in them from their beginning to
 * their end.  In its first run the first read fails, then the second, and so on
 * until there are no more; then writes, flushes, and discards.  How they fail
 * changes from one to the next; with -a each fails in every way.  Every time,
 *  - the operation in which it happened must fail,
 *  - what is read must be what was written, and
 *  - the image must open again, hold at least what was flushed, take writes, and
 *    be sound for qemu-img (for every EVERYth; 0, the default: never).
 * Without arguments it runs on small raw images of its own.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "block.h"
#include "cleanup.h"
#include "faults.h"
#include "io.h"
#include "test.h"

#define SECTOR 512
#define MAX_SECTORS 8192
#define MAX_RUN 100 /* sectors of one operation */

extern char **environ;

/* Bytes that a sector may hold; any at all, after it was discarded. */
struct values {
  uint64_t set[4];
};

static struct {
  bool all_ways, overlay;
  unsigned seed, count, check_every;
  const char *image, *format;
} options = { .seed = 1, .count = 70 };

static struct {
  struct values now[MAX_SECTORS]; /* while it is open */
  struct values kept[MAX_SECTORS]; /* when it is opened again */
  uint64_t sectors;
  char what[128]; /* for messages */
} model;

static const struct way {
  int error;
  bool stay, forget;
} ways[] = {
  { EIO, false, true }, { ENOSPC, true, false }, { FAULT_SHORT, false, false },
  { EIO, true, true }, { FAULT_SHORT, true, false }, { ENOSPC, false, false },
  { EIO, false, false },
};
#define NR_WAYS (sizeof ways / sizeof ways[0])

static const char *const operation_names[] = { "", "read", "write", "flush",
                                               "discard" };
static char work_name[64];
static unsigned long runs, checks;

static _Noreturn void
lost (const char *why, const char *more)
{
  fprintf (stderr, "test-faults: %s %s, seed %u, %s: %s: %s\n",
           options.image ? options.image : "own", options.format, options.seed,
           model.what, why, more ? more : "");
  exit (1);
}

static void
add (struct values *v, unsigned char byte)
{
  v->set[byte / 64] |= UINT64_C (1) << (byte % 64);
}

static bool
may_be (const struct values *v, unsigned char byte)
{
  return v->set[byte / 64] >> (byte % 64) & 1;
}

static void
merge (struct values *v, const struct values *w)
{
  for (size_t i = 0; i < 4; ++i)
    v->set[i] |= w->set[i];
}

/* Sectors got a byte, or perhaps not; NULL: nobody knows what. */
static void
model_write (uint64_t first, uint64_t n, const unsigned char *byte,
             bool certain)
{
  for (uint64_t s = first; s < first + n; ++s) {
    struct values v = { { 0 } };

    if (byte)
      add (&v, *byte);
    else
      memset (&v, 255, sizeof v);
    if (!certain)
      merge (&v, &model.now[s]);
    model.now[s] = v;
    if (!options.overlay) /* nothing of it stays */
      merge (&model.kept[s], &v);
  }
}

static void
compare (const unsigned char *buf, uint64_t first, uint64_t n,
         const struct values *allowed, const char *when)
{
  for (uint64_t s = 0; s < n; ++s) {
    const unsigned char *p = buf + s * SECTOR;
    char text[64];

    snprintf (text, sizeof text, "sector %llu has %d",
              (unsigned long long) (first + s), *p);
    if (!may_be (&allowed[first + s], *p))
      lost (when, text);
    for (size_t i = 1; i < SECTOR; ++i)
      if (p[i] != *p)
        lost (when, "a sector in pieces");
  }
}

/* --- images ------------------------------------------------------------------ */

static void
copy_image (const char *from, const char *to)
{
  CLEANUP_CLOSE int in = open (from, O_RDONLY | O_CLOEXEC);
  CLEANUP_CLOSE int out = open (to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
                                0600);
  CLEANUP_FREE char *all = NULL;
  size_t len = 0;

  CHECK (in >= 0 && out >= 0);
  all = read_whole_fd (in, 64 * 1024 * 1024, &len);
  CHECK (all && write_full (out, all, len) == 0);
}

static int
open_backing (void *opaque, const char *name, const char *parent,
              char **ret_name, struct error *err)
{
  int fd = open (name, O_RDONLY | O_CLOEXEC);

  *ret_name = strdup (name);
  return fd;
}

static struct block *
open_work (bool readonly, struct error *err)
{
  const struct block_opener opener = { open_backing, NULL };
  struct block *b, *top;
  int fd = open (work_name, (readonly ? O_RDONLY : O_RDWR) | O_CLOEXEC);

  CHECK (fd >= 0);
  b = block_open (fd, work_name, options.format, readonly, &opener, err);
  if (!b || !options.overlay)
    return b;
  fd = open (".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  CHECK (fd >= 0);
  top = overlay_new (b, fd, err);
  if (!top)
    block_free (b, NULL);
  return top;
}

/* The model of the image as it came. */
static void
learn (void)
{
  static unsigned char buf[MAX_SECTORS * SECTOR];
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct block *b;

  copy_image (options.image, work_name);
  b = open_work (true, &err);
  if (!b)
    lost ("opening", err.message);
  model.sectors = b->size / SECTOR;
  CHECK (model.sectors <= MAX_SECTORS);
  CHECK (block_pread (b, buf, b->size, 0, &err) == 0);
  for (uint64_t s = 0; s < model.sectors; ++s) {
    model.now[s] = (struct values) { { 0 } };
    add (&model.now[s], buf[s * SECTOR]);
  }
  memcpy (model.kept, model.now, sizeof model.kept);
  CHECK (block_free (b, &err) == 0);
}

/* What it prints goes to check.log. */
static int
run_program (const char *const *argv)
{
  posix_spawn_file_actions_t files;
  pid_t pid;
  int status = 0;

  CHECK (posix_spawn_file_actions_init (&files) == 0);
  CHECK (posix_spawn_file_actions_addopen (&files, 1, "check.log", O_WRONLY
                                           | O_CREAT | O_TRUNC, 0600) == 0);
  CHECK (posix_spawn_file_actions_adddup2 (&files, 1, 2) == 0);
  errno = posix_spawnp (&pid, argv[0], &files, NULL, (char **) argv, environ);
  CHECK (errno == 0 && waitpid (pid, &status, 0) == pid);
  posix_spawn_file_actions_destroy (&files);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 255;
}

/* 3 is for leaked clusters, which harm nobody. */
static void
check_image (const char *when)
{
  const char *argv[] = { "qemu-img", "check", "-q", "-f", options.format,
                         work_name, NULL };
  int status;

  if (options.check_every == 0 || runs % options.check_every != 0
      || strcmp (options.format, "raw") == 0 || options.overlay)
    return;
  status = run_program (argv);
  checks++;
  if (status != 0 && status != 3)
    lost (when, "qemu-img check: see check.log");
}

/* --- one run ----------------------------------------------------------------- */

static int
do_operation (struct block *b, unsigned i, unsigned *seed, struct error *err)
{
  static unsigned char buf[MAX_RUN * SECTOR];
  unsigned kind = rand_r (seed) % 16;
  uint64_t n = rand_r (seed) % (rand_r (seed) % 3 ? 12 : MAX_RUN) + 1;
  uint64_t first = rand_r (seed) % (model.sectors - n + 1);
  unsigned char byte = i % 250 + 1, zero = 0;
  int r;

  if (kind < 7) {
    memset (buf, byte, n * SECTOR);
    r = block_pwrite (b, buf, n * SECTOR, first * SECTOR, err);
    model_write (first, n, &byte, r == 0);
  } else if (kind < 9) {
    r = block_write_zeroes (b, first * SECTOR, n * SECTOR,
                            kind == 7 ? BLOCK_MAY_UNMAP : 0, err);
    model_write (first, n, &zero, r == 0);
  } else if (kind == 9) {
    r = block_discard (b, first * SECTOR, n * SECTOR, err);
    model_write (first, n, NULL, r == 0);
  } else if (kind < 12) {
    r = block_flush (b, err);
    if (r == 0 && !options.overlay)
      memcpy (model.kept, model.now, sizeof model.kept);
  } else {
    r = block_pread (b, buf, n * SECTOR, first * SECTOR, err);
    /* What the disk took back is not what was written. */
    if (r == 0 && !(faults->fired && faults->forget))
      compare (buf, first, n, model.now, "reading");
  }
  return r;
}

/* The failing disk may be told by this operation only: success would be a lie.
 * Space that could not be given back is nobody's loss. */
static void
expect_told (uint64_t fired, int r, const char *what)
{
  if (faults->fired > fired && r == 0
      && faults->operation != FAULT_DISCARD)
    lost ("the error was not told", what);
}

static void
workload (struct block *b)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  unsigned seed = options.seed;
  uint64_t fired;
  char what[32];
  int r;

  for (unsigned i = 0; i < options.count; ++i) {
    fired = faults->fired;
    r = do_operation (b, i, &seed, &err);
    error_clear (&err);
    snprintf (what, sizeof what, "operation %u", i);
    expect_told (fired, r, what);
  }
  fired = faults->fired;
  r = block_flush (b, &err);
  if (block_free (b, &err) == -1)
    r = -1;
  expect_told (fired, r, "closing");
  if (r == 0 && !options.overlay)
    memcpy (model.kept, model.now, sizeof model.kept);
}

/* After it, with a disk that works. */
static void
inspect (void)
{
  static unsigned char buf[MAX_SECTORS * SECTOR];
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct block *b;
  uint64_t size = model.sectors * SECTOR;

  check_image ("after the fault");
  b = open_work (false, &err);
  if (!b)
    lost ("opening again", err.message);
  if (block_pread (b, buf, size, 0, &err) == -1)
    lost ("reading again", err.message);
  compare (buf, 0, model.sectors, model.kept, "what was flushed");
  memset (buf, 251, size);
  if (block_pwrite (b, buf, size, 0, &err) == -1 || block_flush (b, &err) == -1
      || block_pread (b, buf, size, 0, &err) == -1
      || block_free (b, &err) == -1)
    lost ("writing again", err.message);
  for (uint64_t i = 0; i < size; ++i)
    if (buf[i] != 251)
      lost ("writing again", "what was written is not there");
  check_image ("after writing again");
}

/* False when there is no Nth. */
static bool
run (enum fault_operation operation, unsigned nth, const struct way *way)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct block *b;
  bool fired;

  snprintf (model.what, sizeof model.what, "%s %u, errno %d%s%s",
            operation_names[operation], nth, way->error,
            way->stay ? ", for good" : "",
            way->forget ? ", forgetting" : "");
  learn ();
  faults_reset ();
  b = open_work (false, &err);
  if (!b)
    lost ("opening", err.message);
  faults_reset ();
  faults->operation = operation;
  faults->nth = nth;
  faults->error = way->error;
  faults->stay = way->stay;
  faults->forget = way->forget && operation == FAULT_FLUSH;
  workload (b);
  fired = faults->fired > 0;
  faults_reset ();
  inspect ();
  runs++;
  return fired;
}

static void
run_all (void)
{
  unsigned long before = runs;

  for (int operation = FAULT_READ; operation < FAULT_OPERATIONS; ++operation) {
    for (unsigned nth = 1;; ++nth) {
      bool fired = true;

      if (!options.all_ways)
        fired = run (operation, nth, &ways[nth % NR_WAYS]);
      for (size_t i = 0; options.all_ways && i < NR_WAYS; ++i)
        fired = run (operation, nth, &ways[i]);
      if (!fired)
        break;
    }
  }
  printf ("%s %s%s: %lu runs, %lu checks\n",
          options.image ? options.image : "own", options.format,
          options.overlay ? ", overlay" : "", runs - before, checks);
}

static void
run_own (void)
{
  static char name[] = "faults-XXXXXX";
  int fd = mkstemp (name);
  char buf[SECTOR];

  CHECK (fd >= 0);
  for (unsigned s = 0; s < 1024; ++s) {
    memset (buf, s % 3 ? 0 : 255, sizeof buf);
    CHECK (pwrite_full (fd, buf, sizeof buf, s * SECTOR) == 0);
  }
  close (fd);
  options.image = name;
  options.format = "raw";
  run_all ();
  options.overlay = true;
  run_all ();
  unlink (name);
}

int
main (int argc, char *argv[])
{
  int c;

  while ((c = getopt (argc, argv, "as:n:c:o")) != -1) {
    if (c == 'a')
      options.all_ways = true;
    else if (c == 's')
      options.seed = atoi (optarg);
    else if (c == 'n')
      options.count = atoi (optarg);
    else if (c == 'c')
      options.check_every = atoi (optarg);
    else if (c == 'o')
      options.overlay = true;
    else
      return 2;
  }
  signal (SIGXFSZ, SIG_IGN);
  faults->skip_flush = 1;
  snprintf (work_name, sizeof work_name, "faults-work-%d", (int) getpid ());
  if (argc - optind == 2) {
    options.image = argv[optind];
    options.format = argv[optind + 1];
    run_all ();
  } else
    run_own ();
  unlink (work_name);
  return 0;
}
