/* Output files: see output.h. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "output.h"

static void
die (const char *path)
{
  fprintf (stderr, "generator: %s: %s\n", path, strerror (errno));
  exit (EXIT_FAILURE);
}

char *
copy_string (const char *str)
{
  char *ret = strdup (str);

  if (!ret)
    die ("memory");
  return ret;
}

char *
copy_upper (const char *str)
{
  char *ret = copy_string (str);

  for (char *p = ret; *p; p++)
    *p = toupper ((unsigned char) *p);
  return ret;
}

char *
format_string (const char *fmt, ...)
{
  va_list args;
  char *ret;

  va_start (args, fmt);
  if (vasprintf (&ret, fmt, args) < 0)
    die ("memory");
  va_end (args);
  return ret;
}

void
problem (struct api *api, struct location where, const char *fmt, ...)
{
  va_list args;

  fprintf (stderr, "%s:%d: ", where.file, where.line);
  va_start (args, fmt);
  vfprintf (stderr, fmt, args);
  va_end (args);
  fputc ('\n', stderr);
  api->errors++;
}

void
emit (struct out *o, const char *fmt, ...)
{
  CLEANUP_FREE char *text = NULL;
  va_list args;

  va_start (args, fmt);
  if (vasprintf (&text, fmt, args) < 0)
    die ("memory");
  va_end (args);
  if (strbuf_addstr (&o->text, text) == -1)
    die ("memory");
}

void
emit_c_string (struct out *o, const char *str)
{
  for (const char *p = str; *p; p++)
    switch (*p) {
    case '\n':
      emit (o, "\\n");
      break;
    case '\t':
      emit (o, "\\t");
      break;
    case '"':
    case '\\':
      emit (o, "\\%c", *p);
      break;
    default:
      emit (o, "%c", *p);
    }
}

static bool
is_unchanged (const char *path, const struct strbuf *text)
{
  CLEANUP_FCLOSE FILE *fp = fopen (path, "re");
  CLEANUP_FREE char *old = NULL;
  size_t len;

  if (!fp)
    return false;
  old = read_whole_fd (fileno (fp), text->len + 1, &len);
  return old && len == text->len && memcmp (old, text->data, len) == 0;
}

/* Folders that a build outside the sources does not have yet. */
static void
make_parents (const char *path)
{
  CLEANUP_FREE char *folder = copy_string (path);
  char *p;

  for (p = folder + 1; (p = strchr (p, '/')) != NULL; *p++ = '/') {
    *p = '\0';
    if (mkdir (folder, 0777) == -1 && errno != EEXIST)
      die (folder);
  }
}

void
output_write (struct out *o, const char *dir, const char *name)
{
  CLEANUP_FREE char *path = format_string ("%s/%s", dir, name);
  CLEANUP_FREE char *tmp = format_string ("%s.tmp", path);
  FILE *fp;

  if (!is_unchanged (path, &o->text)) {
    make_parents (path);
    fp = fopen (tmp, "we");
    if (!fp)
      die (tmp);
    if (fwrite (o->text.data, 1, o->text.len, fp) != o->text.len
        || fclose (fp) == EOF)
      die (tmp);
    if (rename (tmp, path) == -1)
      die (path);
  }
  strbuf_release (&o->text);
}
