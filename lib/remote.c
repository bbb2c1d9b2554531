/* Remote drives: see remote.h.  Names and properties are those of QEMU's
 * documentation of block drivers (qapi/block-core.json, BlockdevOptions). */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "remote.h"
#include "secret.h"
#include "strlist.h"

struct protocol {
  const char *name;
  size_t min_servers, max_servers;
  bool has_user, has_secret, has_unix;
  bool may_be_nameless;
  /* What follows "driver=NAME".  -1 for lack of memory; err for the rest. */
  int (*add) (const struct remote *r, const char *name, struct strbuf *b,
              struct error *err);
};

#define MANY 64

/* --- properties, driver by driver ------------------------------------------- */

int
remote_add_value (struct strbuf *b, const char *value)
{
  for (; *value; ++value)
    if (strbuf_addch (b, *value) == -1
        || (*value == ',' && strbuf_addch (b, ',') == -1))
      return -1;
  return 0;
}

static int
add (struct strbuf *b, const char *key, const char *value)
{
  if (!value)
    return 0;
  return strbuf_addf (b, ",%s=", key) == -1 ? -1 : remote_add_value (b, value);
}

static int
add_host (struct strbuf *b, const struct server *s, const char *prefix,
          const char *default_port)
{
  char key[40];
  int r;

  snprintf (key, sizeof key, "%shost", prefix);
  r = add (b, key, s->host);
  snprintf (key, sizeof key, "%sport", prefix);
  return r | add (b, key, s->port ? s->port : default_port);
}

/* [HOST] where it has colons, and the port. */
static int
add_authority (struct strbuf *b, const struct server *s)
{
  bool ipv6 = s->host && strchr (s->host, ':');

  return strbuf_addf (b, "%s%s%s%s%s", ipv6 ? "[" : "",
                      s->host ? s->host : s->path, ipv6 ? "]" : "",
                      s->port ? ":" : "", s->port ? s->port : "");
}

/* A path in a URL: everything but what is plain is escaped. */
static int
add_url_path (struct strbuf *b, const char *path)
{
  const char plain[] = "/-_.~!$&'()*+;=:@?%";
  int r = *path == '/' ? 0 : strbuf_addch (b, '/');

  for (; *path; ++path) {
    unsigned char c = *path;

    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z') || strchr (plain, c))
      r |= strbuf_addch (b, c);
    else
      r |= strbuf_addf (b, "%%%02X", c);
  }
  return r;
}

static int
add_url (const struct remote *r, const char *name, struct strbuf *b,
         struct error *err)
{
  CLEANUP_STRBUF struct strbuf url = STRBUF_INIT;

  if (strbuf_addf (&url, "%s://", r->protocol) == -1
      || add_authority (&url, &r->servers[0]) == -1
      || add_url_path (&url, name) == -1 || add (b, "url", url.data) == -1
      || add (b, "username", r->username) == -1)
    return -1;
  return r->secret ? add (b, "password-secret", "secret") : 0;
}

static int
add_ssh (const struct remote *r, const char *name, struct strbuf *b,
         struct error *err)
{
  return add (b, "path", name) | add (b, "user", r->username)
    | add_host (b, &r->servers[0], "server.", "22");
}

static int
add_gluster (const struct remote *r, const char *name, struct strbuf *b,
             struct error *err)
{
  const struct server *s = &r->servers[0];
  CLEANUP_FREE char *volume = strdup (name[0] == '/' ? name + 1 : name);
  char *slash = volume ? strchr (volume, '/') : NULL;

  if (!volume)
    return -1;
  if (!slash || slash == volume || !slash[1])
    return error_set (err, EINVAL, "for protocol gluster the filename must be "
                      "VOLUME/IMAGE");
  *slash = '\0';
  if (add (b, "volume", volume) == -1 || add (b, "path", slash + 1) == -1)
    return -1;
  if (s->path)
    return add (b, "server.0.type", "unix") | add (b, "server.0.path", s->path);
  return add (b, "server.0.type", "inet")
    | add_host (b, s, "server.0.", "24007");
}

static int
add_iscsi (const struct remote *r, const char *name, struct strbuf *b,
           struct error *err)
{
  CLEANUP_FREE char *target = strdup (name[0] == '/' ? name + 1 : name);
  char *slash = target ? strchr (target, '/') : NULL;

  if (!target)
    return -1;
  if (slash)
    *slash = '\0';
  if (!*target || (slash && strspn (slash + 1, "0123456789")
                            != strlen (slash + 1)))
    return error_set (err, EINVAL, "for protocol iscsi the filename must be "
                      "TARGET or TARGET/LUN");
  if (add (b, "transport", "tcp") == -1 || strbuf_addstr (b, ",portal=") == -1
      || add_authority (b, &r->servers[0]) == -1
      || add (b, "target", target) == -1
      || add (b, "lun", slash && slash[1] ? slash + 1 : NULL) == -1
      || add (b, "user", r->username) == -1)
    return -1;
  return r->secret ? add (b, "password-secret", "secret") : 0;
}

static int
add_rbd (const struct remote *r, const char *name, struct strbuf *b,
         struct error *err)
{
  CLEANUP_FREE char *pool = strdup (name[0] == '/' ? name + 1 : name);
  char *slash = pool ? strchr (pool, '/') : NULL, prefix[32];
  size_t i;

  if (!pool)
    return -1;
  if (!slash || slash == pool || !slash[1])
    return error_set (err, EINVAL, "for protocol rbd the filename must be "
                      "POOL/IMAGE");
  *slash = '\0';
  if (add (b, "pool", pool) == -1 || add (b, "image", slash + 1) == -1
      || add (b, "user", r->username) == -1)
    return -1;
  /* Without a key, a cluster may want none. */
  if (strbuf_addstr (b, ",auth-client-required.0=cephx"
                     ",auth-client-required.1=none") == -1)
    return -1;
  for (i = 0; i < r->nr_servers; ++i) {
    snprintf (prefix, sizeof prefix, "server.%zu.", i);
    if (add_host (b, &r->servers[i], prefix, "6789") == -1)
      return -1;
  }
  return r->secret ? add (b, "key-secret", "secret") : 0;
}

static int
add_sheepdog (const struct remote *r, const char *name, struct strbuf *b,
              struct error *err)
{
  static const struct server local = { (char *) "localhost", NULL, NULL };
  const struct server *s = r->nr_servers > 0 ? &r->servers[0] : &local;

  if (add (b, "vdi", name) == -1)
    return -1;
  if (s->path)
    return add (b, "server.type", "unix") | add (b, "server.path", s->path);
  return add (b, "server.type", "inet") | add_host (b, s, "server.", "7000");
}

static const struct protocol protocols[] = {
  { "ftp", 1, 1, true, true, false, false, add_url },
  { "ftps", 1, 1, true, true, false, false, add_url },
  { "gluster", 1, 1, false, false, true, false, add_gluster },
  { "http", 1, 1, true, true, false, false, add_url },
  { "https", 1, 1, true, true, false, false, add_url },
  { "iscsi", 1, 1, true, true, false, false, add_iscsi },
  { "nbd", 1, 1, false, false, true, true, NULL },
  { "rbd", 0, MANY, true, true, false, false, add_rbd },
  { "sheepdog", 0, MANY, false, false, true, false, add_sheepdog },
  { "ssh", 1, 1, true, false, false, false, add_ssh },
  { "tftp", 1, 1, false, false, false, false, add_url },
};

static const struct protocol *
find (const char *name)
{
  size_t i;

  for (i = 0; i < sizeof protocols / sizeof protocols[0]; ++i)
    if (strcmp (protocols[i].name, name) == 0)
      return &protocols[i];
  return NULL;
}

int
remote_add_properties (const struct remote *r, const char *name,
                       struct strbuf *b, struct error *err)
{
  if (strbuf_addf (b, "driver=%s", r->protocol) == 0
      && find (r->protocol)->add (r, name, b, err) == 0)
    return 0;
  return error_is_set (err) ? -1 : error_errno (err, "%s", r->display);
}

/* --- checks -------------------------------------------------------------------- */

bool
remote_is_file (const char *protocol)
{
  return strcmp (protocol, "file") == 0;
}

void
remote_free (struct remote *r)
{
  size_t i;

  if (!r)
    return;
  for (i = 0; i < r->nr_servers; ++i)
    server_release (&r->servers[i]);
  free (r->servers);
  free (r->username);
  secret_free (r->secret);
  free (r->display);
  free (r);
}

static int
check (const struct protocol *p, const char *name, size_t nr,
       const char *username, const char *secret, struct error *err)
{
  if (nr < p->min_servers || nr > p->max_servers)
    return error_set (err, EINVAL, "protocol %s needs %s server, but %zu are "
                      "given", p->name, p->max_servers == 1 ? "exactly one"
                      : "at most 64", nr);
  if (username && (!p->has_user || !*username))
    return error_set (err, EINVAL, !*username ? "the username is empty"
                      : "protocol %s has no username", p->name);
  if (secret && !p->has_secret)
    return error_set (err, EINVAL, "protocol %s has no secret", p->name);
  if (!*name && !p->may_be_nameless)
    return error_set (err, EINVAL, "the filename is empty");
  return 0;
}

static int
set_servers (struct remote *r, const struct protocol *p, char *const *servers,
             size_t nr, struct error *err)
{
  r->servers = calloc (nr + 1, sizeof *r->servers);
  if (!r->servers)
    return error_errno (err, "adding a drive");
  for (; r->nr_servers < nr; r->nr_servers++) {
    struct server *s = &r->servers[r->nr_servers];

    if (server_parse (servers[r->nr_servers], s, err) == -1)
      return -1;
    if (s->path && !p->has_unix) {
      server_release (s);
      return error_set (err, EINVAL, "protocol %s has no servers on Unix "
                        "sockets", p->name);
    }
  }
  return 0;
}

static int
set_texts (struct remote *r, const char *name, const char *username,
           const char *secret, struct error *err)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if ((username && !(r->username = strdup (username)))
      || (secret && !(r->secret = secret_dup (secret)))
      || strbuf_addf (&b, "%s://", r->protocol) == -1
      || (r->nr_servers > 0 && add_authority (&b, &r->servers[0]) == -1)
      || strbuf_addf (&b, "%s%s", *name == '/' ? "" : "/", name) == -1)
    return error_errno (err, "adding a drive");
  r->display = strbuf_take (&b);
  return 0;
}

struct remote *
remote_new (const char *protocol, const char *name, char *const *servers,
            const char *username, const char *secret, struct error *err)
{
  const struct protocol *p = find (protocol);
  size_t nr = servers ? strings_count (servers) : 0;
  CLEANUP_STRBUF struct strbuf properties = STRBUF_INIT;
  struct remote *r;

  if (!p) {
    error_set (err, EINVAL, "there is no protocol called %s", protocol);
    return NULL;
  }
  if (check (p, name, nr, username, secret, err) == -1)
    return NULL;
  r = calloc (1, sizeof *r);
  if (!r) {
    error_errno (err, "adding a drive");
    return NULL;
  }
  r->protocol = p->name;
  /* The properties are made to find mistakes now. */
  if (set_servers (r, p, servers, nr, err) == 0
      && set_texts (r, name, username, secret, err) == 0
      && (!p->add
          || remote_add_properties (r, name, &properties, err) == 0))
    return r;
  remote_free (r);
  return NULL;
}
