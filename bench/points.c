/* points: how long calls take as what they work on grows, with whichever
 * libguestfs.so.0 it runs with.
 *
 *   points launch WORK-DIRECTORY DISKS
 *   points directory IMAGE ENTRIES...
 *   points download IMAGE MIB...
 *   points make IMAGE directory|download NUMBER...
 *
 * Prints lines of curve, number and seconds.  IMAGE is made by `make`: ext4 with
 * a directory of so many files each, /d100, /d1000, ..., or with a file of so
 * many MiB each, /f1, /f4, ...  bench/curves draws what this prints.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <guestfs.h>

#include "bench.h"
#include "handle.h"

#define NAME_MAX_LEN 64

static void
point (const char *curve, const char *number, double seconds)
{
  printf ("%s\t%s\t%.6f\n", curve, number, seconds);
  fflush (stdout);
}

/* --- launch ---------------------------------------------------------------------- */

static void
launch (const char *work, char *const *numbers)
{
  guestfs_h *g = guestfs_create ();
  char name[4200];
  double began = now ();
  long i, n = atol (numbers[0]);

  check_ptr (g);
  for (i = 0; i < n; ++i) {
    snprintf (name, sizeof name, "%s/disk-%ld", work, i);
    check (guestfs_add_drive_opts (g, name, GUESTFS_ADD_DRIVE_OPTS_FORMAT,
                                   "raw", -1));
  }
  check (guestfs_launch (g));
  point ("launch", numbers[0], now () - began);
  finish (g);
}

/* --- what is in an image ----------------------------------------------------------- */

static size_t
free_names (char **names)
{
  size_t n;

  check_ptr (names);
  for (n = 0; names[n]; ++n)
    free (names[n]);
  free (names);
  return n;
}

/* Each curve reads a directory that is in memory already: what grows is to be
 * the work of the calls.  Where a peer cannot do it, there is no point. */
static void
one_directory (guestfs_h *g, const char *number)
{
  char name[NAME_MAX_LEN];
  struct guestfs_dirent_list *entries;
  char **names;
  size_t wanted = atol (number);
  double began;

  snprintf (name, sizeof name, "/d%s", number);
  (void) free_names (guestfs_ls (g, name));
  began = now ();
  if (free_names (guestfs_ls (g, name)) == wanted)
    point ("ls", number, now () - began);
  began = now ();
  entries = guestfs_readdir (g, name);
  if (entries && entries->len == wanted + 2)
    point ("readdir", number, now () - began);
  guestfs_free_dirent_list (entries);
  began = now ();
  names = guestfs_find (g, name);
  if (names && free_names (names) == wanted)
    point ("find", number, now () - began);
}

static void
directory (const char *image, char *const *numbers)
{
  guestfs_h *g = open_image (image);

  for (; *numbers; ++numbers)
    one_directory (g, *numbers);
  finish (g);
}

static void
download (const char *image, char *const *numbers)
{
  guestfs_h *g = open_image (image);

  for (; *numbers; ++numbers) {
    char name[NAME_MAX_LEN];
    double began = now ();

    snprintf (name, sizeof name, "/f%s", *numbers);
    check (guestfs_download (g, name, "/dev/null"));
    point ("download", *numbers, now () - began);
  }
  finish (g);
}

/* --- making images ------------------------------------------------------------------ */

/* Blocks that nothing on the way can compress. */
static void
upload_random (guestfs_h *g, const char *number)
{
  char name[NAME_MAX_LEN], *block = malloc (1 << 20);
  uint64_t x = 88172645463325252u;
  long i, n = atol (number);
  size_t j;

  check_ptr (block);
  snprintf (name, sizeof name, "/f%s", number);
  check (guestfs_touch (g, name));
  for (i = 0; i < n; ++i) {
    for (j = 0; j < (1 << 20) / sizeof x; ++j) {
      x ^= x << 13; /* xorshift */
      x ^= x >> 7;
      x ^= x << 17;
      memcpy (block + j * sizeof x, &x, sizeof x);
    }
    check (guestfs_write_append (g, name, block, 1 << 20));
  }
  free (block);
}

static void
fill_directory (guestfs_h *g, const char *number)
{
  char name[2 * NAME_MAX_LEN];
  long i, n = atol (number);

  snprintf (name, sizeof name, "/d%s", number);
  check (guestfs_mkdir (g, name));
  for (i = 0; i < n; ++i) {
    snprintf (name, sizeof name, "/d%s/file-%06ld", number, i);
    check (guestfs_touch (g, name));
  }
}

static void
make (const char *image, char *const *arguments)
{
  const char *what = arguments[0];
  guestfs_h *g = guestfs_create ();

  check_ptr (g);
  check_ptr (what);
  check (guestfs_disk_create (g, image, "raw", INT64_C (8) << 30, -1));
  check (guestfs_add_drive_opts (g, image, GUESTFS_ADD_DRIVE_OPTS_FORMAT, "raw",
                                 -1));
  check (guestfs_launch (g));
  check (guestfs_mke2fs (g, "/dev/sda", GUESTFS_MKE2FS_NUMBEROFINODES,
                         INT64_C (1500000), GUESTFS_MKE2FS_FSTYPE, "ext4",
                         GUESTFS_MKE2FS_RESERVEDBLOCKSPERCENTAGE, 0, -1));
  check (guestfs_mount (g, "/dev/sda", "/"));
  for (++arguments; *arguments; ++arguments)
    if (strcmp (what, "directory") == 0)
      fill_directory (g, *arguments);
    else
      upload_random (g, *arguments);
  finish (g);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*function) (const char *, char *const *);
  } actions[] = {
    { "launch", launch }, { "directory", directory }, { "download", download },
    { "make", make },
  };
  size_t i;

  for (i = 0; argc >= 4 && i < sizeof actions / sizeof *actions; ++i)
    if (strcmp (argv[1], actions[i].name) == 0) {
      actions[i].function (argv[2], argv + 3);
      return EXIT_SUCCESS;
    }
  fprintf (stderr, "usage: points launch|directory|download|make WHERE"
           " NUMBER...\n");
  return EXIT_FAILURE;
}
