/* Getting files for virt-builder: see builder.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builder.h"
#include "cleanup.h"
#include "io.h"
#include "outfile.h"

int
builder_run (const struct builder *b, const char *const *argv)
{
  int status;
  pid_t pid;

  fflush (NULL);
  pid = fork ();
  if (pid == 0) {
    /* What is killed alone takes its child with it. */
    (void) prctl (PR_SET_PDEATHSIG, SIGTERM);
    execvp (argv[0], (char **) argv);
    fprintf (stderr, "virt-builder: %s: %s\n", argv[0], strerror (errno));
    _exit (127);
  }
  if (pid == -1 || waitpid (pid, &status, 0) == -1)
    die (&b->o, "%s: %s", argv[0], strerror (errno));
  return WIFEXITED (status) ? WEXITSTATUS (status) : 126;
}

static void
copy_file (const struct builder *b, const char *from, const char *to,
           uint64_t limit)
{
  CLEANUP_CLOSE int in = open (from, O_RDONLY | O_CLOEXEC);
  CLEANUP_CLOSE int out = -1;
  static char buf[1 << 20];
  ssize_t n;

  if (in == -1)
    die (&b->o, "%s: %s", from, strerror (errno));
  out = open (to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out == -1)
    die (&b->o, "%s: %s", to, strerror (errno));
  while ((n = read_full (in, buf, sizeof buf)) > 0) {
    if ((uint64_t) n > limit)
      die (&b->o, "%s: it is larger than the index says", from);
    limit -= n;
    if (write_full (out, buf, n) == -1)
      die (&b->o, "%s: %s", to, strerror (errno));
  }
  if (n == -1)
    die (&b->o, "%s: %s", from, strerror (errno));
}

/* Options of curl for proxy=: how many. */
static size_t
proxy_options (const struct source *s, const char **argv)
{
  if (!s->proxy)
    return 0;
  argv[0] = strcmp (s->proxy, "off") == 0 ? "--noproxy" : "--proxy";
  argv[1] = strcmp (s->proxy, "off") == 0 ? "*" : s->proxy;
  return 2;
}

void
builder_fetch (const struct builder *b, const struct source *source,
               const char *uri, const char *filename, uint64_t limit)
{
  const char *argv[20] = {
    b->curl, "-q", "--fail", "--silent", "--show-error", "--location",
    "--max-redirs", "5", "--max-filesize",
  };
  size_t n = 9;
  char max[32];
  struct stat st;

  if (strncmp (uri, "file://", 7) == 0 || !strstr (uri, "://")) {
    copy_file (b, strncmp (uri, "file://", 7) == 0 ? uri + 7 : uri, filename,
               limit);
    return;
  }
  if (strncmp (uri, "http://", 7) != 0 && strncmp (uri, "https://", 8) != 0
      && strncmp (uri, "ftp://", 6) != 0)
    die (&b->o, "%s: this kind of URI is not supported", uri);
  snprintf (max, sizeof max, "%llu", (unsigned long long) limit);
  argv[n++] = max;
  n += proxy_options (source, argv + n);
  argv[n++] = "--output";
  argv[n++] = filename;
  argv[n++] = "--";
  argv[n] = uri;
  if (builder_run (b, argv) != 0)
    die (&b->o, "%s: it could not be downloaded", uri);
  /* Servers that do not tell the size are not stopped by curl. */
  if (stat (filename, &st) == -1 || (uint64_t) st.st_size > limit)
    die (&b->o, "%s: it is larger than the index says", uri);
}

char *
builder_beside (const struct builder *b, const char *uri, const char *file)
{
  const char *slash = strrchr (uri, '/');
  char *ret;

  if (asprintf (&ret, "%.*s%s", (int) (slash ? slash + 1 - uri : 0), uri, file)
      == -1)
    die (&b->o, "out of memory");
  return ret;
}

static const char *tmpdir;

const char *
builder_tmpdir (const struct builder *b)
{
  CLEANUP_FREE char *dir = NULL;

  if (tmpdir)
    return tmpdir;
  dir = guestfs_get_cachedir (b->o.g);
  if (!dir)
    die_handle (&b->o);
  return builder_tmpdir_in (b, dir);
}

const char *
builder_tmpdir_in (const struct builder *b, const char *parent)
{
  tmpdir = outfile_directory (&b->o, parent);
  return tmpdir;
}
