/* Runs the examples of the API, each in a machine of its own.
 *
 *   api-examples [--part I/N] [CALL...]
 *
 * Without names: all of them; with --part every N-th from the I-th (from 0).
 * Ends with a line of totals; exit status 0 when nothing failed.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "examples.h"

#define DISK_SIZE (INT64_C (1) << 30)

static int
prepare_part (guestfs_h *g)
{
  return guestfs_part_disk (g, "/dev/sda", "gpt");
}

static int
prepare_ext4 (guestfs_h *g)
{
  if (prepare_part (g) == -1
      || guestfs_mkfs (g, "ext4", "/dev/sda1") == -1)
    return -1;
  return guestfs_mount (g, "/dev/sda1", "/");
}

/* A few files that several examples look at. */
static int
prepare_data (guestfs_h *g)
{
  if (prepare_ext4 (g) == -1 || guestfs_mkdir (g, "/dir") == -1
      || guestfs_write (g, "/hello", "hello\n", 6) == -1
      || guestfs_write (g, "/dir/abc", "a\nb\nc\n", 6) == -1
      || guestfs_write (g, "/empty", "", 0) == -1)
    return -1;
  return guestfs_ln_s (g, "hello", "/link");
}

static int
prepare_lvm (guestfs_h *g)
{
  char device[] = "/dev/sda1", *devices[] = { device, NULL };

  if (prepare_part (g) == -1 || guestfs_pvcreate (g, "/dev/sda1") == -1
      || guestfs_vgcreate (g, "VG", devices) == -1)
    return -1;
  return guestfs_lvcreate (g, "LV", "VG", 500);
}

/* Two partitions, and a mirror of them. */
static int
prepare_md (guestfs_h *g)
{
  char one[] = "/dev/sda1", two[] = "/dev/sda2";
  char *devices[] = { one, two, NULL };

  if (guestfs_part_init (g, "/dev/sda", "gpt") == -1
      || guestfs_part_add (g, "/dev/sda", "p", 2048, 411647) == -1
      || guestfs_part_add (g, "/dev/sda", "p", 411648, 821247) == -1)
    return -1;
  return guestfs_md_create (g, "test", devices, -1);
}

/* Three partitions, btrfs on the first. */
static int
prepare_btrfs (guestfs_h *g)
{
  if (guestfs_part_init (g, "/dev/sda", "gpt") == -1
      || guestfs_part_add (g, "/dev/sda", "p", 2048, 616447) == -1
      || guestfs_part_add (g, "/dev/sda", "p", 616448, 1230847) == -1
      || guestfs_part_add (g, "/dev/sda", "p", 1230848, 1845247) == -1
      || guestfs_mkfs (g, "btrfs", "/dev/sda1") == -1)
    return -1;
  return guestfs_mount (g, "/dev/sda1", "/");
}

static const struct {
  const char *name;
  int (*prepare) (guestfs_h *g);
} preps[] = {
  { "none", NULL },           { "disk", NULL },
  { "part", prepare_part },   { "ext4", prepare_ext4 },
  { "data", prepare_data },   { "lvm", prepare_lvm },
  { "md", prepare_md },       { "btrfs", prepare_btrfs },
};

#define NR_PREPS (sizeof preps / sizeof preps[0])

/* `none` launches as well, with a disk that the example need not know of;
 * `config` is a new handle. */
static int
prepare (guestfs_h *g, const char *name)
{
  if (strcmp (name, "config") == 0)
    return 0;
  if (guestfs_add_drive_scratch (g, DISK_SIZE, -1) == -1
      || guestfs_launch (g) == -1)
    return -1;
  for (size_t i = 0; i < NR_PREPS; i++)
    if (strcmp (preps[i].name, name) == 0)
      return preps[i].prepare ? preps[i].prepare (g) : 0;
  fprintf (stderr, "api-examples: unknown preparation '%s'\n", name);
  return -1;
}

enum outcome { PASSED, FAILED };

static enum outcome
run_example (const struct example *e)
{
  struct example_run x = { .call = e->call, .file = e->file };
  enum outcome ret;

  x.g = guestfs_create ();
  if (!x.g) {
    perror ("guestfs_create");
    return FAILED;
  }
  guestfs_set_error_handler (x.g, NULL, NULL);
  if (prepare (x.g, e->prep) == -1) {
    printf ("%s: %s: preparing %s: %s\n", e->file, e->call, e->prep,
            guestfs_last_error (x.g));
    guestfs_close (x.g);
    return FAILED;
  }
  e->run (&x);
  ret = x.failed ? FAILED : PASSED;
  if (guestfs_shutdown (x.g) == -1) {
    printf ("%s: %s: shutdown: %s\n", e->file, e->call,
            guestfs_last_error (x.g));
    ret = FAILED;
  }
  guestfs_close (x.g);
  fflush (stdout);
  return ret;
}

static bool
is_named (const char *name, char **names)
{
  if (!names[0])
    return true;
  for (; *names; names++)
    if (strcmp (name, *names) == 0)
      return true;
  return false;
}

int
main (int argc, char **argv)
{
  size_t part = 0, parts = 1, counts[2] = { 0, 0 }, nr = 0;
  char **names = argv + 1;

  if (argc > 2 && strcmp (argv[1], "--part") == 0) {
    if (sscanf (argv[2], "%zu/%zu", &part, &parts) != 2 || parts == 0) {
      fprintf (stderr, "usage: api-examples [--part I/N] [CALL...]\n");
      return EXIT_FAILURE;
    }
    names = argv + 3;
  }
  for (size_t i = 0; examples[i].call; i++)
    if (is_named (examples[i].call, names) && nr++ % parts == part)
      counts[run_example (&examples[i])]++;
  printf ("%zu passed, %zu failed\n", counts[PASSED], counts[FAILED]);
  return counts[FAILED] > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
