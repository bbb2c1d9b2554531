/* The contents of a file of two guests: see diff-contents.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "diff-contents.h"
#include "harmless.h"
#include "line-diff.h"

#define BEGINNING 4096 /* so much of a file tells whether it is binary */

struct file {
  guestfs_h *g;
  const char *path;
  int64_t size; /* as it was told */
};

/* 1, 0 or -1. */
static int
is_binary (const struct file *f)
{
  size_t size;
  CLEANUP_FREE char *data = NULL;

  if (f->size == 0)
    return 0;
  data = guestfs_pread (f->g, f->path, BEGINNING, 0, &size);
  return !data ? -1 : memchr (data, '\0', size) != NULL;
}

/* 1, 0 or -1. */
static int
same_large (const struct file *a, const struct file *b)
{
  CLEANUP_FREE char *sum_a = NULL, *sum_b = NULL;

  if (a->size != b->size)
    return 0;
  sum_a = guestfs_checksum (a->g, "sha256", a->path);
  sum_b = guestfs_checksum (b->g, "sha256", b->path);
  return !sum_a || !sum_b ? -1 : strcmp (sum_a, sum_b) == 0;
}

static int
print_on_terminal (struct text a, struct text b)
{
  CLEANUP_FREE char *text = NULL;
  size_t len;
  FILE *fp = open_memstream (&text, &len);
  int r;

  if (!fp)
    return -1;
  r = line_diff_print (fp, a, b);
  if (fclose (fp) == EOF)
    return -1;
  harmless_print (text, len);
  return r;
}

static void
print_too_large (const char *what)
{
  printf ("# not compared line by line: %s\n", what);
}

static int
diff_texts (const struct file *a, const struct file *b)
{
  struct text ta, tb;
  CLEANUP_FREE char *data_a = guestfs_read_file (a->g, a->path, &ta.len);
  CLEANUP_FREE char *data_b = guestfs_read_file (b->g, b->path, &tb.len);
  int r;

  if (!data_a || !data_b)
    return -1;
  ta.data = data_a;
  tb.data = data_b;
  r = isatty (STDOUT_FILENO) ? print_on_terminal (ta, tb)
    : line_diff_print (stdout, ta, tb);
  if (r == 1)
    print_too_large ("too many lines");
  return r == -1 ? -1 : 0;
}

int
diff_contents (guestfs_h *ga, guestfs_h *gb, const char *path, int64_t size_a,
               int64_t size_b)
{
  const struct file a = { ga, path, size_a }, b = { gb, path, size_b };
  int binary_a = is_binary (&a), binary_b = is_binary (&b), same;

  if (binary_a == -1 || binary_b == -1)
    return -1;
  if (binary_a || binary_b)
    return 0;
  if (size_a <= DIFF_CONTENTS_MAX && size_b <= DIFF_CONTENTS_MAX)
    return diff_texts (&a, &b);
  same = same_large (&a, &b);
  if (same == 0)
    print_too_large ("larger than 64 MiB");
  return same == -1 ? -1 : 0;
}
