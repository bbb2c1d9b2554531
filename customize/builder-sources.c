/* Sources of templates: see builder.h. */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder.h"
#include "cleanup.h"
#include "secret.h"
#include "simplestreams.h"
#include "strlist.h"

static struct source *
new_source (struct builder *b)
{
  struct source *s;

  b->sources = xrealloc (b->sources, b->nr_sources + 1, sizeof *b->sources);
  s = &b->sources[b->nr_sources++];
  *s = (struct source) { .name = NULL };
  return s;
}

static void
take_password (struct builder *b, struct source *s, char *uri)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (uri_take_password (uri, &s->password, &err) == -1)
    die (&b->o, "%s", err.message);
}

void
builder_add_source (struct builder *b, char *uri)
{
  struct source *s = new_source (b);

  take_password (b, s, uri);
  s->name = xstrdup (uri);
  s->uri = xstrdup (uri);
}

void
builder_add_fingerprint (struct builder *b, const char *fingerprint)
{
  struct source *s = b->nr_sources > 0 ? &b->sources[b->nr_sources - 1] : NULL;

  if (!s || s->fingerprint)
    die (&b->o, "--fingerprint comes behind the --source that it is for");
  s->fingerprint = xstrdup (fingerprint);
}

void
builder_release (struct builder *b)
{
  size_t i;

  for (i = 0; i < b->nr_sources; ++i) {
    free (b->sources[i].name);
    free (b->sources[i].uri);
    secret_free (b->sources[i].password);
    free (b->sources[i].gpgkey);
    free (b->sources[i].fingerprint);
    free (b->sources[i].proxy);
  }
  free (b->sources);
  free (b->cache_dir);
  index_release (&b->all);
}

static char *
read_file (const struct builder *b, const char *name, size_t *ret_len)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  char *text = index_read_file (name, ret_len, &err);

  if (!text)
    die (&b->o, "%s", err.message);
  return text;
}

/* --- the configuration ------------------------------------------------------------- */

static void
set_proxy (struct source *s, const char *proxy)
{
  if (!proxy || !*proxy || strcmp (proxy, "system") == 0)
    return;
  s->proxy = xstrdup (strcmp (proxy, "no") == 0 ? "off" : proxy);
}

static void
set_format (const struct builder *b, struct source *s, const char *conf,
            const char *format)
{
  char *root;

  if (!format || strcmp (format, "native") == 0)
    return;
  if (strcmp (format, "simplestreams") != 0)
    die (&b->o, "%s: [%s] has the format %s; there are native and "
         "simplestreams", conf, s->name, format);
  s->simplestreams = true;
  if (*s->uri && s->uri[strlen (s->uri) - 1] == '/')
    return;
  if (asprintf (&root, "%s/", s->uri) == -1)
    die (&b->o, "out of memory");
  free (s->uri);
  s->uri = root;
}

static void
add_configured (struct builder *b, const char *conf,
                const struct index_entry *e)
{
  const char *uri = index_field (e, "uri"), *key = index_field (e, "gpgkey");
  struct source *s;

  if (!uri)
    die (&b->o, "%s: [%s] has no uri=", conf, e->name);
  s = new_source (b);
  s->name = xstrdup (e->name);
  s->uri = xstrdup (uri);
  take_password (b, s, s->uri);
  s->gpgkey = key && *key ? xstrdup (key) : NULL;
  s->is_unsigned = !s->gpgkey;
  set_proxy (s, index_field (e, "proxy"));
  set_format (b, s, conf, index_field (e, "format"));
}

static void
read_conf (struct builder *b, const char *name)
{
  struct index conf = INDEX_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *text = NULL;
  size_t len, i;

  text = read_file (b, name, &len);
  if (index_parse (text, len, &conf, &err) == -1)
    die (&b->o, "%s: %s", name, err.message);
  for (i = 0; i < conf.nr; ++i)
    add_configured (b, name, &conf.entries[i]);
  index_release (&conf);
}

static int
is_conf (const struct dirent *d)
{
  size_t len = strlen (d->d_name);

  return len > 5 && strcmp (d->d_name + len - 5, ".conf") == 0;
}

static void
read_conf_dir (struct builder *b, const char *base)
{
  CLEANUP_FREE char *dir = NULL;
  struct dirent **list;
  int n, i;

  if (asprintf (&dir, "%s/virt-builder/repos.d", base) == -1)
    die (&b->o, "out of memory");
  n = scandir (dir, &list, is_conf, alphasort);
  for (i = 0; i < n; ++i) {
    CLEANUP_FREE char *name = NULL;

    if (asprintf (&name, "%s/%s", dir, list[i]->d_name) == -1)
      die (&b->o, "out of memory");
    read_conf (b, name);
    free (list[i]);
  }
  if (n >= 0)
    free (list);
}

static void
read_configuration (struct builder *b)
{
  const char *own = getenv ("XDG_CONFIG_HOME"), *home = getenv ("HOME");
  const char *dirs = getenv ("XDG_CONFIG_DIRS");
  CLEANUP_FREE char *below_home = NULL;
  CLEANUP_FREE char *copy = xstrdup (dirs && *dirs ? dirs : "/etc/xdg");
  char *rest = copy, *dir;

  if (asprintf (&below_home, "%s/.config", home ? home : "") == -1)
    die (&b->o, "out of memory");
  read_conf_dir (b, own && *own ? own : below_home);
  while ((dir = strsep (&rest, ":")))
    read_conf_dir (b, dir);
  if (b->nr_sources == 0)
    die (&b->o, "there are no sources of templates: give one with --source, or "
         "in ~/.config/virt-builder/repos.d/NAME.conf");
}

/* --- indexes ------------------------------------------------------------------------ */

/* The signature is good, and of this key: what gpg says on its status channel. */
static void
check_fingerprint (const struct builder *b, const struct source *s,
                   const char *status_file)
{
  static const char valid[] = "[GNUPG:] VALIDSIG ";
  CLEANUP_FREE char *status = NULL;
  CLEANUP_FREE char *wanted = s->fingerprint ? xstrdup (s->fingerprint) : NULL;
  const char *p;
  char *in, *out;
  size_t len;

  status = read_file (b, status_file, &len);
  p = strstr (status, valid);
  if (!p || (p > status && p[-1] != '\n'))
    die (&b->o, "%s: its signature is not valid", s->uri);
  if (!wanted)
    return;
  for (in = out = wanted; *in; ++in)
    if (*in != ' ')
      *out++ = *in;
  *out = '\0';
  len = strcspn (p, "\n");
  if (strlen (wanted) < 16 || !memmem (p, len, wanted, strlen (wanted)))
    die (&b->o, "%s: it is signed with another key than %s", s->uri,
         s->fingerprint);
}

/* gpg takes the signature off, so what is used is what was signed.  Keys are those
 * of the source alone, or with --fingerprint the user's. */
static void
verify (const struct builder *b, const struct source *s, size_t number,
        const char *from, const char *to)
{
  const char *tmp = builder_tmpdir (b);
  CLEANUP_FREE char *home = NULL;
  CLEANUP_FREE char *key = NULL;
  CLEANUP_FREE char *status = NULL;

  if (!s->gpgkey && !s->fingerprint)
    die (&b->o, "%s: no key is known for this source: give its --fingerprint, "
         "or use --no-check-signature", s->uri);
  if (asprintf (&home, "%s/gpg-%zu", tmp, number) == -1
      || asprintf (&key, "%s/key-%zu", tmp, number) == -1
      || asprintf (&status, "%s/status-%zu", tmp, number) == -1)
    die (&b->o, "out of memory");
  if (s->gpgkey) {
    const char *const import[] = { b->gpg, "--batch", "--quiet", "--homedir",
                                   home, "--import", key, NULL };

    if (access (home, F_OK) == -1) {
      builder_fetch (b, s, s->gpgkey, key, INDEX_MAX);
      if (mkdir (home, 0700) == -1 || builder_run (b, -1, import) != 0)
        die (&b->o, "%s: it is no key that gpg takes", s->gpgkey);
    }
    (void) unlink (status);
  }
  {
    const char *const with_home[] = {
      b->gpg, "--batch", "--quiet", "--no-auto-key-retrieve", "--status-file",
      status, "--logger-file", "/dev/null", "--homedir", home, "--output", to, "--decrypt", from, NULL };
    const char *const without[] = {
      b->gpg, "--batch", "--quiet", "--no-auto-key-retrieve", "--status-file",
      status, "--logger-file", "/dev/null", "--output", to, "--decrypt", from, NULL };

    if (builder_run (b, -1, s->gpgkey ? with_home : without) != 0)
      die (&b->o, "%s: its signature could not be verified (see "
           "--no-check-signature)", s->uri);
  }
  check_fingerprint (b, s, status);
}

static void
append (struct builder *b, struct index *index, size_t number)
{
  size_t i;

  b->all.entries = xrealloc (b->all.entries, b->all.nr + index->nr + 1,
                             sizeof *b->all.entries);
  for (i = 0; i < index->nr; ++i) {
    index->entries[i].source = b->sources[number].uri;
    index->entries[i].source_number = number;
    b->all.entries[b->all.nr++] = index->entries[i];
  }
  free (index->entries);
}

static bool
is_checked (const struct builder *b, const struct source *s)
{
  return !b->no_check && !s->is_unsigned;
}

/* The text of a file of a source, without its signature, which is good unless
 * none is asked for. */
static char *
fetch_text (const struct builder *b, size_t number, const char *uri)
{
  static unsigned count;
  const struct source *s = &b->sources[number];
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *file = NULL;
  CLEANUP_FREE char *verified = NULL;
  CLEANUP_FREE char *raw = NULL;
  char *text;
  bool is_signed;
  size_t len;

  if (asprintf (&file, "%s/index-%u", builder_tmpdir (b), count++) == -1
      || asprintf (&verified, "%s.text", file) == -1)
    die (&b->o, "out of memory");
  builder_fetch (b, s, uri, file, INDEX_MAX);
  if (is_checked (b, s))
    verify (b, s, number, file, verified);
  raw = read_file (b, is_checked (b, s) ? verified : file, &len);
  text = index_unwrap (raw, len, &is_signed, &err);
  if (!text)
    die (&b->o, "%s: %s", uri, err.message);
  return text;
}

static void
read_simplestreams (const struct builder *b, size_t number, struct index *ret)
{
  const struct source *s = &b->sources[number];
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_STRINGS char **paths = NULL;
  CLEANUP_FREE char *uri = builder_beside (b, s->uri, is_checked (b, s)
    ? SIMPLESTREAMS_SIGNED_INDEX : SIMPLESTREAMS_INDEX);
  CLEANUP_FREE char *text = fetch_text (b, number, uri);
  size_t i;

  paths = simplestreams_paths (text, &err);
  if (!paths)
    die (&b->o, "%s: %s", uri, err.message);
  for (i = 0; paths[i]; ++i) {
    CLEANUP_FREE char *below = builder_beside (b, s->uri, paths[i]);
    CLEANUP_FREE char *products = fetch_text (b, number, below);

    if (simplestreams_products (products, ret, &err) == -1)
      die (&b->o, "%s: %s", below, err.message);
  }
}

static void
read_native (const struct builder *b, size_t number, struct index *ret)
{
  const struct source *s = &b->sources[number];
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *text = fetch_text (b, number, s->uri);

  if (index_parse (text, strlen (text), ret, &err) == -1
      || index_check (ret, &err) == -1)
    die (&b->o, "%s: %s", s->uri, err.message);
}

static void
read_index (struct builder *b, size_t number)
{
  struct index index = INDEX_INIT;

  if (b->sources[number].simplestreams)
    read_simplestreams (b, number, &index);
  else
    read_native (b, number, &index);
  append (b, &index, number);
}

void
builder_read_sources (struct builder *b)
{
  size_t i;

  if (b->nr_sources == 0)
    read_configuration (b);
  for (i = 0; i < b->nr_sources; ++i)
    read_index (b, i);
}
