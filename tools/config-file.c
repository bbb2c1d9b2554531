/* The configuration of the tools: see config-file.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "config-file.h"
#include "io.h"
#include "prefix.h"

#define FILE_MAX 65536

struct reader {
  const char *p;
  unsigned line;
};

/* Blanks and comments: # and // to the end of the line, and those of C. */
static void
skip (struct reader *r)
{
  for (;;) {
    const char *end;

    while (isspace ((unsigned char) *r->p))
      r->line += *r->p++ == '\n';
    if (*r->p == '#' || has_prefix (r->p, "//"))
      end = r->p + strcspn (r->p, "\n");
    else if (has_prefix (r->p, "/*") && (end = strstr (r->p + 2, "*/")))
      end += 2;
    else
      return;
    for (; r->p < end; ++r->p)
      r->line += *r->p == '\n';
  }
}

/* The length of a name, number, word or string here; 0 where there is none. */
static size_t
scalar (const struct reader *r)
{
  const char *p = r->p;

  if (*p != '"')
    return strspn (p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                   "0123456789_-+.*");
  for (++p; *p && *p != '"' && *p != '\n'; ++p)
    p += *p == '\\' && p[1];
  return *p == '"' ? (size_t) (p + 1 - r->p) : 0;
}

static bool
is_word (const char *text, size_t len, const char *word)
{
  return strlen (word) == len && strncasecmp (text, word, len) == 0;
}

/* NAME = VALUE; with : for = and , for ;, or neither of the latter. */
static bool
setting (struct reader *r, bool *read_only)
{
  const char *name = r->p, *value;
  size_t name_len = scalar (r), value_len;

  r->p += name_len;
  skip (r);
  if (name_len == 0 || !isalpha ((unsigned char) *name)
      || (*r->p != '=' && *r->p != ':'))
    return false;
  r->p++;
  skip (r);
  value = r->p;
  value_len = scalar (r);
  if (value_len == 0)
    return false;
  if (name_len == strlen ("read_only")
      && strncmp (name, "read_only", name_len) == 0) {
    *read_only = is_word (value, value_len, "true");
    if (!*read_only && !is_word (value, value_len, "false"))
      return false;
  }
  r->p += value_len;
  skip (r);
  if (*r->p == ';' || *r->p == ',')
    r->p++;
  return true;
}

unsigned
config_parse (const char *text, bool *read_only)
{
  struct reader r = { text, 1 };
  bool value = *read_only;

  for (skip (&r); *r.p; skip (&r))
    if (!setting (&r, &value))
      return r.line;
  *read_only = value;
  return 0;
}

/* --- files ------------------------------------------------------------------------ */

static void
read_file (const struct options *o, const char *dir, const char *name,
           bool *read_only)
{
  CLEANUP_CLOSE int fd = -1;
  CLEANUP_FREE char *path = NULL;
  CLEANUP_FREE char *text = NULL;
  unsigned line;
  size_t len;

  if (asprintf (&path, "%s/%s", dir, name) == -1)
    die (o, "out of memory");
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd == -1 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
    return;
  text = fd == -1 ? NULL : read_whole_fd (fd, FILE_MAX, &len);
  if (!text)
    die (o, "%s: %s", path, strerror (errno));
  line = config_parse (text, read_only);
  if (line > 0)
    die (o, "%s: line %u is no setting", path, line);
}

/* A list of directories, of which the first is the most important. */
static void
read_directories (const struct options *o, char *list, const char *name,
                  bool *read_only)
{
  char *last;

  while ((last = strrchr (list, ':'))) {
    read_file (o, last + 1, name, read_only);
    *last = '\0';
  }
  read_file (o, list, name, read_only);
}

bool
config_read_only (const struct options *o)
{
  static const char name[] = "libguestfs/libguestfs-tools.conf";
  const char *home = getenv ("HOME"), *own = getenv ("XDG_CONFIG_HOME");
  const char *dirs = getenv ("XDG_CONFIG_DIRS");
  CLEANUP_FREE char *list = xstrdup (dirs && *dirs ? dirs : "/etc/xdg");
  CLEANUP_FREE char *below_home = NULL;
  bool ret = false;

  read_file (o, "/etc", "libguestfs-tools.conf", &ret);
  read_directories (o, list, name, &ret);
  if (home && *home) {
    read_file (o, home, ".libguestfs-tools.rc", &ret);
    if (asprintf (&below_home, "%s/.config", home) == -1)
      die (o, "out of memory");
  }
  if (own && *own)
    read_file (o, own, name, &ret);
  else if (below_home)
    read_file (o, below_home, name, &ret);
  return ret;
}
