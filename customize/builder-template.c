/* Templates: from a source to a disk image; see builder.h. */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builder.h"
#include "checked.h"
#include "cleanup.h"
#include "message.h"
#include "outfile.h"
#include "size.h"

char *
builder_cached_name (const struct builder *b, const struct index_entry *e)
{
  const char *arch = index_field (e, "arch");
  const char *revision = index_field (e, "revision");
  char *ret;

  if (!b->cache_dir)
    return NULL;
  if (asprintf (&ret, "%s/%s.%s.%s", b->cache_dir, e->name,
                arch ? arch : "unknown", revision ? revision : "1") == -1)
    die (&b->o, "out of memory");
  if (strchr (ret + strlen (b->cache_dir) + 1, '/'))
    die (&b->o, "%s: strange architecture", e->name);
  return ret;
}

void
builder_checksum (const struct builder *b, const char *algorithm,
                  const char *file, char got[BUILDER_CHECKSUM])
{
  int fds[2], status = -1;
  char program[32];
  pid_t pid;
  FILE *fp;

  *got = '\0';
  snprintf (program, sizeof program, "%ssum", algorithm);
  if (pipe2 (fds, O_CLOEXEC) == -1 || (pid = fork ()) == -1)
    die (&b->o, "%s: %s", program, strerror (errno));
  if (pid == 0) {
    dup2 (fds[1], STDOUT_FILENO);
    execlp (program, program, "--", file, NULL);
    _exit (127);
  }
  close (fds[1]);
  fp = fdopen (fds[0], "r");
  if (!fp || fscanf (fp, "%128[0-9a-f]", got) != 1)
    *got = '\0';
  if (fp)
    fclose (fp);
  if (waitpid (pid, &status, 0) == -1 || status != 0)
    die (&b->o, "%s failed", program);
}

static void
check_sum (const struct builder *b, const struct index_entry *e,
           const char *file)
{
  const char *algorithm = "sha512";
  const char *wanted = index_field (e, "checksum[sha512]");
  char got[BUILDER_CHECKSUM];

  if (!wanted)
    wanted = index_field (e, "checksum");
  if (!wanted) {
    algorithm = "sha256";
    wanted = index_field (e, "checksum[sha256]");
  }
  if (!wanted) {
    if (!b->no_check)
      die (&b->o, "%s: the index has no checksum for it (see "
           "--no-check-signature)", e->name);
    return;
  }
  builder_checksum (b, algorithm, file, got);
  if (strcasecmp (got, wanted) != 0)
    die (&b->o, "%s: its checksum is not that of the index", e->name);
}

static uint64_t
download_limit (const struct index_entry *e)
{
  int64_t size = index_number (e, "compressed_size");

  return size > 0 ? (uint64_t) size : (uint64_t) index_number (e, "size") * 2;
}

char *
builder_template (const struct builder *b, const struct index_entry *e)
{
  CLEANUP_FREE char *cached = builder_cached_name (b, e);
  CLEANUP_FREE char *uri = NULL;
  char *file;
  char text[SIZE_TEXT_MAX];

  if (cached && access (cached, R_OK) == 0) {
    check_sum (b, e, cached);
    return TAKE_PTR (cached);
  }
  if (asprintf (&file, "%s%s", cached ? cached : builder_tmpdir (b),
                cached ? ".part" : "/template") == -1)
    die (&b->o, "out of memory");
  if (!cached && access (file, R_OK) == 0) /* only one is built at a time */
    return file;
  uri = builder_beside (b, e->source, index_field (e, "file"));
  message (&b->o, "Downloading %s (%s)", uri,
           size_text (download_limit (e), text));
  builder_fetch (b, &b->sources[e->source_number], uri, file,
                 download_limit (e));
  check_sum (b, e, file);
  if (!cached)
    return file;
  if (rename (file, cached) == -1)
    die (&b->o, "%s: %s", cached, strerror (errno));
  free (file);
  return TAKE_PTR (cached);
}

/* --- unpacking ----------------------------------------------------------------------- */

static bool
is_zero (const char *p, size_t len)
{
  return len == 0 || (*p == 0 && memcmp (p, p + 1, len - 1) == 0);
}

/* Blocks of zeroes become holes. */
static int
put (int fd, const char *p, size_t len, uint64_t at)
{
  while (len > 0) {
    size_t n = len < 65536 ? len : 65536;

    if (!is_zero (p, n) && pwrite (fd, p, n, at) != (ssize_t) n)
      return -1;
    p += n;
    at += n;
    len -= n;
  }
  return 0;
}

/* In a child: a template is data from elsewhere until its checksum is right, and even
 * then no friend.  A line on stderr when it fails. */
static int
unpack (const char *from, const char *to, uint64_t limit)
{
  struct archive *a = archive_read_new ();
  struct archive_entry *entry;
  const void *data;
  size_t len;
  int64_t at;
  uint64_t end = 0;
  int r, fd = open (to, O_WRONLY | O_CLOEXEC);

  if (!a || fd == -1)
    return 1;
  archive_read_support_filter_all (a);
  archive_read_support_format_raw (a);
  if (archive_read_open_filename (a, from, 1 << 20) != ARCHIVE_OK
      || archive_read_next_header (a, &entry) != ARCHIVE_OK)
    goto failed;
  while ((r = archive_read_data_block (a, &data, &len, &at)) == ARCHIVE_OK) {
    if (at < 0 || !range_fits (at, len, limit)) {
      fprintf (stderr, "virt-builder: %s: it is larger than the index says\n",
               from);
      return 1;
    }
    if (put (fd, data, len, at) == -1) {
      fprintf (stderr, "virt-builder: %s: %s\n", to, strerror (errno));
      return 1;
    }
    end = at + len;
  }
  if (r != ARCHIVE_EOF || ftruncate (fd, end) == -1)
    goto failed;
  archive_read_free (a);
  return close (fd) == -1;

failed:
  fprintf (stderr, "virt-builder: %s: %s\n", from, archive_error_string (a));
  return 1;
}

/* An image that was not compressed may be larger than its disk. */
static uint64_t
unpack_limit (const struct index_entry *e)
{
  int64_t size = index_number (e, "size");
  int64_t packed = index_number (e, "compressed_size");

  return size > packed ? size : packed;
}

void
builder_unpack (const struct builder *b, const struct index_entry *e,
                const char *from, const char *to)
{
  int status = 0;
  pid_t pid;

  message (&b->o, "Unpacking %s", e->name);
  pid = outfile_fork ();
  if (pid == 0)
    _exit (unpack (from, to, unpack_limit (e)));
  if (pid == -1 || outfile_wait (pid, &status) == -1)
    die (&b->o, "%s", strerror (errno));
  if (status != 0)
    die (&b->o, "%s: the template could not be unpacked", e->name);
}
