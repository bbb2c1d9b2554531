/* Getting files for virt-builder: see builder.h. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builder.h"
#include "cleanup.h"
#include "io.h"
#include "outfile.h"
#include "prefix.h"
#include "strbuf.h"

int
builder_run (const struct builder *b, int input, const char *const *argv)
{
  int status;
  pid_t pid;

  pid = outfile_fork ();
  if (pid == 0) {
    if (input != -1 && dup2 (input, STDIN_FILENO) == -1)
      _exit (126);
    execvp (argv[0], (char **) argv);
    fprintf (stderr, "virt-builder: %s: %s\n", argv[0], strerror (errno));
    _exit (127);
  }
  if (pid == -1 || outfile_wait (pid, &status) == -1)
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

/* NAME = "TEXT" of a curl(1) configuration. */
static int
add_quoted (struct strbuf *conf, const char *name, const char *text,
            size_t len)
{
  size_t i;
  int bad = strbuf_addf (conf, "%s = \"", name);

  for (i = 0; i < len && bad == 0; ++i)
    bad = text[i] == '"' || text[i] == '\\'
      ? strbuf_addf (conf, "\\%c", text[i])
      : text[i] == '\n' ? strbuf_addstr (conf, "\\n")
      : strbuf_addch (conf, text[i]);
  return bad == 0 ? strbuf_addstr (conf, "\"\n") : -1;
}

/* The URI with the password of its source, where it is of the same user and
 * server, "scheme://user@server". */
static int
add_uri (struct strbuf *ret, const struct source *s, const char *uri)
{
  const char *host = strstr (uri, "://") + 3;
  size_t len = host - uri + strcspn (host, "/?");
  const char *at = memrchr (host, '@', uri + len - host);

  if (!s->password || !at || strncmp (uri, s->uri, len) != 0
      || (s->uri[len] && !strchr ("/?", s->uri[len])))
    return strbuf_addstr (ret, uri);
  return strbuf_add (ret, uri, at - uri) == -1 || strbuf_addch (ret, ':') == -1
      || strbuf_addstr (ret, s->password) == -1
      || strbuf_addstr (ret, at) == -1 ? -1 : 0;
}

/* A file with what is not for the list of processes: URI and proxy may have
 * passwords. */
static int
curl_configuration (const struct builder *b, const struct source *s,
                    const char *uri)
{
  CLEANUP_STRBUF struct strbuf conf = STRBUF_SECRET_INIT;
  CLEANUP_STRBUF struct strbuf whole = STRBUF_SECRET_INIT;
  int fd = memfd_create ("curl", MFD_CLOEXEC);

  if (fd == -1 || add_uri (&whole, s, uri) == -1
      || add_quoted (&conf, "url", whole.data, whole.len) == -1
      || (s->proxy && strcmp (s->proxy, "off") != 0
          && add_quoted (&conf, "proxy", s->proxy, strlen (s->proxy)) == -1)
      || write_full (fd, conf.data, conf.len) == -1
      || lseek (fd, 0, SEEK_SET) == -1)
    die (&b->o, "%s: %s", uri, strerror (errno));
  return fd;
}

void
builder_fetch (const struct builder *b, const struct source *source,
               const char *uri, const char *filename, uint64_t limit)
{
  char max[32];
  bool direct = source->proxy && strcmp (source->proxy, "off") == 0;
  const char *const argv[] = {
    b->curl, "-q", "--fail", "--silent", "--show-error", "--location",
    "--max-redirs", "5", "--max-filesize", max, "--output", filename,
    "--config", "-", direct ? "--noproxy" : NULL, "*", NULL,
  };
  CLEANUP_CLOSE int conf = -1;
  const char *path = skip_prefix (uri, "file://");
  struct stat st;

  if (path || !strstr (uri, "://")) {
    copy_file (b, path ? path : uri, filename, limit);
    return;
  }
  if (!has_prefix (uri, "http://") && !has_prefix (uri, "https://")
      && !has_prefix (uri, "ftp://"))
    die (&b->o, "%s: this kind of URI is not supported", uri);
  snprintf (max, sizeof max, "%llu", (unsigned long long) limit);
  conf = curl_configuration (b, source, uri);
  if (builder_run (b, conf, argv) != 0)
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
