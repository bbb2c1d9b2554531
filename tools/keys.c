/* Keys of encrypted devices: see keys.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "keys.h"

/* A key file larger than this is a mistake. */
#define KEY_FILE_MAX (8 * 1024 * 1024)

static char *
read_key_file (const struct options *o, const char *name)
{
  CLEANUP_CLOSE int fd = open (name, O_RDONLY | O_CLOEXEC);
  size_t len;
  char *key;

  if (fd == -1)
    die (o, "key file %s: %s", name, strerror (errno));
  key = read_whole_fd (fd, KEY_FILE_MAX, &len);
  if (!key)
    die (o, "key file %s: %s", name, strerror (errno));
  if (len > 0 && key[len - 1] == '\n')
    key[len - 1] = '\0';
  return key;
}

void
keys_add_selector (struct options *o, const char *selector)
{
  const char *kind = strchr (selector, ':'), *value;
  struct key_option *k;

  /* "/dev/mapper/x:key:..": the identifier ends at the first colon. */
  value = kind ? strchr (kind + 1, ':') : NULL;
  if (!kind || kind == selector || !value)
    die (o, "--key takes ID:key:TEXT or ID:file:NAME, not what was given");
  o->keys = xrealloc (o->keys, o->nr_keys + 1, sizeof *o->keys);
  k = &o->keys[o->nr_keys];
  if (strncmp (kind, ":key:", 5) == 0)
    k->key = xstrdup (value + 1);
  else if (strncmp (kind, ":file:", 6) == 0)
    k->key = read_key_file (o, value + 1);
  else
    die (o, "--key: the kind after \"%.*s:\" must be key or file",
         (int) (kind - selector), selector);
  k->id = strndup (selector, kind - selector);
  if (!k->id)
    die (o, "out of memory");
  o->nr_keys++;
}

static char *
read_line (FILE *fp)
{
  char *line = NULL;
  size_t alloc = 0;
  ssize_t n = getline (&line, &alloc, fp);

  if (n == -1) {
    free (line);
    return NULL;
  }
  if (n > 0 && line[n - 1] == '\n')
    line[n - 1] = '\0';
  return line;
}

char *
key_read (const struct options *o, const char *what)
{
  CLEANUP_FCLOSE FILE *tty = NULL;
  struct termios saved, quiet;
  bool hidden = false;
  char *key;

  if (o->keys_from_stdin)
    return read_line (stdin);
  tty = o->tty ? fdopen (fcntl (o->tty, F_DUPFD_CLOEXEC, 3), "r+e")
    : fopen ("/dev/tty", "r+e");
  if (!tty)
    die (o, "%s: a key is needed, and there is no terminal to ask on (use --key or --keys-from-stdin)", what);
  fprintf (tty, "Enter key or passphrase (\"%s\"): ", what);
  fflush (tty);
  if (!o->echo_keys && tcgetattr (fileno (tty), &saved) == 0) {
    quiet = saved;
    quiet.c_lflag &= ~ECHO;
    hidden = tcsetattr (fileno (tty), TCSAFLUSH, &quiet) == 0;
  }
  key = read_line (tty);
  if (hidden) {
    tcsetattr (fileno (tty), TCSAFLUSH, &saved);
    fputc ('\n', tty);
  }
  return key;
}

void
key_free (char *key)
{
  if (key)
    explicit_bzero (key, strlen (key));
  free (key);
}

void
keys_release (struct options *o)
{
  size_t i;

  for (i = 0; i < o->nr_keys; ++i) {
    free (o->keys[i].id);
    key_free (o->keys[i].key);
  }
  free (o->keys);
}
