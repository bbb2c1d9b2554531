/* Programs of the guest: command, sh and their variants. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "command.h"
#include "dispatch.h"
#include "strlist.h"
#include "transfer.h"

static int
check_arguments (char *const *arguments, struct error *err)
{
  if (!arguments[0])
    return error_set (err, EINVAL, "command: no program was given");
  return check_root_mounted (err);
}

char *
do_command (char *const *arguments, struct error *err)
{
  struct command c = {
    .argv = (const char *const *) arguments,
    .flags = COMMAND_IN_GUEST | COMMAND_KEEP_NEWLINE,
  };

  if (check_arguments (arguments, err) == -1 || command_run (&c, err) == -1)
    return NULL;
  free (c.err_out);
  if (strlen (c.out) != c.out_len) {
    error_set (err, EINVAL, "%s: the output has a NUL byte in it; use "
               "command_out", arguments[0]);
    free (c.out);
    return NULL;
  }
  return c.out;
}

/* Take text apart into lines; a last line without newline counts. */
static char **
split_lines (char *text, struct error *err)
{
  CLEANUP_STRLIST struct strlist lines = STRLIST_INIT;
  char *next;

  for (; *text; text = next) {
    next = text + strcspn (text, "\n");
    if (*next)
      *next++ = '\0';
    if (strlist_add (&lines, text) == -1) {
      error_errno (err, "lines of output");
      return NULL;
    }
  }
  return strlist_take (&lines);
}

char **
do_command_lines (char *const *arguments, struct error *err)
{
  CLEANUP_FREE char *out = do_command (arguments, err);

  return out ? split_lines (out, err) : NULL;
}

static int
send_output (void *opaque, const void *data, size_t len, struct error *err)
{
  return send_chunk (data, len, err);
}

int
do_command_out (char *const *arguments, struct error *err)
{
  struct command c = {
    .argv = (const char *const *) arguments,
    .flags = COMMAND_IN_GUEST,
    .sink = send_output,
  };

  if (check_arguments (arguments, err) == -1 || command_run (&c, err) == -1)
    return -1;
  free (c.out);
  free (c.err_out);
  return send_end (err);
}

char *
do_sh (const char *command, struct error *err)
{
  char *const argv[] = {
    (char *) "/bin/sh", (char *) "-c", (char *) command, NULL
  };

  return do_command (argv, err);
}

char **
do_sh_lines (const char *command, struct error *err)
{
  CLEANUP_FREE char *out = do_sh (command, err);

  return out ? split_lines (out, err) : NULL;
}

int
do_sh_out (const char *command, struct error *err)
{
  char *const argv[] = {
    (char *) "/bin/sh", (char *) "-c", (char *) command, NULL
  };

  return do_command_out (argv, err);
}
