/* Opens damaged images as a careful program would, and watches itself.
 *
 *   corrupt-images [--count N] [--first SEED] [--jobs J] [--timeout SECONDS]
 *                  [--format FORMAT] [--keep DIR] [--as-is] IMAGE...
 *
 * Each image is damaged N times (with --as-is: not at all), by seeds that
 * follow each other, and each of these is opened read-only by a child process:
 * filesystems are listed, checked, mounted and walked, files are read, systems
 * inspected.  All errors are fine.  Not fine are a crash of the child, a call
 * that outlasts its limit, too much memory, a dead appliance that was not told
 * as one clear error, and a change of the image.  These images are kept in DIR;
 * exit status 1 then.  Those for which the appliance was stopped are named with
 * the error, and kept as well.  A line of totals for each image.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "guestfs.h"
#include "io.h"
#include "mutate.h"
#include "strlist.h"

#define MEMSIZE 256              /* MiB */
#define MEMORY_LIMIT (600 << 10) /* KiB, of any process: the appliance and more */
#define FILES_READ 30            /* in each filesystem */
#define MAX_JOBS 16

/* What became of an image: the child's exit status. */
enum outcome {
  MOUNTED, /* something in it could be mounted */
  REFUSED, /* nothing could */
  STOPPED, /* the guest crashed, or was stopped for taking too long: told */
  UNCLEAR, /* the appliance died, and the error does not say so */
  BROKEN,  /* something that works for every image did not */
  CRASHED, /* the child itself: a signal, memory, or no end */
  NR_OUTCOMES,
};

static struct {
  unsigned long count, first, jobs, timeout;
  const char *format, *keep;
  bool as_is;
} options = { .count = 100, .first = 1, .jobs = 2, .timeout = 20,
              .format = "raw", .keep = "." };

/* --- the child --------------------------------------------------------------- */

static bool mounted, stopped, unclear;
static uint64_t seed_of_child;

/* The first error after the appliance has gone is that of the call in whose
 * middle it went: does it say why? */
static void
note_error (guestfs_h *g, void *opaque, const char *message)
{
  if (getenv ("CORRUPT_VERBOSE"))
    fprintf (stderr, "  %s\n", message);
  if (stopped || guestfs_is_config (g) != 1)
    return;
  stopped = true;
  unclear = !strstr (message, "panicked") && !strstr (message, "crashed")
    && !strstr (message, "did not answer within");
  fprintf (stderr, "seed %llu: %s: %s\n", (unsigned long long) seed_of_child,
           unclear ? "unclear" : "stopped", message);
}

static void
read_some (guestfs_h *g)
{
  CLEANUP_STRINGS char **names = guestfs_find (g, "/");
  size_t i;

  for (i = 0; names && names[i] && i < FILES_READ; ++i) {
    CLEANUP_FREE char *path = NULL;
    struct guestfs_xattr_list *attributes;

    if (asprintf (&path, "/%s", names[i]) < 0)
      exit (BROKEN);
    if (guestfs_is_file (g, path) == 1) {
      CLEANUP_FREE char *sum = guestfs_checksum (g, "crc", path);
    }
    else if (guestfs_is_symlink (g, path) == 1) {
      CLEANUP_FREE char *target = guestfs_readlink (g, path);
    }
    attributes = guestfs_lgetxattrs (g, path);
    if (attributes)
      guestfs_free_xattr_list (attributes);
  }
}

/* What the checking programs change goes to the drive's overlay. */
static void
check (guestfs_h *g, const char *device, const char *type)
{
  if (strncmp (type, "ext", 3) == 0)
    (void) guestfs_e2fsck (g, device, GUESTFS_E2FSCK_CORRECT, 1, -1);
  else if (strcmp (type, "btrfs") == 0)
    (void) guestfs_btrfs_fsck (g, device, -1);
  else if (strcmp (type, "xfs") == 0)
    (void) guestfs_xfs_repair (g, device, GUESTFS_XFS_REPAIR_NOMODIFY, 1, -1);
  else if (strcmp (type, "ntfs") == 0)
    (void) guestfs_ntfsfix (g, device, -1);
  else
    (void) guestfs_fsck (g, type, device);
}

static void
look_at (guestfs_h *g, const char *device, const char *type)
{
  CLEANUP_FREE char *label = guestfs_vfs_label (g, device);
  CLEANUP_FREE char *uuid = guestfs_vfs_uuid (g, device);
  struct guestfs_statvfs *s;

  if (guestfs_is_ready (g) && guestfs_mount_ro (g, device, "/") == 0) {
    mounted = true;
    s = guestfs_statvfs (g, "/");
    if (s)
      guestfs_free_statvfs (s);
    read_some (g);
    if (guestfs_is_ready (g))
      (void) guestfs_umount_all (g);
  }
  if (guestfs_is_ready (g))
    check (g, device, type);
}

static int
open_image (int fd)
{
  guestfs_h *g = guestfs_create ();
  CLEANUP_STRINGS char **filesystems = NULL, **roots = NULL;
  char path[40];
  size_t i;
  int ret;

  (void) snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  if (!g)
    return BROKEN;
  if (guestfs_set_memsize (g, MEMSIZE) == -1
      || guestfs_set_call_timeout (g, options.timeout) == -1)
    return BROKEN;
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_add_drive_opts (g, path, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
                              GUESTFS_ADD_DRIVE_OPTS_FORMAT, options.format,
                              -1) == -1
      || guestfs_launch (g) == -1) {
    /* A container that is damaged is refused here. */
    ret = strcmp (options.format, "raw") == 0 ? BROKEN : REFUSED;
    if (ret == BROKEN)
      fprintf (stderr, "launch: %s\n", guestfs_last_error (g));
    guestfs_close (g);
    return ret;
  }
  guestfs_set_error_handler (g, note_error, NULL);
  filesystems = guestfs_list_filesystems (g);
  for (i = 0; filesystems && filesystems[i] && guestfs_is_ready (g); i += 2)
    look_at (g, filesystems[i], filesystems[i + 1]);
  if (guestfs_is_ready (g))
    roots = guestfs_inspect_os (g);
  ret = unclear ? UNCLEAR : stopped ? STOPPED : mounted ? MOUNTED : REFUSED;
  if (ret != STOPPED && ret != UNCLEAR && guestfs_shutdown (g) == -1)
    ret = BROKEN;
  guestfs_close (g);
  return ret;
}

/* --- the parent -------------------------------------------------------------- */

/* A copy of the image in memory, the damage to it, and who looks at it. */
struct job {
  pid_t pid; /* 0: nobody */
  uint64_t seed;
  int fd;
  uint8_t *bytes;
  blkcnt_t blocks; /* that the undamaged copy takes */
  struct damage damage;
  time_t started;
};

struct campaign {
  const char *name;
  struct mutable_image image;
  struct job jobs[MAX_JOBS];
  unsigned long nr[NR_OUTCOMES], faults;
  long memory; /* KiB, the largest */
};

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "corrupt-images: %s: %s\n", what, strerror (errno));
  exit (2);
}

static blkcnt_t
blocks_of (const struct job *j)
{
  struct stat st;

  if (fstat (j->fd, &st) == -1)
    die ("memory");
  return st.st_blocks;
}

static void
write_sectors (struct job *j, const struct mutable_image *m)
{
  size_t i;

  if (ftruncate (j->fd, m->size) == -1)
    die ("memory");
  for (i = 0; i < m->nr_sectors; ++i) {
    const size_t offset = (size_t) m->sectors[i] * MUTATE_SECTOR;

    memcpy (j->bytes + offset, m->data + offset, MUTATE_SECTOR);
  }
}

static void
job_init (struct job *j, const struct mutable_image *m)
{
  *j = (struct job) { .fd = memfd_create ("image", MFD_CLOEXEC) };
  if (j->fd == -1 || ftruncate (j->fd, m->size) == -1)
    die ("memory");
  j->bytes = mmap (NULL, m->size, PROT_READ | PROT_WRITE, MAP_SHARED, j->fd, 0);
  if (j->bytes == MAP_FAILED)
    die ("memory");
  write_sectors (j, m);
  j->blocks = blocks_of (j);
}

static void
job_release (struct job *j, const struct mutable_image *m)
{
  (void) munmap (j->bytes, m->size);
  close (j->fd);
}

static void
start (struct job *j, const struct mutable_image *m, uint64_t seed)
{
  struct damage *d = &j->damage;
  size_t i;

  j->seed = seed;
  d->size = m->size;
  d->nr_places = 0;
  if (!options.as_is)
    mutate (m, seed, d);
  for (i = 0; i < d->nr_places; ++i)
    memcpy (j->bytes + d->places[i].offset, d->places[i].bytes, MUTATE_SECTOR);
  if (ftruncate (j->fd, d->size) == -1)
    die ("memory");
  j->started = time (NULL);
  (void) fflush (NULL);
  j->pid = fork ();
  if (j->pid == -1)
    die ("fork");
  if (j->pid == 0) {
    seed_of_child = seed;
    exit (open_image (j->fd));
  }
}

/* Undo the damage; false when somebody else has changed the image. */
static bool
restore (struct job *j, const struct mutable_image *m)
{
  const struct damage *d = &j->damage;
  bool unchanged = true;
  size_t i;

  for (i = 0; i < d->nr_places; ++i) {
    const struct damaged_sector *p = &d->places[i];

    if (p->offset >= d->size)
      continue;
    unchanged = unchanged
      && memcmp (j->bytes + p->offset, p->bytes, MUTATE_SECTOR) == 0;
    memcpy (j->bytes + p->offset, m->data + p->offset, MUTATE_SECTOR);
  }
  for (i = 0; unchanged && i < m->nr_sectors; ++i) {
    const size_t offset = (size_t) m->sectors[i] * MUTATE_SECTOR;

    unchanged = offset >= d->size
      || memcmp (j->bytes + offset, m->data + offset, MUTATE_SECTOR) == 0;
  }
  if (d->size < m->size || !unchanged)
    write_sectors (j, m);
  return unchanged && blocks_of (j) == j->blocks;
}

/* Not from the mapping: that would fill the holes, which are a part of what must
 * not change. */
static void
keep_image (const struct campaign *c, const struct job *j)
{
  CLEANUP_FREE char *name = NULL;
  CLEANUP_FREE uint8_t *bytes = malloc (j->damage.size);
  CLEANUP_CLOSE int fd = -1;

  if (asprintf (&name, "%s/%s.%llu", options.keep, c->name,
                (unsigned long long) j->seed) < 0)
    die ("memory");
  fd = open (name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (!bytes || fd == -1
      || pread_full (j->fd, bytes, j->damage.size, 0) != (ssize_t) j->damage.size
      || write_full (fd, bytes, j->damage.size) == -1)
    die (name);
}

static void
finish (struct campaign *c, struct job *j, int status,
        const struct rusage *usage)
{
  const int outcome = WIFEXITED (status) && WEXITSTATUS (status) < NR_OUTCOMES
    ? WEXITSTATUS (status) : CRASHED;
  char why[80] = "";

  if (outcome == CRASHED && WIFSIGNALED (status))
    (void) snprintf (why, sizeof why, "crashed by signal %d",
                     WTERMSIG (status));
  else if (outcome == CRASHED || outcome == BROKEN)
    (void) snprintf (why, sizeof why, "ended with status %d", status);
  else if (outcome == UNCLEAR)
    (void) snprintf (why, sizeof why, "an unclear error");
  else if (usage->ru_maxrss > MEMORY_LIMIT)
    (void) snprintf (why, sizeof why, "took %ld KiB of memory",
                     usage->ru_maxrss);
  if (*why || outcome == STOPPED)
    keep_image (c, j);
  if (!restore (j, &c->image) && !*why)
    (void) snprintf (why, sizeof why, "the image was changed");
  if (*why) {
    c->faults++;
    printf ("%s, seed %llu: %s\n", c->name, (unsigned long long) j->seed, why);
  }
  c->nr[outcome]++;
  if (usage->ru_maxrss > c->memory)
    c->memory = usage->ru_maxrss;
  j->pid = 0;
}

/* Wait for one child; one that ignores its own limits is killed. */
static void
wait_for_one (struct campaign *c)
{
  /* Each call may take its time, and there are many of them. */
  const time_t limit = 30 * options.timeout;
  struct rusage usage;
  size_t i;

  for (;;) {
    int status;
    pid_t pid = wait4 (-1, &status, WNOHANG, &usage);

    for (i = 0; i < options.jobs; ++i) {
      struct job *j = &c->jobs[i];

      if (pid > 0 && j->pid == pid) {
        finish (c, j, status, &usage);
        return;
      }
      if (j->pid > 0 && time (NULL) - j->started > limit)
        (void) kill (j->pid, SIGABRT);
    }
    if (pid <= 0)
      (void) nanosleep (&(struct timespec) { .tv_nsec = 5000000 }, NULL);
  }
}

static unsigned
running (const struct campaign *c)
{
  unsigned n = 0;
  size_t i;

  for (i = 0; i < options.jobs; ++i)
    n += c->jobs[i].pid > 0;
  return n;
}

static void
run (struct campaign *c)
{
  unsigned long done;
  size_t i;

  for (i = 0; i < options.jobs; ++i)
    job_init (&c->jobs[i], &c->image);
  for (done = 0; done < options.count; ++done) {
    if (running (c) == options.jobs)
      wait_for_one (c);
    for (i = 0; c->jobs[i].pid > 0; ++i)
      ;
    start (&c->jobs[i], &c->image, options.first + done);
  }
  while (running (c) > 0)
    wait_for_one (c);
  for (i = 0; i < options.jobs; ++i)
    job_release (&c->jobs[i], &c->image);
}

static unsigned long
test_image (const char *image)
{
  const char *slash = strrchr (image, '/');
  struct campaign c = { .name = slash ? slash + 1 : image };
  CLEANUP_CLOSE int fd = open (image, O_RDONLY | O_CLOEXEC);
  struct stat st;
  void *data;

  if (fd == -1 || fstat (fd, &st) == -1)
    die (image);
  data = mmap (NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    die (image);
  if (mutable_image_init (&c.image, data, st.st_size) == -1)
    die ("memory");
  if (c.image.nr_sectors == 0 && !options.as_is) {
    fprintf (stderr, "corrupt-images: %s: nothing to damage\n", image);
    exit (2);
  }
  run (&c);
  printf ("%s: %lu opened: %lu mounted, %lu refused, %lu stopped; %lu faults; "
          "at most %ld MiB\n", c.name, options.count, c.nr[MOUNTED],
          c.nr[REFUSED], c.nr[STOPPED], c.faults, c.memory >> 10);
  (void) fflush (stdout);
  mutable_image_release (&c.image);
  (void) munmap (data, st.st_size);
  return c.faults;
}

int
main (int argc, char *argv[])
{
  static const struct option long_options[] = {
    { "count", required_argument, NULL, 'c' },
    { "first", required_argument, NULL, 'f' },
    { "jobs", required_argument, NULL, 'j' },
    { "timeout", required_argument, NULL, 't' },
    { "format", required_argument, NULL, 'F' },
    { "keep", required_argument, NULL, 'k' },
    { "as-is", no_argument, NULL, 'a' },
    { NULL, 0, NULL, 0 },
  };
  unsigned long faults = 0;
  int c;

  while ((c = getopt_long (argc, argv, "", long_options, NULL)) != -1)
    switch (c) {
    case 'c': options.count = strtoul (optarg, NULL, 10); break;
    case 'f': options.first = strtoul (optarg, NULL, 10); break;
    case 'j': options.jobs = strtoul (optarg, NULL, 10); break;
    case 't': options.timeout = strtoul (optarg, NULL, 10); break;
    case 'F': options.format = optarg; break;
    case 'k': options.keep = optarg; break;
    case 'a': options.as_is = true; options.count = 1; break;
    default: return 2;
    }
  if (options.count == 0 || options.jobs == 0 || options.jobs > MAX_JOBS
      || optind == argc) {
    fprintf (stderr, "corrupt-images: wrong arguments\n");
    return 2;
  }
  for (; optind < argc; ++optind)
    faults += test_image (argv[optind]);
  return faults > 0;
}
