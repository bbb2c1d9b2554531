/* `bathyscope-machine --image-info NAME`: what an image is, as lines of
 * key=value.  The image is standard input, or that is a connection to a storage
 * daemon, which serves it; NAME serves messages only.  It is parsed here, in the sandbox, so that the library need not.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block/block.h"
#include "block/nbd.h"
#include "block/qcow2-header.h"
#include "io.h"
#include "sandbox.h"
#include "session.h"

#define MAX_CLUSTER (1 << QCOW2_MAX_CLUSTER_BITS)

static int
print_name (const char *key, const char *value, const char *name,
            struct error *err)
{
  const unsigned char *p;

  for (p = (const unsigned char *) value; *p; ++p)
    if (*p < 32 || *p == 127)
      return error_set (err, EINVAL,
                        "%s: its %s has control characters", name, key);
  printf ("%s=%s\n", key, value);
  return 0;
}

static int
qcow2_info (const char *data, size_t len, const char *name, struct error *err)
{
  struct qcow2_header h = QCOW2_HEADER_INIT;
  int r = qcow2_header_parse (data, len, name, &h, err);

  if (r == 0)
    printf ("virtual-size=%llu\n", (unsigned long long) h.size);
  if (r == 0 && h.backing_name)
    r = print_name ("backing-file", h.backing_name, name, err);
  if (r == 0 && h.backing_format)
    r = print_name ("backing-format", h.backing_format, name, err);
  qcow2_header_release (&h);
  return r;
}

static int
raw_info (const char *name, struct error *err)
{
  off_t size = lseek (STDIN_FILENO, 0, SEEK_END);

  if (size == -1)
    return error_errno (err, "%s", name);
  printf ("virtual-size=%llu\n", ((unsigned long long) size + 511) / 512 * 512);
  return 0;
}

static int
foreign_info (const char *format, const char *name, struct error *err)
{
  CLEANUP_FREE char *backing = NULL;
  const char *backing_format;

  if (block_foreign_backing (STDIN_FILENO, format, name, &backing,
                             &backing_format, err) == -1
      || (backing && print_name ("backing-file", backing, name, err) == -1)
      || (backing_format
          && print_name ("backing-format", backing_format, name, err) == -1))
    return -1;
  return 0;
}

static int
print_info (const char *name, struct error *err)
{
  CLEANUP_FREE char *data = malloc (MAX_CLUSTER);
  const char *format;
  ssize_t len;

  if (!data)
    return error_errno (err, "%s", name);
  len = pread_full (STDIN_FILENO, data, MAX_CLUSTER, 0);
  if (len == -1)
    return error_errno (err, "%s", name);
  format = block_look (STDIN_FILENO, name, err);
  if (!format)
    return -1;
  printf ("format=%s\n", format);
  if (strcmp (format, "raw") == 0)
    return raw_info (name, err);
  if (strcmp (format, "qcow2") == 0) {
    uint32_t cluster = qcow2_header_cluster_size (data, len, name, err);

    if (cluster == 0)
      return -1;
    return qcow2_info (data, len < (ssize_t) cluster ? (size_t) len : cluster,
                       name, err);
  }
  return foreign_info (format, name, err);
}

/* The image is behind a storage daemon: what remains to be known is its size. */
static int
print_export (const char *name, struct error *err)
{
  struct block *b = nbd_new (dup (STDIN_FILENO), -1, name, "disk", true, err);

  if (!b)
    return -1;
  printf ("format=raw\nvirtual-size=%llu\n", (unsigned long long) b->size);
  return block_free (b, err);
}

static int
print (const char *name, struct error *err)
{
  struct stat st;

  if (fstat (STDIN_FILENO, &st) == -1)
    return error_errno (err, "%s", name);
  return S_ISSOCK (st.st_mode) ? print_export (name, err)
    : print_info (name, err);
}

int
image_info (const char *name)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (sandbox_begin (&err) == -1 || sandbox_machine (NULL, false, &err) == -1
      || print (name, &err) == -1 || fflush (stdout) == EOF) {
    fprintf (stderr, "%s\n", err.message ? err.message : strerror (errno));
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
