/* Disks of the host that fail below a guest, and when bytes reach them.
 *
 *   disk-faults TYPE FORMAT
 *
 * The machine is machine/test-machine-faults (BATHYSCOPE_MACHINE), which does what
 * the shared memory BATHYSCOPE_FAULTS says: see machine/block/faults.h.
 *
 *  - After sync, umount and shutdown nothing that was written waits for a flush.
 *  - A disk that fails at one place or another: a call, umount or shutdown says so,
 *    and with a disk that works again, what was synced before is there.
 * The exit status is 1 when that does not hold.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "faults.h"
#include "guestfs.h"

#define DISK_SIZE (320 * 1024 * 1024)
#define FILES 9
#define FILE_SIZE 70000

static const struct fault_case {
  enum fault_operation operation;
  unsigned nth;
  int error;
  bool stay;
} cases[] = {
  { FAULT_WRITE, 1, EIO, false },
  { FAULT_WRITE, 2, EIO, false }, /* the journal's, or a superblock's */
  { FAULT_WRITE, 3, EIO, false },
  { FAULT_WRITE, 4, ENOSPC, true },
  { FAULT_WRITE, 7, FAULT_SHORT, true },
  { FAULT_FLUSH, 2, EIO, false }, /* the last, as it stays so */
};
#define NR_CASES (sizeof cases / sizeof cases[0])

struct faults *faults;
static const char *type, *format;
static unsigned safe_files[NR_CASES];
static bool told[NR_CASES];

static _Noreturn void
fail (const char *what, const char *why)
{
  fprintf (stderr, "disk-faults: %s %s: %s: %s\n", type, format, what,
           why ? why : strerror (errno));
  exit (1);
}

static void
map_faults (void)
{
  const char *name = getenv ("BATHYSCOPE_FAULTS");
  CLEANUP_CLOSE int fd = open (name ? name : "", O_RDWR | O_CREAT | O_CLOEXEC,
                               0600);

  if (fd == -1 || ftruncate (fd, sizeof *faults) == -1)
    fail ("BATHYSCOPE_FAULTS", NULL);
  faults = mmap (NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                 0);
  if (faults == MAP_FAILED)
    fail ("BATHYSCOPE_FAULTS", NULL);
}

static const char *
image (size_t i)
{
  static char name[32];

  snprintf (name, sizeof name, "disk%zu", i);
  return name;
}

static const char *
device (size_t i)
{
  static char name[16];

  snprintf (name, sizeof name, "/dev/sd%c", (char) ('a' + i));
  return name;
}

static uint64_t
inode (size_t i)
{
  struct stat st;

  if (stat (image (i), &st) == -1)
    fail (image (i), NULL);
  return st.st_ino;
}

/* All disks work; flushes need not reach the disk of this test's host. */
static void
calm (void)
{
  memset (faults, 0, sizeof *faults);
  faults->skip_flush = 1;
}

/* Only this disk is looked at from now on. */
static void
watch (size_t i)
{
  calm ();
  faults->files[0] = inode (i);
}

static void
must (guestfs_h *g, int r, const char *what)
{
  if (r == -1)
    fail (what, guestfs_last_error (g));
}

static guestfs_h *
launch (bool fresh)
{
  guestfs_h *g = guestfs_create ();
  size_t i;

  if (!g)
    fail ("guestfs_create", NULL);
  guestfs_set_error_handler (g, NULL, NULL);
  for (i = 0; i < NR_CASES; ++i) {
    if (fresh)
      must (g, guestfs_disk_create (g, image (i), format, DISK_SIZE, -1),
            "disk_create");
    must (g, guestfs_add_drive_opts (g, image (i),
                                     GUESTFS_ADD_DRIVE_OPTS_FORMAT, format,
                                     -1), "add_drive");
  }
  must (g, guestfs_launch (g), "launch");
  return g;
}

static const char *
file_name (unsigned n)
{
  static char name[16];

  snprintf (name, sizeof name, "/f%u", n);
  return name;
}

static void
fill (char *buf, size_t disk, unsigned n)
{
  for (size_t i = 0; i < FILE_SIZE; ++i)
    buf[i] = (char) (i * 7 + disk * 31 + n * 13 + i / 256);
}

static int
write_file (guestfs_h *g, size_t disk, unsigned n)
{
  static char buf[FILE_SIZE];

  fill (buf, disk, n);
  return guestfs_write (g, file_name (n), buf, sizeof buf);
}

/* --- when bytes are on the disk ------------------------------------------------ */

static bool
is_flushed (void)
{
  return faults->count[FAULT_WRITE] > 0 && faults->count[FAULT_FLUSH] > 0
         && faults->unflushed == 0;
}

static void
expect_flushed (const char *what)
{
  char text[64];

  snprintf (text, sizeof text, "%llu writes, %llu flushes, %llu unflushed",
            (unsigned long long) faults->count[FAULT_WRITE],
            (unsigned long long) faults->count[FAULT_FLUSH],
            (unsigned long long) faults->unflushed);
  if (!is_flushed ())
    fail (what, text);
}

/* A thread of the kernel may write something of its own right after sync (ext4
 * makes its tables of inodes so), though not each time. */
static void
test_sync (guestfs_h *g)
{
  for (unsigned i = 0; i < 5; ++i) {
    watch (0);
    must (g, write_file (g, 0, i), "write");
    must (g, guestfs_sync (g), "sync");
    if (is_flushed ())
      return;
  }
  expect_flushed ("after sync");
}

static void
test_flushed (void)
{
  guestfs_h *g = launch (true);

  must (g, guestfs_mkfs (g, type, device (0)), "mkfs");
  must (g, guestfs_mount (g, device (0), "/"), "mount");
  test_sync (g);

  watch (0);
  must (g, write_file (g, 0, 1), "write");
  must (g, guestfs_umount (g, "/"), "umount");
  expect_flushed ("after umount");

  watch (1);
  must (g, guestfs_pwrite_device (g, device (1), "abc", 3, 4096), "pwrite_device");
  must (g, guestfs_sync (g), "sync");
  expect_flushed ("a device, after sync");

  watch (0);
  must (g, guestfs_mount (g, device (0), "/"), "mount");
  must (g, write_file (g, 0, 2), "write");
  must (g, guestfs_shutdown (g), "shutdown");
  expect_flushed ("after shutdown");
  guestfs_close (g);
}

/* --- failures ------------------------------------------------------------------- */

static void
arm (size_t i)
{
  watch (i);
  faults->operation = cases[i].operation;
  faults->nth = cases[i].nth;
  faults->error = cases[i].error;
  faults->stay = cases[i].stay;
}

/* One disk: write until something fails, or to the end. */
static void
write_disk (guestfs_h *g, size_t i)
{
  unsigned n;

  must (g, guestfs_mkfs (g, type, device (i)), "mkfs");
  must (g, guestfs_mount (g, device (i), "/"), "mount");
  must (g, write_file (g, i, 0), "write");
  must (g, guestfs_sync (g), "sync");
  safe_files[i] = 1;
  arm (i);
  for (n = 1; n < FILES && !told[i]; ++n) {
    told[i] = write_file (g, i, n) == -1
              || (n % 2 == 0 && guestfs_sync (g) == -1);
    if (!told[i] && n % 2 == 0)
      safe_files[i] = n + 1;
  }
  if (guestfs_umount (g, "/") == -1)
    told[i] = true;
  else if (!told[i])
    safe_files[i] = FILES;
  if (faults->fired == 0) {
    char text[64];

    snprintf (text, sizeof text, "case %zu has not been met", i);
    fail (text, "the test is too small");
  }
  printf ("%s %s, case %zu: %s; %u files are safe\n", type, format, i,
          told[i] ? guestfs_last_error (g) : "not told yet", safe_files[i]);
  calm ();
}

/* With disks that work. */
static void
look_again (void)
{
  guestfs_h *g = launch (false);
  static char wanted[FILE_SIZE];

  for (size_t i = 0; i < NR_CASES; ++i) {
    must (g, guestfs_mount (g, device (i), "/"), "mount again");
    for (unsigned n = 0; n < safe_files[i]; ++n) {
      size_t size = 0;
      CLEANUP_FREE char *got = guestfs_read_file (g, file_name (n), &size);

      fill (wanted, i, n);
      if (!got)
        fail (file_name (n), guestfs_last_error (g));
      if (size != FILE_SIZE || memcmp (got, wanted, size) != 0) {
        char text[64];

        snprintf (text, sizeof text, "case %zu, file %u", i, n);
        fail (text, "what was synced is lost");
      }
    }
    must (g, guestfs_umount (g, "/"), "umount");
  }
  must (g, guestfs_shutdown (g), "shutdown");
  guestfs_close (g);
}

static void
test_read (guestfs_h *g)
{
  size_t size;
  CLEANUP_FREE char *got = NULL;

  must (g, guestfs_mkfs (g, type, device (0)), "mkfs");
  must (g, guestfs_mount (g, device (0), "/"), "mount");
  must (g, write_file (g, 0, 0), "write");
  /* Nothing of the file is in memory then, which drop_caches cannot promise. */
  must (g, guestfs_umount (g, "/"), "umount");
  must (g, guestfs_mount (g, device (0), "/"), "mount");
  watch (0);
  faults->operation = FAULT_READ;
  faults->nth = 1;
  faults->error = EIO;
  faults->stay = 1;
  got = guestfs_read_file (g, file_name (0), &size);
  if (got || faults->fired == 0)
    fail ("read_file", "a disk that cannot be read gives a file");
  calm ();
  must (g, guestfs_umount (g, "/"), "umount after a read that failed");
}

static void
test_failures (void)
{
  guestfs_h *g = launch (true);
  int r;

  test_read (g);
  for (size_t i = 0; i < NR_CASES; ++i)
    write_disk (g, i);
  r = guestfs_shutdown (g);
  if (r == 0)
    fail ("shutdown", "it tells of no error");
  printf ("%s %s, shutdown: %s\n", type, format, guestfs_last_error (g));
  guestfs_close (g);
  look_again ();
}

int
main (int argc, char *argv[])
{
  if (argc != 3)
    return 2;
  type = argv[1];
  format = argv[2];
  map_faults ();
  calm ();
  test_flushed ();
  calm ();
  test_failures ();
  return 0;
}
