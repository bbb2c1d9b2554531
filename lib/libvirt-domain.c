/* The disks of a libvirt domain (guestfs_add_domain, guestfs_add_libvirt_dom).
 *
 * libvirt describes the domain in XML; each disk in it becomes a drive.  Either
 * all disks are added or none.
 */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "domain-xml.h"
#include "drives.h"
#include "impl.h"
#include "libvirt-auth.h"

enum readonly_disk {
  READONLY_WRITE, READONLY_READ, READONLY_ERROR, READONLY_IGNORE,
};

/* What is the same for all disks. */
struct request {
  guestfs_h *g;
  const struct libvirt *v;
  void *conn;
  const struct guestfs_add_libvirt_dom_argv *opts;
  enum readonly_disk readonly_disk;
  bool readonly;
};

#define OPTION(opts, NAME) \
  ((opts)->bitmask & GUESTFS_ADD_LIBVIRT_DOM_##NAME##_BITMASK)

static int
parse_readonly_disk (const struct guestfs_add_libvirt_dom_argv *o,
                     enum readonly_disk *ret, struct error *err)
{
  static const char *const words[] = { "write", "read", "error", "ignore" };

  *ret = READONLY_WRITE;
  if (!OPTION (o, READONLYDISK))
    return 0;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp (o->readonlydisk, words[i]) == 0) {
      *ret = i;
      return 0;
    }
  return error_set (err, EINVAL, "readonlydisk must be error, read, write or "
                    "ignore, and not %s", o->readonlydisk);
}

/* --- one disk ---------------------------------------------------------------- */

/* The local file of a volume; the caller frees. */
static char *
volume_path (const struct request *r, const struct domain_disk *d,
             struct error *err)
{
  const struct libvirt *v = r->v;
  void *pool = v->StoragePoolLookupByName (r->conn, d->pool);
  void *volume = pool ? v->StorageVolLookupByName (pool, d->volume) : NULL;
  char *path = volume ? v->StorageVolGetPath (volume) : NULL;

  if (!path)
    libvirt_error (v, err, "volume %s of storage pool %s", d->volume, d->pool);
  if (volume)
    v->StorageVolFree (volume);
  if (pool)
    v->StoragePoolFree (pool);
  return path;
}

/* The value of a secret, which the caller frees.  libvirt tells it only to a
 * connection that may write. */
static unsigned char *
read_secret (const struct request *r, void *conn, const struct domain_disk *d,
             size_t *size)
{
  enum { USAGE_CEPH = 2, USAGE_ISCSI = 3 };
  const struct libvirt *v = r->v;
  int type = d->secret_type && strcmp (d->secret_type, "iscsi") == 0
             ? USAGE_ISCSI : USAGE_CEPH;
  void *secret = d->secret_uuid
                 ? v->SecretLookupByUUIDString (conn, d->secret_uuid)
                 : v->SecretLookupByUsage (conn, type, d->secret_usage);
  unsigned char *value = secret ? v->SecretGetValue (secret, size, 0) : NULL;

  if (secret)
    v->SecretFree (secret);
  return value;
}

/* The secret of a network disk, as add_drive takes it; *ret stays NULL when
 * there is none. */
static int
get_secret (const struct request *r, const struct domain_disk *d, char **ret,
            struct error *err)
{
  CLEANUP_FREE char *uri = NULL;
  unsigned char *value;
  size_t size = 0;
  void *conn;

  if (!d->secret_uuid && !d->secret_usage)
    return 0;
  uri = r->v->ConnectGetURI (r->conn);
  conn = libvirt_auth_open (r->g, r->v, uri, 0, err);
  if (!conn)
    return -1;
  value = read_secret (r, conn, d, &size);
  if (!value)
    libvirt_error (r->v, err, "the secret of the disk");
  r->v->ConnectClose (conn);
  if (!value)
    return -1;
  *ret = strndup ((char *) value, size);
  explicit_bzero (value, size);
  free (value);
  return *ret ? 0 : error_errno (err, "the secret of the disk");
}

#define SET(o, NAME, name, value)                               \
  do {                                                          \
    (o).bitmask |= GUESTFS_ADD_DRIVE_OPTS_##NAME##_BITMASK;     \
    (o).name = (value);                                         \
  } while (0)

static int
add_disk (const struct request *r, const struct domain_disk *d,
          struct error *err)
{
  const struct guestfs_add_libvirt_dom_argv *given = r->opts;
  struct guestfs_add_drive_opts_argv o = { .bitmask = 0 };
  CLEANUP_FREE char *path = NULL, *secret = NULL;
  int ret;

  if (!d->source && !(path = volume_path (r, d, err)))
    return -1;
  if (get_secret (r, d, &secret, err) == -1)
    return -1;
  SET (o, READONLY, readonly, r->readonly
       || (d->readonly && r->readonly_disk == READONLY_READ));
  if (d->format)
    SET (o, FORMAT, format, d->format);
  if (d->target)
    SET (o, NAME, name, d->target);
  if (d->blocksize)
    SET (o, BLOCKSIZE, blocksize, d->blocksize);
  if (d->protocol)
    SET (o, PROTOCOL, protocol, d->protocol);
  if (d->servers && d->servers[0])
    SET (o, SERVER, server, d->servers);
  if (d->username)
    SET (o, USERNAME, username, d->username);
  if (secret)
    SET (o, SECRET, secret, secret);
  if (OPTION (given, IFACE))
    SET (o, IFACE, iface, given->iface);
  if (OPTION (given, CACHEMODE))
    SET (o, CACHEMODE, cachemode, given->cachemode);
  if (OPTION (given, DISCARD))
    SET (o, DISCARD, discard, given->discard);
  if (OPTION (given, COPYONREAD))
    SET (o, COPYONREAD, copyonread, given->copyonread);
  ret = impl_add_drive (r->g, path ? path : d->source, &o, err);
  if (secret)
    explicit_bzero (secret, strlen (secret));
  if (ret == -1 && d->target)
    error_prefix (err, "disk %s", d->target);
  return ret;
}

/* --- a domain ----------------------------------------------------------------- */

static int
add_disks (const struct request *r, const struct domain_disk_vector *disks,
           struct error *err)
{
  const size_t before = r->g->drives.len;
  int added = 0;

  for (size_t i = 0; i < disks->len; i++) {
    const struct domain_disk *d = &disks->ptr[i];

    if (d->readonly && r->readonly_disk == READONLY_IGNORE)
      continue;
    if (d->readonly && r->readonly_disk == READONLY_ERROR && !r->readonly)
      error_set (err, EINVAL, "the disk %s is read-only in the domain",
                 d->target ? d->target : d->source);
    else if (add_disk (r, d, err) == 0) {
      added++;
      continue;
    }
    drives_truncate (r->g, before);
    return -1;
  }
  return added;
}

static int
check_live (const struct request *r, void *dom, struct error *err)
{
  int active;

  if (OPTION (r->opts, LIVE) && r->opts->live)
    return error_set (err, ENOTSUP, "live: working inside a running domain is "
                      "not supported");
  if (r->readonly)
    return 0;
  active = r->v->DomainIsActive (dom);
  if (active == -1)
    return libvirt_error (r->v, err, "the state of the domain");
  if (active)
    return error_set (err, EBUSY, "the domain is running: writing to its disks "
                      "would destroy them (add them read-only: --ro in most "
                      "tools)");
  return 0;
}

static int
add_dom (struct request *r, void *dom, struct error *err)
{
  struct domain_disk_vector disks = VECTOR_INIT;
  char *xml;
  int ret;

  r->readonly = OPTION (r->opts, READONLY) && r->opts->readonly;
  if (parse_readonly_disk (r->opts, &r->readonly_disk, err) == -1
      || check_live (r, dom, err) == -1)
    return -1;
  xml = r->v->DomainGetXMLDesc (dom, 0);
  if (!xml)
    return libvirt_error (r->v, err, "the description of the domain");
  ret = domain_xml_disks (xml, &disks, err);
  free (xml);
  if (ret == 0 && disks.len == 0)
    ret = error_set (err, ENOENT, "the domain has no disks");
  if (ret == 0)
    ret = add_disks (r, &disks, err);
  domain_disks_release (&disks);
  return ret;
}

int
impl_add_libvirt_dom (guestfs_h *g, void *dom,
                      const struct guestfs_add_libvirt_dom_argv *optargs,
                      struct error *err)
{
  struct request r = { .g = g, .v = libvirt_load (err), .opts = optargs };

  if (!r.v)
    return -1;
  if (!dom)
    return error_set (err, EINVAL, "dom must not be NULL");
  r.conn = r.v->DomainGetConnect (dom);
  return add_dom (&r, dom, err);
}

/* The options of add_domain that add_libvirt_dom has too. */
static void
common_options (const struct guestfs_add_domain_argv *o,
                struct guestfs_add_libvirt_dom_argv *ret)
{
  static const struct {
    uint64_t from, to;
  } bits[] = {
#define BITS(NAME) { GUESTFS_ADD_DOMAIN_##NAME##_BITMASK, \
                     GUESTFS_ADD_LIBVIRT_DOM_##NAME##_BITMASK }
    BITS (READONLY), BITS (IFACE), BITS (LIVE), BITS (READONLYDISK),
    BITS (CACHEMODE), BITS (DISCARD), BITS (COPYONREAD),
  };

  *ret = (struct guestfs_add_libvirt_dom_argv) {
    .readonly = o->readonly, .iface = o->iface, .live = o->live,
    .readonlydisk = o->readonlydisk, .cachemode = o->cachemode,
    .discard = o->discard, .copyonread = o->copyonread,
  };
  for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
    if (o->bitmask & bits[i].from)
      ret->bitmask |= bits[i].to;
}

static void *
look_up (const struct libvirt *v, void *conn, const char *name, bool uuid,
         struct error *err)
{
  void *dom = uuid ? v->DomainLookupByUUIDString (conn, name) : NULL;

  if (!dom)
    dom = v->DomainLookupByName (conn, name);
  if (!dom)
    libvirt_error (v, err, "there is no libvirt domain %s", name);
  return dom;
}

int
impl_add_domain (guestfs_h *g, const char *dom,
                 const struct guestfs_add_domain_argv *optargs,
                 struct error *err)
{
  const bool has_uri
    = optargs->bitmask & GUESTFS_ADD_DOMAIN_LIBVIRTURI_BITMASK;
  const bool uuid = (optargs->bitmask & GUESTFS_ADD_DOMAIN_ALLOWUUID_BITMASK)
                    && optargs->allowuuid;
  struct guestfs_add_libvirt_dom_argv opts;
  struct request r = { .g = g, .v = libvirt_load (err), .opts = &opts };
  void *domain;
  int ret = -1;

  common_options (optargs, &opts);
  if (!r.v)
    return -1;
  r.conn = libvirt_auth_open (g, r.v, has_uri ? optargs->libvirturi : NULL,
                              VIRT_CONNECT_RO, err);
  if (!r.conn)
    return -1;
  domain = look_up (r.v, r.conn, dom, uuid, err);
  if (domain) {
    ret = add_dom (&r, domain, err);
    r.v->DomainFree (domain);
  }
  r.v->ConnectClose (r.conn);
  return ret;
}
