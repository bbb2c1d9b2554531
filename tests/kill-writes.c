/* Kills processes in the middle of writing, and looks for lost data.
 *
 *   kill-writes [--count N] [--seed SEED] [--format raw|qcow2] [--type TYPE] IMAGE
 *
 * Each time a child opens a fresh copy of IMAGE, whose whole disk is a filesystem
 * of that TYPE, writes files into it, and says after each sync which are safe.
 * At a random moment one of its processes gets SIGKILL: the child itself, the
 * machine, the user-mode kernel or one of its helpers.  Then all of them must go
 * away, the image must open again, every file that was said to be safe must be
 * whole, and the filesystem sound.  Exit status 1 at the first loss; the image is
 * left as IMAGE.lost.
 */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "guestfs.h"
#include "io.h"

#define MAX_FILES 400
#define FILE_SIZE 20000
#define FILES_BETWEEN_SYNCS 3
#define MAX_PROCESSES 64
#define TIME_LIMIT 280 /* seconds for all files, and to notice the end */

static struct {
  unsigned long count, seed;
  const char *format, *type, *image;
} options = { .count = 20, .seed = 1, .format = "raw", .type = "ext4" };

static _Noreturn void
die (const char *what, const char *why)
{
  fprintf (stderr, "kill-writes: %s: %s\n", what, why ? why : strerror (errno));
  exit (1);
}

static void
fill (unsigned number, char *buf)
{
  uint32_t x = number * 2654435761u + 1;
  size_t i;

  for (i = 0; i < FILE_SIZE; ++i) {
    x = x * 1664525u + 1013904223u;
    buf[i] = x >> 24;
  }
}

static guestfs_h *
open_copy (const char *name)
{
  guestfs_h *g = guestfs_create ();

  if (!g)
    die ("guestfs_create", NULL);
  guestfs_set_error_handler (g, NULL, NULL);
  if (guestfs_add_drive_opts (g, name, GUESTFS_ADD_DRIVE_OPTS_FORMAT,
                              options.format, -1) == -1
      || guestfs_launch (g) == -1 || guestfs_mount (g, "/dev/sda", "/") == -1)
    die (name, guestfs_last_error (g));
  return g;
}

/* --- who writes ---------------------------------------------------------------- */

static _Noreturn void
write_files (const char *name, int report)
{
  guestfs_h *g = open_copy (name);
  char buf[FILE_SIZE], path[16];
  uint32_t i;

  for (i = 1; i <= MAX_FILES; ++i) {
    fill (i, buf);
    (void) snprintf (path, sizeof path, "/f%u", i);
    if (guestfs_write (g, path, buf, sizeof buf) == -1)
      exit (0); /* somebody was killed */
    if (i % FILES_BETWEEN_SYNCS != 0)
      continue;
    if (guestfs_sync (g) == -1 || write_full (report, &i, sizeof i) == -1)
      exit (0);
  }
  /* What umount and shutdown have let go of is safe as well. */
  if (guestfs_umount_all (g) == 0 && guestfs_shutdown (g) == 0) {
    i = MAX_FILES;
    (void) write_full (report, &i, sizeof i);
  }
  exit (0);
}

/* --- who kills ----------------------------------------------------------------- */

static pid_t
parent_of (pid_t pid)
{
  char name[40], text[400], *p;
  CLEANUP_CLOSE int fd = -1;
  ssize_t n;

  (void) snprintf (name, sizeof name, "/proc/%d/stat", (int) pid);
  fd = open (name, O_RDONLY | O_CLOEXEC);
  n = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;
  if (n <= 0)
    return -1;
  text[n] = '\0';
  p = strrchr (text, ')'); /* the command's name may hold anything */
  return p && strlen (p) > 4 ? atoi (p + 4) : -1;
}

/* The child and all below it. */
static size_t
find_processes (pid_t child, pid_t *ret)
{
  DIR *dir = opendir ("/proc");
  size_t n = 0, i;
  struct dirent *d;
  bool more = true;

  if (!dir)
    die ("/proc", NULL);
  ret[n++] = child;
  while (more) {
    more = false;
    rewinddir (dir);
    while (n < MAX_PROCESSES && (d = readdir (dir)) != NULL) {
      const pid_t pid = atoi (d->d_name);
      const pid_t parent = pid > 0 ? parent_of (pid) : -1;
      bool known = false, below = false;

      for (i = 0; i < n; ++i) {
        known = known || ret[i] == pid;
        below = below || ret[i] == parent;
      }
      if (!known && below) {
        ret[n++] = pid;
        more = true;
      }
    }
  }
  closedir (dir);
  return n;
}

static char victim[80]; /* for messages */

static void
kill_one (pid_t child)
{
  pid_t processes[MAX_PROCESSES];
  const size_t n = find_processes (child, processes);
  const size_t i = random () % n;
  char name[40], comm[20] = "";
  CLEANUP_CLOSE int fd = -1;

  (void) snprintf (name, sizeof name, "/proc/%d/comm", (int) processes[i]);
  fd = open (name, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && read (fd, comm, sizeof comm - 1) > 0)
    comm[strcspn (comm, "\n")] = '\0';
  (void) snprintf (victim, sizeof victim, "process %zu of %zu (%s)", i, n, comm);
  (void) kill (processes[i], SIGKILL);
}

/* Read what is safe until the child ends, and kill somebody on the way. */
static uint32_t
collect (pid_t child, int report)
{
  const unsigned long moment = random () % (MAX_FILES / FILES_BETWEEN_SYNCS + 1);
  unsigned long reports = 0;
  uint32_t safe = 0, number;

  while (read_full (report, &number, sizeof number) == sizeof number) {
    safe = number;
    if (reports++ == moment) {
      const struct timespec t = { .tv_nsec = random () % 20000000 };

      (void) nanosleep (&t, NULL);
      kill_one (child);
    }
  }
  return safe;
}

/* A machine whose caller was killed goes soon after it, and its locks with it. */
static void
wait_for_locks (const char *name)
{
  CLEANUP_CLOSE int fd = open (name, O_RDWR | O_CLOEXEC);
  int i;

  for (i = 0; i < 6000; ++i) {
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    if (fd >= 0 && fcntl (fd, F_OFD_GETLK, &lock) == 0
        && lock.l_type == F_UNLCK)
      return;
    (void) nanosleep (&(struct timespec) { .tv_nsec = 10000000 }, NULL);
  }
  die (name, "is still locked a minute after the child has gone");
}

static void
copy_image (const char *name)
{
  CLEANUP_FREE char *command = NULL;

  if (asprintf (&command, "cp --sparse=always -- '%s' '%s'", options.image,
                name) < 0
      || system (command) != 0)
    die (name, "cannot be copied");
}

static void
check_files (guestfs_h *g, uint32_t safe)
{
  char want[FILE_SIZE], path[16];
  uint32_t i;

  for (i = 1; i <= safe; ++i) {
    CLEANUP_FREE char *got = NULL;
    size_t size;

    fill (i, want);
    (void) snprintf (path, sizeof path, "/f%u", i);
    got = guestfs_read_file (g, path, &size);
    if (!got)
      die (path, guestfs_last_error (g));
    if (size != sizeof want || memcmp (got, want, size) != 0)
      die (path, "was synced, and is not whole");
  }
}

static void
check_filesystem (guestfs_h *g)
{
  int r;

  if (strcmp (options.type, "xfs") == 0)
    r = guestfs_xfs_repair (g, "/dev/sda", GUESTFS_XFS_REPAIR_NOMODIFY, 1, -1);
  else if (strcmp (options.type, "btrfs") == 0)
    r = guestfs_btrfs_fsck (g, "/dev/sda", -1);
  else
    r = guestfs_e2fsck (g, "/dev/sda", GUESTFS_E2FSCK_FORCENO, 1, -1);
  if (r != 0)
    die ("the filesystem is not sound",
         r == -1 ? guestfs_last_error (g) : "see its check");
}

/* Clusters that were allocated and not used yet when the machine ended are leaked,
 * as QEMU leaks them: the image is sound, and qemu-img says so by status 3. */
static void
check_image (const char *name)
{
  CLEANUP_FREE char *command = NULL;
  int status;

  if (strcmp (options.format, "qcow2") != 0)
    return;
  if (asprintf (&command, "qemu-img check -q -f qcow2 '%s' >/dev/null", name)
      < 0)
    die ("memory", NULL);
  status = system (command);
  if (!WIFEXITED (status)
      || (WEXITSTATUS (status) != 0 && WEXITSTATUS (status) != 3))
    die (name, "qemu-img check finds it corrupt");
}

static uint32_t
one (const char *name)
{
  int pipe_fds[2];
  guestfs_h *g;
  uint32_t safe;
  pid_t child;
  int status;

  copy_image (name);
  if (pipe2 (pipe_fds, O_CLOEXEC) == -1)
    die ("pipe", NULL);
  child = fork ();
  if (child == -1)
    die ("fork", NULL);
  if (child == 0) {
    close (pipe_fds[0]);
    (void) alarm (TIME_LIMIT);
    write_files (name, pipe_fds[1]);
  }
  close (pipe_fds[1]);
  safe = collect (child, pipe_fds[0]);
  close (pipe_fds[0]);
  if (waitpid (child, &status, 0) == child && WIFSIGNALED (status)
      && WTERMSIG (status) == SIGALRM)
    die (victim, "was killed, and the library did not notice");

  wait_for_locks (name);
  /* Recovery is what mounting does; a qcow2 is repaired when it is opened. */
  g = open_copy (name);
  check_files (g, safe);
  if (guestfs_umount_all (g) == -1)
    die ("umount", guestfs_last_error (g));
  check_filesystem (g);
  if (guestfs_shutdown (g) == -1)
    die ("shutdown", guestfs_last_error (g));
  guestfs_close (g);
  check_image (name);
  return safe;
}

int
main (int argc, char *argv[])
{
  static const struct option long_options[] = {
    { "count", required_argument, NULL, 'c' },
    { "seed", required_argument, NULL, 's' },
    { "format", required_argument, NULL, 'F' },
    { "type", required_argument, NULL, 't' },
    { NULL, 0, NULL, 0 },
  };
  CLEANUP_FREE char *name = NULL;
  unsigned long i, files = 0;
  int c;

  while ((c = getopt_long (argc, argv, "", long_options, NULL)) != -1)
    switch (c) {
    case 'c': options.count = strtoul (optarg, NULL, 10); break;
    case 's': options.seed = strtoul (optarg, NULL, 10); break;
    case 'F': options.format = optarg; break;
    case 't': options.type = optarg; break;
    default: return 2;
    }
  if (optind != argc - 1) {
    fprintf (stderr, "kill-writes: one image is needed\n");
    return 2;
  }
  options.image = argv[optind];
  if (asprintf (&name, "%s.lost", options.image) < 0)
    die ("memory", NULL);
  srandom (options.seed);
  for (i = 0; i < options.count; ++i)
    files += one (name);
  if (unlink (name) == -1)
    die (name, NULL);
  printf ("%s on %s: %lu times killed, %lu files were safe, none lost\n",
          options.type, options.format, options.count, files);
  return 0;
}
