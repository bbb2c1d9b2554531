/* measure: time calls of whichever libguestfs.so.0 it runs with.
 *
 *   measure launch|memory|ping|statns|read-file|find|upload|download|copy-in|copy-out|...
 *
 * Prints one number.  bench/run-bench runs it with our library and, through
 * LD_LIBRARY_PATH, with the peer's, on the same machine in the same run. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <guestfs.h>

#include "bench.h"
#include "handle.h"
#include "processes.h"

/* How much data a transfer moves, and how long a rate is measured. */
#define TRANSFER_MIB 1024
#define RATE_SECONDS 3.0
#define SMALL_FILES 10000

/* A launched handle with one new disk; `mounted`: ext4 on it, on /. */
static guestfs_h *
start (bool mounted)
{
  guestfs_h *g = guestfs_create ();

  check_ptr (g);
  check (guestfs_add_drive_scratch (g, INT64_C (4) << 30, -1));
  check (guestfs_launch (g));
  if (mounted) {
    check (guestfs_part_disk (g, "/dev/sda", "mbr"));
    check (guestfs_mkfs (g, "ext4", "/dev/sda1"));
    check (guestfs_mount (g, "/dev/sda1", "/"));
  }
  return g;
}

static void
measure_launch (const char *work)
{
  double began = now ();
  guestfs_h *g = start (false);

  printf ("%.1f\n", (now () - began) * 1000);
  finish (g);
}

/* Proportional set size of all processes that the launch has started. */
static void
measure_memory (const char *work)
{
  guestfs_h *g = start (false);

  printf ("%.1f\n", processes_memory (getpid ()) / 1024.);
  finish (g);
}

static void
rate (guestfs_h *g, int (*call) (guestfs_h *g))
{
  double began = now (), elapsed;
  unsigned long n = 0;

  do {
    check (call (g));
    n++;
    elapsed = now () - began;
  } while (elapsed < RATE_SECONDS);
  printf ("%.0f\n", n / elapsed);
}

static int
call_ping (guestfs_h *g)
{
  return guestfs_ping_daemon (g);
}

static int
call_statns (guestfs_h *g)
{
  struct guestfs_statns *s = guestfs_statns (g, "/small");

  if (!s)
    return -1;
  guestfs_free_statns (s);
  return 0;
}

static int
call_read_file (guestfs_h *g)
{
  size_t size;
  char *text = guestfs_read_file (g, "/small", &size);

  free (text);
  return text ? 0 : -1;
}

static void
measure_rate (int (*call) (guestfs_h *g))
{
  guestfs_h *g = start (true);

  check (guestfs_write (g, "/small", "hello\n", 6));
  rate (g, call);
  finish (g);
}

static void measure_ping (const char *work) { measure_rate (call_ping); }
static void measure_statns (const char *work) { measure_rate (call_statns); }
static void measure_read_file (const char *work) { measure_rate (call_read_file); }

/* Files of the host: one large, and a directory with many small ones. */
static void
make_large (const char *name)
{
  struct stat st;
  char *block;
  FILE *fp;
  size_t i, j;
  uint64_t x = 88172645463325252u;

  if (stat (name, &st) == 0 && st.st_size == (off_t) TRANSFER_MIB << 20)
    return;
  block = malloc (1 << 20);
  fp = fopen (name, "w");
  check_ptr (block);
  check_ptr (fp);
  for (i = 0; i < TRANSFER_MIB; ++i) {
    for (j = 0; j < (1 << 20) / sizeof x; ++j) {
      x ^= x << 13; /* xorshift: nothing on the way can compress it */
      x ^= x >> 7;
      x ^= x << 17;
      memcpy (block + j * sizeof x, &x, sizeof x);
    }
    if (fwrite (block, 1 << 20, 1, fp) != 1)
      exit (EXIT_FAILURE);
  }
  check (fclose (fp));
  free (block);
}

static void
make_small (const char *directory)
{
  char name[4200];
  size_t i;

  if (mkdir (directory, 0755) == -1 && errno == EEXIST)
    return;
  for (i = 0; i < SMALL_FILES; ++i) {
    FILE *fp;

    snprintf (name, sizeof name, "%s/%02zu", directory, i / 100);
    if (i % 100 == 0)
      check (mkdir (name, 0755));
    snprintf (name, sizeof name, "%s/%02zu/file-%zu", directory, i / 100, i);
    fp = fopen (name, "w");
    check_ptr (fp);
    fprintf (fp, "%0*zu\n", (int) (i % 4000), i);
    check (fclose (fp));
  }
}

static void
measure_upload (const char *work)
{
  char large[4096];
  guestfs_h *g;
  double began;

  snprintf (large, sizeof large, "%s/large", work);
  make_large (large);
  g = start (true);
  began = now ();
  check (guestfs_upload (g, large, "/large"));
  check (guestfs_sync (g));
  printf ("%.0f\n", TRANSFER_MIB * 1.048576 / (now () - began));
  finish (g);
}

static guestfs_h *
open_in (const char *work, const char *name)
{
  char image[4096];

  snprintf (image, sizeof image, "%s/%s", work, name);
  return open_image (image);
}

static void
measure_download (const char *work)
{
  guestfs_h *g = open_in (work, "large.ext4");
  double began = now ();

  check (guestfs_download (g, "/large", "/dev/null"));
  printf ("%.0f\n", TRANSFER_MIB * 1.048576 / (now () - began));
  finish (g);
}

/* What a program in the appliance reaches, where no data go through the RPC. */
static void
measure_dd (guestfs_h *g, const char *operands)
{
  char command[200], *argv[] = { command, NULL }, *output;
  double began = now ();

  snprintf (command, sizeof command, "dd bs=1M %s 2>&1", operands);
  output = guestfs_debug (g, "sh", argv);
  check_ptr (output);
  free (output);
  check (guestfs_sync (g));
  printf ("%.0f\n", TRANSFER_MIB * 1.048576 / (now () - began));
  finish (g);
}

static void
measure_dd_read (const char *work)
{
  measure_dd (open_in (work, "large.ext4"),
              "if=/sysroot/large of=/dev/null");
}

static void
measure_dd_write (const char *work)
{
  char operands[100];

  snprintf (operands, sizeof operands,
            "if=/dev/zero of=/sysroot/large count=%d conv=fsync",
            TRANSFER_MIB);
  measure_dd (start (true), operands);
}

/* One pass for each line of stdin, as in bindings-read. */
static void
measure_read_large (const char *work)
{
  guestfs_h *g = open_in (work, "large.ext4");
  char line[16];

  while (fgets (line, sizeof line, stdin)) {
    double began = now ();
    size_t size;
    char *data = guestfs_read_file (g, "/large", &size);

    check_ptr (data);
    free (data);
    printf ("%.0f\n", size / 1e6 / (now () - began));
    fflush (stdout);
  }
  finish (g);
}

/* Touch as much memory as a pass of read-large needs and more, and give it back.
 * A virtual machine may have returned free memory to its host, and gets it back
 * slowly: seconds for this. */
static void
measure_touch (const char *work)
{
  const size_t size = (size_t) TRANSFER_MIB * 3 / 2 << 20;
  double began = now ();
  volatile char *data = malloc (size);

  check_ptr ((void *) data);
  (void) madvise ((void *) ((uintptr_t) data & -4096), size, MADV_HUGEPAGE);
  for (size_t i = 0; i < size; i += 4096)
    data[i] = 1;
  printf ("%.2f\n", now () - began);
  free ((void *) data);
}

/* The other process: read the file and tell the speed. */
static void
read_and_unmount (const char *directory)
{
  static char buf[1 << 20];
  char name[4200];
  double began = now ();
  FILE *fp;

  snprintf (name, sizeof name, "%s/large", directory);
  fp = fopen (name, "r");
  if (fp) {
    while (fread (buf, 1, sizeof buf, fp) > 0)
      ;
    if (!ferror (fp))
      printf ("%.0f\n", TRANSFER_MIB * 1.048576 / (now () - began));
    fclose (fp);
  }
  fflush (stdout);
  execlp ("fusermount3", "fusermount3", "-u", directory, NULL);
  execlp ("fusermount", "fusermount", "-u", directory, NULL);
  _exit (1);
}

static void
measure_mount_local (const char *work)
{
  guestfs_h *g = open_in (work, "large.ext4");
  char directory[4096];
  pid_t pid;
  int status;

  snprintf (directory, sizeof directory, "%s/mount", work);
  if (mkdir (directory, 0755) == -1 && errno != EEXIST)
    exit (EXIT_FAILURE);
  check (guestfs_mount_local (g, directory, GUESTFS_MOUNT_LOCAL_READONLY, 1,
                              -1));
  pid = fork ();
  check (pid);
  if (pid == 0)
    read_and_unmount (directory);
  check (guestfs_mount_local_run (g));
  check (waitpid (pid, &status, 0));
  finish (g);
}

/* The directory that is copied to is new, and stays: ext4 searches for long for
 * an inode that was not deleted lately. */
static void
measure_copy (const char *work, bool out)
{
  char small[4096], target[4096];
  guestfs_h *g;
  double began;

  snprintf (small, sizeof small, "%s/small", work);
  make_small (small);
  g = start (true);
  began = now ();
  check (guestfs_copy_in (g, small, "/"));
  check (guestfs_sync (g));
  if (out) {
    snprintf (target, sizeof target, "%s/out-XXXXXX", work);
    check_ptr (mkdtemp (target));
    began = now ();
    check (guestfs_copy_out (g, "/small", target));
  }
  printf ("%.2f\n", now () - began);
  finish (g);
}

static void measure_copy_in (const char *work) { measure_copy (work, false); }
static void measure_copy_out (const char *work) { measure_copy (work, true); }

static void
measure_find (const char *work)
{
  guestfs_h *g = open_in (work, "names.ext4");
  double began = now ();
  char **names = guestfs_find (g, "/");
  size_t n = 0;

  check_ptr (names);
  while (names[n])
    free (names[n++]);
  free (names);
  printf ("%.0f\n", n / (now () - began));
  finish (g);
}

static const struct {
  const char *name;
  void (*measure) (const char *work);
} measures[] = {
  { "copy-in", measure_copy_in },
  { "copy-out", measure_copy_out },
  { "dd-read", measure_dd_read },
  { "dd-write", measure_dd_write },
  { "download", measure_download },
  { "find", measure_find },
  { "launch", measure_launch },
  { "memory", measure_memory },
  { "mount-local", measure_mount_local },
  { "ping", measure_ping },
  { "read-file", measure_read_file },
  { "read-large", measure_read_large },
  { "statns", measure_statns },
  { "touch", measure_touch },
  { "upload", measure_upload },
};

/* For run-bench, which makes an image of it. */
static void
prepare (const char *work)
{
  char name[4096];

  snprintf (name, sizeof name, "%s/tree", work);
  check (mkdir (name, 0755) == -1 && errno != EEXIST ? -1 : 0);
  snprintf (name, sizeof name, "%s/tree/large", work);
  make_large (name);
}

int
main (int argc, char *argv[])
{
  size_t i;

  if (argc == 3 && strcmp (argv[1], "prepare") == 0) {
    prepare (argv[2]);
    return EXIT_SUCCESS;
  }
  for (i = 0; argc == 3 && i < sizeof measures / sizeof *measures; ++i)
    if (strcmp (argv[1], measures[i].name) == 0) {
      measures[i].measure (argv[2]);
      return EXIT_SUCCESS;
    }
  fprintf (stderr, "usage: measure WHAT WORK-DIRECTORY\n");
  return EXIT_FAILURE;
}
