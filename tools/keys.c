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

/* ":key:TEXT", ":file:NAME" or ":clevis"; NULL for the last. */
static char *
selected_key (const struct options *o, char *kind)
{
  static const char key[] = ":key:", file[] = ":file:";
  char *ret;

  if (strncmp (kind, file, sizeof file - 1) == 0)
    return read_key_file (o, kind + sizeof file - 1);
  if (strncmp (kind, key, sizeof key - 1) == 0) {
    ret = secret_dup (kind + sizeof key - 1);
    if (!ret)
      die (o, "out of memory");
    /* It is in the list of processes until here. */
    secret_wipe (kind + sizeof key - 1);
    return ret;
  }
  if (strcmp (kind, ":clevis") != 0)
    die (o, "--key takes ID:key:TEXT, ID:file:NAME or ID:clevis, not what was "
         "given");
  if (guestfs_set_network (o->g, 1) == -1) /* where the servers are */
    die_handle (o);
  return NULL;
}

void
keys_add_selector (struct options *o, char *selector)
{
  /* "/dev/mapper/x:key:..": the identifier ends at the first colon. */
  char *kind = strchr (selector, ':');
  struct key_option *k;

  if (!kind || kind == selector)
    die (o, "--key takes ID:key:TEXT, ID:file:NAME or ID:clevis, not what was "
         "given");
  o->keys = xrealloc (o->keys, o->nr_keys + 1, sizeof *o->keys);
  k = &o->keys[o->nr_keys];
  k->key = selected_key (o, kind);
  k->id = strndup (selector, kind - selector);
  if (!k->id)
    die (o, "out of memory");
  o->nr_keys++;
}

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
