/* URIs of disk images: see uri.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "prefix.h"
#include "secret.h"
#include "uri.h"

/* How the path of a URI becomes the name of the drive. */
enum path_kind { WHOLE_PATH, WITHOUT_SLASH };

static const struct scheme {
  const char *name;
  enum path_kind path;
  bool needs_host, needs_path;
} schemes[] = {
  { "file", WHOLE_PATH, false, true },
  { "ftp", WHOLE_PATH, true, true },
  { "ftps", WHOLE_PATH, true, true },
  { "gluster", WITHOUT_SLASH, true, true },
  { "http", WHOLE_PATH, true, true },
  { "https", WHOLE_PATH, true, true },
  { "iscsi", WITHOUT_SLASH, true, true },
  { "nbd", WITHOUT_SLASH, false, false },
  { "rbd", WITHOUT_SLASH, false, true },
  { "sheepdog", WITHOUT_SLASH, false, true },
  { "ssh", WHOLE_PATH, true, true },
  { "tftp", WHOLE_PATH, true, true },
};

static const struct scheme *
scheme_of (const char *text)
{
  size_t i, len = strcspn (text, ":");

  if (!has_prefix (text + len, "://"))
    return NULL;
  for (i = 0; i < sizeof schemes / sizeof *schemes; ++i)
    if (strlen (schemes[i].name) == len
        && strncasecmp (text, schemes[i].name, len) == 0)
      return &schemes[i];
  return NULL;
}

bool
uri_is (const char *text)
{
  return scheme_of (text) != NULL;
}

static int
hex (char c)
{
  const char *digits = "0123456789abcdef", *at;

  at = c ? strchr (digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
  return at ? at - digits : -1;
}

/* Replace %XX, where it is; nothing is left behind the end.  The escape that is not
 * right, or NULL. */
static const char *
unescape (char *text)
{
  char *out = text;
  const char *in;

  for (in = text; *in; ++in) {
    int high = *in == '%' ? hex (in[1]) : 0;
    int low = *in == '%' && high >= 0 ? hex (in[2]) : 0;

    if (*in != '%') {
      *out++ = *in;
      continue;
    }
    if (high < 0 || low < 0 || high + low == 0)
      return in;
    *out++ = high * 16 + low;
    in += 2;
  }
  explicit_bzero (out, in - out);
  return NULL;
}

/* `len` bytes with %XX replaced; NULL with err where they are not right. */
static char *
decode (const char *text, size_t len, struct error *err)
{
  CLEANUP_FREE char *ret = strndup (text, len);
  const char *bad;

  if (!ret) {
    (void) error_errno (err, "URI");
    return NULL;
  }
  bad = unescape (ret);
  if (bad) {
    (void) error_set (err, EINVAL, "URI: bad escape \"%.3s\"", bad);
    return NULL;
  }
  return TAKE_PTR (ret);
}

int
uri_take_password (char *text, char **ret, struct error *err)
{
  char *host = strstr (text, "://"), *at, *colon, *end;

  *ret = NULL;
  if (!host)
    return 0;
  host += 3;
  end = text + strlen (text);
  at = memrchr (host, '@', strcspn (host, "/?"));
  colon = at ? memchr (host, ':', at - host) : NULL;
  if (!colon)
    return 0;
  *ret = secret_dup_bytes (colon + 1, at - colon - 1);
  memmove (colon, at, end - at);
  explicit_bzero (colon + (end - at), at - colon);
  return *ret ? 0 : error_errno (err, "URI");
}

/* "?socket=/path", which only NBD has. */
static int
parse_query (const char *query, struct drive_uri *u, struct error *err)
{
  static const char socket_is[] = "socket=";
  CLEANUP_FREE char *path = NULL;

  if (strncmp (query, socket_is, sizeof socket_is - 1) != 0
      || strcmp (u->protocol, "nbd") != 0)
    return error_set (err, EINVAL, "URI: \"?%s\" is not understood", query);
  query += sizeof socket_is - 1;
  path = decode (query, strcspn (query, "&#"), err);
  if (!path)
    return -1;
  if (u->server)
    return error_set (err, EINVAL,
                      "URI: there are both a server and a socket");
  if (asprintf (&u->server, "unix:%s", path) == -1) {
    u->server = NULL;
    return error_errno (err, "URI");
  }
  return 0;
}

static int
parse_authority (const char *text, size_t len, struct drive_uri *u,
                 struct error *err)
{
  const char *at = memrchr (text, '@', len);

  if (at && !(u->user = decode (text, at - text, err)))
    return -1;
  if (at) {
    len -= at + 1 - text;
    text = at + 1;
  }
  if (len > 0 && asprintf (&u->server, "tcp:%.*s", (int) len, text) == -1) {
    u->server = NULL;
    return error_errno (err, "URI");
  }
  return 0;
}

static int
parse (const char *text, struct drive_uri *u, struct error *err)
{
  const struct scheme *s = scheme_of (text);
  const char *rest, *path, *query;
  size_t path_len;

  if (!s)
    return error_set (err, EINVAL, "\"%s\" is no URI of a disk image", text);
  u->protocol = strdup (s->name);
  if (!u->protocol)
    return error_errno (err, "URI");
  rest = text + strlen (s->name) + 3;
  path = rest + strcspn (rest, "/?");
  path_len = strcspn (path, "?");
  query = path[path_len] == '?' ? path + path_len + 1 : NULL;
  if (parse_authority (rest, path - rest, u, err) == -1)
    return -1;
  if (s->path == WITHOUT_SLASH && path_len > 0)
    u->path = decode (path + 1, path_len - 1, err);
  else
    u->path = decode (path, path_len, err);
  if (!u->path || (query && parse_query (query, u, err) == -1))
    return -1;
  if (s->needs_host && !u->server)
    return error_set (err, EINVAL, "URI \"%s\" names no server", text);
  if (s->needs_path && !*u->path)
    return error_set (err, EINVAL, "URI \"%s\" names no image", text);
  if (strcmp (s->name, "file") == 0) {
    if (u->server && strcmp (u->server, "tcp:localhost") != 0)
      return error_set (err, EINVAL, "URI \"%s\" is a file of another host",
                        text);
    free (u->protocol);
    free (u->server);
    u->protocol = u->server = NULL;
  }
  return 0;
}

int
uri_parse (char *text, struct drive_uri *ret, struct error *err)
{
  struct drive_uri u = DRIVE_URI_INIT;

  if (uri_take_password (text, &u.password, err) == -1)
    ;
  else if (u.password && unescape (u.password))
    (void) error_set (err, EINVAL, "URI: bad escape in the password");
  else if (parse (text, &u, err) == 0) {
    *ret = u;
    return 0;
  }
  uri_release (&u);
  return -1;
}

void
uri_release (struct drive_uri *u)
{
  free (u->path);
  free (u->protocol);
  free (u->server);
  free (u->user);
  secret_free (u->password);
}
