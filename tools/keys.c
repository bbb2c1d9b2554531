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
#include "secret.h"
#include "strbuf.h"

/* A key file larger than this is a mistake. */
#define KEY_FILE_MAX (8 * 1024 * 1024)

static char *
read_key_file (const struct options *o, const char *name)
{
  CLEANUP_CLOSE int fd = open (name, O_RDONLY | O_CLOEXEC);
  size_t len = 0;
  char *key;

  if (fd == -1)
    die (o, "key file %s: %s", name, strerror (errno));
  key = secret_read_fd (fd, KEY_FILE_MAX, &len);
  if (!key)
    die (o, "key file %s: %s", name, strerror (errno));
  if (len > 0 && key[len - 1] == '\n')
    key[len - 1] = '\0';
  return key;
}

void
keys_add_selector (struct options *o, char *selector)
{
  char *kind = strchr (selector, ':'), *value;
  struct key_option *k;

  /* "/dev/mapper/x:key:..": the identifier ends at the first colon. */
  value = kind ? strchr (kind + 1, ':') : NULL;
  if (!kind || kind == selector || !value)
    die (o, "--key takes ID:key:TEXT or ID:file:NAME, not what was given");
  o->keys = xrealloc (o->keys, o->nr_keys + 1, sizeof *o->keys);
  k = &o->keys[o->nr_keys];
  if (strncmp (kind, ":key:", 5) == 0) {
    k->key = secret_dup (value + 1);
    secret_wipe (value + 1); /* it is in the list of processes until here */
  } else if (strncmp (kind, ":file:", 6) == 0)
    k->key = read_key_file (o, value + 1);
  else
    die (o, "--key: the kind after \"%.*s:\" must be key or file",
         (int) (kind - selector), selector);
  k->id = strndup (selector, kind - selector);
  if (!k->id || !k->key)
    die (o, "out of memory");
  o->nr_keys++;
}

/* The file must be without a buffer, in which a copy would stay. */
static char *
read_line (FILE *fp)
{
  CLEANUP_STRBUF struct strbuf line = STRBUF_SECRET_INIT;
  int c;

  while ((c = getc (fp)) != EOF && c != '\n')
    if (line.len == KEY_FILE_MAX || strbuf_addch (&line, c) == -1)
      return NULL;
  return c == EOF && line.len == 0 ? NULL : strbuf_take (&line);
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
  (void) setvbuf (tty, NULL, _IONBF, 0);
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
keys_release (struct options *o)
{
  size_t i;

  for (i = 0; i < o->nr_keys; ++i) {
    free (o->keys[i].id);
    secret_free (o->keys[i].key);
  }
  free (o->keys);
}
