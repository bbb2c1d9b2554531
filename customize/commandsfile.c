/* Operations that stand in a file: see commandsfile.h. */

#include <config.h>

#include <errno.h>
#include <string.h>

#include "commandsfile.h"
#include "secret.h"
#include "values.h"

/* Join lines that end with a backslash with those that follow, in place;
 * `*line` counts them. */
static char *
next_line (char **text, size_t *number)
{
  char *start = *text, *in = start, *out = start;

  while (*in && *in != '\n') {
    if (in[0] == '\\' && in[1] == '\n') {
      in += 2;
      in += strspn (in, " \t");
      ++*number;
      continue;
    }
    *out++ = *in++;
  }
  if (*in)
    ++in;
  ++*number;
  *out = '\0';
  *text = in;
  return start;
}

static int
add_line (struct customize *c, char *line, struct error *err)
{
  char *name = line + strspn (line, " \t"), *arg;

  if (!*name || *name == '#')
    return 0;
  arg = name + strcspn (name, " \t");
  if (*arg) {
    *arg++ = '\0';
    arg += strspn (arg, " \t");
  }
  if (strcmp (name, "commands-from-file") == 0)
    return error_set (err, EINVAL, "commands-from-file is not for files");
  return customize_add (c, name, *arg ? arg : NULL, err);
}

int
commands_from_file (struct customize *c, const char *file, struct error *err)
{
  CLEANUP_SECRET char *text = secret_text (file, err); /* it may have passwords */
  char *rest = text;
  size_t number = 0;

  if (!text)
    return -1;
  while (*rest) {
    size_t first = number + 1;

    if (add_line (c, next_line (&rest, &number), err) == -1)
      return error_prefix (err, "%s:%zu", file, first);
  }
  return 0;
}
