/* The prompt: see prompt.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "fish.h"
#include "prompt.h"
#include "strbuf.h"
#include "strlist.h"
#include "words.h"

/* \[ and \] stand around what takes no room: readline has \001 and \002. */
static char *
with_escapes (const char *text)
{
  CLEANUP_STRBUF struct strbuf ret = STRBUF_INIT;

  while (*text) {
    int c = (unsigned char) *text++;

    if (c == '\\' && (*text == '[' || *text == ']' || *text == 'e')) {
      c = *text == '[' ? '\001' : *text == ']' ? '\002' : '\033';
      ++text;
    }
    else if (c == '\\') {
      c = escape_parse (&text);
      if (c == -1)
        c = '\\';
    }
    if (strbuf_addch (&ret, c) == -1)
      return NULL;
  }
  return strbuf_take (&ret);
}

void
prompt_print (const char *variable)
{
  const char *text = getenv (variable);
  CLEANUP_FREE char *decoded = text ? with_escapes (text) : NULL;

  if (decoded) {
    fputs (decoded, stdout);
    fflush (stdout);
  }
}

/* "debian 12", or the name of what is mounted on /: "sda2", "LV". */
static char *
name_of_root (guestfs_h *g)
{
  CLEANUP_STRINGS char **mounted = guestfs_mountpoints (g);
  CLEANUP_STRINGS char **roots = NULL;
  const char *device = NULL, *slash;
  size_t i;

  for (i = 0; mounted && mounted[i]; i += 2)
    if (strcmp (mounted[i + 1], "/") == 0)
      device = mounted[i];
  if (!device)
    return NULL;
  roots = guestfs_inspect_get_roots (g);
  for (i = 0; roots && roots[i]; ++i)
    if (strcmp (roots[i], device) == 0) {
      CLEANUP_FREE char *distro = guestfs_inspect_get_distro (g, device);
      int major = guestfs_inspect_get_major_version (g, device);
      char *ret;

      if (distro && strcmp (distro, "unknown") != 0
          && (major > 0 ? asprintf (&ret, "%s %d", distro, major)
              : asprintf (&ret, "%s", distro)) != -1)
        return ret;
    }
  slash = strrchr (device, '/');
  return strdup (slash ? slash + 1 : device);
}

/* What is mounted, looked at without a trace in the user's sight. */
static char *
context (guestfs_h *g)
{
  char *ret;
  int trace;

  if (guestfs_is_ready (g) != 1)
    return NULL;
  trace = guestfs_get_trace (g);
  guestfs_set_trace (g, 0);
  guestfs_push_error_handler (g, NULL, NULL);
  ret = name_of_root (g);
  guestfs_pop_error_handler (g);
  guestfs_set_trace (g, trace);
  return ret;
}

/* The local directory, once it is another than at the start. */
static char *
moved_to (void)
{
  static char *first;
  CLEANUP_FREE char *now = getcwd (NULL, 0);
  const char *home = getenv ("HOME");
  size_t len = home ? strlen (home) : 0;
  char *ret;

  if (!first && now)
    first = strdup (now);
  if (!first || !now || strcmp (first, now) == 0)
    return NULL;
  if (len > 1 && strncmp (now, home, len) == 0
      && (now[len] == '/' || !now[len]))
    return asprintf (&ret, "~%s", now + len) == -1 ? NULL : ret;
  return TAKE_PTR (now);
}

/* Text of guests and of the host must not command the terminal. */
static void
make_safe (char *text)
{
  for (; text && *text; ++text)
    if ((unsigned char) *text < 0x20 || *text == 0x7f)
      *text = '?';
}

char *
prompt_text (struct fish *fish)
{
  const char *ps1 = getenv ("GUESTFISH_PS1");
  CLEANUP_FREE char *root = NULL, *directory = NULL;
  const char *on = "", *off = "", *dim = "";
  char *ret;

  if (ps1)
    return with_escapes (ps1);
  root = fish->remote_pid ? NULL : context (fish->g);
  directory = moved_to ();
  make_safe (root);
  make_safe (directory);
  if (fish->colour) {
    /* Red where the disks can be written to. */
    on = fish->options.readonly ? "\001\033[1;34m\002" : "\001\033[1;31m\002";
    dim = "\001\033[2m\002";
    off = "\001\033[0m\002";
  }
  if (asprintf (&ret, "%s%s%s%s%s%s%s%s><fs>%s ", dim, root ? root : "",
                root ? " " : "", directory ? "(" : "",
                directory ? directory : "", directory ? ") " : "", off, on,
                off) == -1)
    return NULL;
  return ret;
}
