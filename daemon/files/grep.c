/* The grep family: lines of a file that match, with regcomp(3).
 *
 * The z variants look into compressed files, through libarchive's filters;
 * files that are not compressed are taken as they are, as zgrep does.
 */

#include <config.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <string.h>

#include "actions.h"
#include "decompress.h"
#include "guestfile.h"
#include "strbuf.h"
#include "strlist.h"

enum grep_flags {
  GREP_EXTENDED = 1, GREP_FIXED = 2, GREP_INSENSITIVE = 4, GREP_COMPRESSED = 8
};

struct matcher {
  int flags;
  const char *pattern;
  regex_t regex; /* not for GREP_FIXED */
  struct strlist lines;
  struct strbuf rest; /* of a line that goes on in the next piece */
};

static int
matcher_init (struct matcher *m, const char *pattern, int flags,
              struct error *err)
{
  int cflags = REG_NOSUB;
  char message[128];
  int r;

  *m = (struct matcher) { .flags = flags, .pattern = pattern };
  if (flags & GREP_FIXED)
    return 0;
  if (flags & GREP_EXTENDED)
    cflags |= REG_EXTENDED;
  if (flags & GREP_INSENSITIVE)
    cflags |= REG_ICASE;
  r = regcomp (&m->regex, pattern, cflags);
  if (r == 0)
    return 0;
  regerror (r, &m->regex, message, sizeof message);
  return error_set (err, EINVAL, "regular expression \"%s\": %s", pattern,
                    message);
}

static void
matcher_release (struct matcher *m)
{
  if (!(m->flags & GREP_FIXED))
    regfree (&m->regex);
  strlist_release (&m->lines);
  strbuf_release (&m->rest);
}

static bool
matches (const struct matcher *m, const char *line)
{
  if (!(m->flags & GREP_FIXED))
    return regexec (&m->regex, line, 0, NULL, 0) == 0;
  return (m->flags & GREP_INSENSITIVE ? strcasestr (line, m->pattern)
          : strstr (line, m->pattern)) != NULL;
}

/* Take the line collected in m->rest. */
static int
end_line (struct matcher *m)
{
  const char *line = m->rest.data ? m->rest.data : "";

  if (matches (m, line) && strlist_add (&m->lines, line) == -1)
    return -1;
  m->rest.len = 0;
  if (m->rest.data)
    m->rest.data[0] = '\0';
  return 0;
}

static int
grep_piece (void *opaque, const void *data, size_t len, struct error *err)
{
  struct matcher *m = opaque;
  const char *p = data, *end = p + len;

  while (p < end) {
    const char *nl = memchr (p, '\n', end - p);
    const char *stop = nl ? nl : end;

    if (strbuf_add (&m->rest, p, stop - p) == -1 || (nl && end_line (m) == -1))
      return error_errno (err, "grep");
    p = nl ? nl + 1 : end;
  }
  return 0;
}

static int
grep_plain (struct matcher *m, int fd, const char *path, struct error *err)
{
  char *buf = io_buffer (err);

  for (;;) {
    ssize_t n = buf ? read (fd, buf, IO_PIECE) : -1;

    if (!buf || n == 0)
      return buf ? 0 : -1;
    if (n == -1 && errno == EINTR)
      continue;
    if (n == -1)
      return error_errno (err, "%s", path);
    if (grep_piece (m, buf, n, err) == -1)
      return -1;
  }
}

static char **
grep_file (const char *pattern, const char *path, int flags, struct error *err)
{
  CLEANUP (matcher_release) struct matcher m = { .flags = GREP_FIXED };
  CLEANUP_CLOSE int fd = file_open_read (path, err);
  CLEANUP_ERROR struct error local = ERROR_INIT;
  char **ret = NULL;
  int r;

  if (fd == -1)
    return NULL;
  if (matcher_init (&m, pattern, flags, &local) == -1) {
    m.flags = GREP_FIXED; /* no regex to free */
    error_move (err, &local);
    return NULL;
  }
  if (flags & GREP_COMPRESSED)
    r = decompress_fd (fd, path, grep_piece, &m, err);
  else
    r = grep_plain (&m, fd, path, err);
  if (r == -1)
    return NULL;
  if ((m.rest.len > 0 && end_line (&m) == -1)
      || !(ret = strlist_take (&m.lines)))
    error_errno (err, "%s", path);
  return ret;
}

char **
do_grep (const char *regex, const char *path,
         const struct guestfs_grep_opts_argv *optargs, struct error *err)
{
  int flags = 0;

  if (optargs->bitmask & GUESTFS_GREP_OPTS_EXTENDED_BITMASK
      && optargs->extended)
    flags |= GREP_EXTENDED;
  if (optargs->bitmask & GUESTFS_GREP_OPTS_FIXED_BITMASK && optargs->fixed)
    flags |= GREP_FIXED;
  if (optargs->bitmask & GUESTFS_GREP_OPTS_INSENSITIVE_BITMASK
      && optargs->insensitive)
    flags |= GREP_INSENSITIVE;
  if (optargs->bitmask & GUESTFS_GREP_OPTS_COMPRESSED_BITMASK
      && optargs->compressed)
    flags |= GREP_COMPRESSED;
  if (flags & GREP_EXTENDED && flags & GREP_FIXED) {
    error_set (err, EINVAL, "extended and fixed cannot be used together");
    return NULL;
  }
  return grep_file (regex, path, flags, err);
}

#define DEFINE_GREP(call, flags)                                        \
  char **                                                               \
  do_##call (const char *pattern, const char *path, struct error *err)  \
  {                                                                     \
    return grep_file (pattern, path, flags, err);                       \
  }

DEFINE_GREP (egrep, GREP_EXTENDED)
DEFINE_GREP (fgrep, GREP_FIXED)
DEFINE_GREP (grepi, GREP_INSENSITIVE)
DEFINE_GREP (egrepi, GREP_EXTENDED | GREP_INSENSITIVE)
DEFINE_GREP (fgrepi, GREP_FIXED | GREP_INSENSITIVE)
DEFINE_GREP (zgrep, GREP_COMPRESSED)
DEFINE_GREP (zegrep, GREP_COMPRESSED | GREP_EXTENDED)
DEFINE_GREP (zfgrep, GREP_COMPRESSED | GREP_FIXED)
DEFINE_GREP (zgrepi, GREP_COMPRESSED | GREP_INSENSITIVE)
DEFINE_GREP (zegrepi, GREP_COMPRESSED | GREP_EXTENDED | GREP_INSENSITIVE)
DEFINE_GREP (zfgrepi, GREP_COMPRESSED | GREP_FIXED | GREP_INSENSITIVE)
