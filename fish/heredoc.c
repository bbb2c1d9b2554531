/* Lines of a script as a file: see heredoc.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "heredoc.h"
#include "io.h"
#include "options.h"
#include "shell.h"

static const char prefix[] = "/dev/fd/";

char *
heredoc_read (struct fish *fish, const char *marker)
{
  CLEANUP_CLOSE int fd = -1;
  char *name;

  if (!*marker) {
    fprintf (stderr, "a word must follow \"-<<\"\n");
    return NULL;
  }
  fd = memfd_create ("heredoc", 0);
  if (fd == -1) {
    perror ("heredoc");
    return NULL;
  }
  for (;;) {
    CLEANUP_FREE char *line = shell_read_line (fish, "> ");

    if (!line) {
      fprintf (stderr, "the end of the script was reached before \"%s\"\n",
               marker);
      return NULL;
    }
    if (strcmp (line, marker) == 0)
      break;
    if (write_full (fd, line, strlen (line)) == -1
        || write_full (fd, "\n", 1) == -1) {
      perror ("heredoc");
      return NULL;
    }
  }
  if (asprintf (&name, "%s%d", prefix, fd) == -1) {
    perror ("heredoc");
    return NULL;
  }
  /* Opening /dev/fd/N of a memfd makes a new description: it reads from 0. */
  (void) TAKE_FD (fd);
  return name;
}

void
heredoc_done (const char *name)
{
  if (strncmp (name, prefix, sizeof prefix - 1) == 0)
    close (atoi (name + sizeof prefix - 1));
}
