/* Reading libvirt's XML description of a domain: see domain-xml.h.  The format
 * is described in libvirt's documentation, "Domain XML format", hard drives.
 */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain-xml.h"
#include "libvirt-load.h"

static void
disk_release (struct domain_disk *d)
{
  free (d->source);
  free (d->format);
  free (d->target);
  free (d->protocol);
  strings_free (d->servers);
  free (d->username);
  free (d->secret_uuid);
  free (d->secret_usage);
  free (d->secret_type);
  free (d->pool);
  free (d->volume);
  *d = (struct domain_disk) { .source = NULL };
}

void
domain_disks_release (struct domain_disk_vector *disks)
{
  for (size_t i = 0; i < disks->len; i++)
    disk_release (&disks->ptr[i]);
  domain_disk_vector_release (disks);
}

static bool
is_element (const xmlNode *n, const char *name)
{
  return n->type == XML_ELEMENT_NODE
         && strcmp ((const char *) n->name, name) == 0;
}

/* The first child element of that name. */
static xmlNode *
child (const xmlNode *parent, const char *name)
{
  xmlNode *n = parent ? parent->children : NULL;

  while (n && !is_element (n, name))
    n = n->next;
  return n;
}

/* A non-empty attribute, or NULL. */
static char *
attribute (const struct libxml *x, xmlNode *n, const char *name)
{
  char *value = n ? (char *) x->GetProp (n, (const xmlChar *) name) : NULL;

  if (value && !*value) {
    free (value);
    return NULL;
  }
  return value;
}

/* One <host>: "name:port", "name" or "unix:path". */
static int
add_server (const struct libxml *x, xmlNode *host, struct strlist *to)
{
  CLEANUP_FREE char *name = attribute (x, host, "name");
  CLEANUP_FREE char *port = attribute (x, host, "port");
  CLEANUP_FREE char *transport = attribute (x, host, "transport");
  CLEANUP_FREE char *socket = attribute (x, host, "socket");
  const char *colon = name && strchr (name, ':') ? "]" : "";

  if (transport && strcmp (transport, "unix") == 0)
    return socket ? strlist_addf (to, "unix:%s", socket) : 0;
  if (!name)
    return 0;
  /* The colons of an IPv6 address are no ports. */
  return strlist_addf (to, "%s%s%s%s%s", *colon ? "[" : "", name, colon,
                       port ? ":" : "", port ? port : "");
}

static int
read_servers (const struct libxml *x, const xmlNode *source,
              struct domain_disk *d)
{
  CLEANUP_STRLIST struct strlist servers = STRLIST_INIT;

  for (xmlNode *n = source->children; n; n = n->next)
    if (is_element (n, "host") && add_server (x, n, &servers) == -1)
      return -1;
  d->servers = strlist_take (&servers);
  return d->servers ? 0 : -1;
}

static int
read_network (const struct libxml *x, const xmlNode *disk, xmlNode *source,
              struct domain_disk *d)
{
  xmlNode *auth = child (source, "auth") ? child (source, "auth")
                  : child (disk, "auth");
  xmlNode *secret = child (auth, "secret");

  d->protocol = attribute (x, source, "protocol");
  d->source = attribute (x, source, "name");
  if (!d->source)
    d->source = strdup ("");
  d->username = attribute (x, auth, "username");
  d->secret_type = attribute (x, secret, "type");
  d->secret_uuid = attribute (x, secret, "uuid");
  d->secret_usage = attribute (x, secret, "usage");
  return d->source ? read_servers (x, source, d) : -1;
}

static int
read_source (const struct libxml *x, xmlNode *disk, struct domain_disk *d)
{
  CLEANUP_FREE char *type = attribute (x, disk, "type");
  xmlNode *source = child (disk, "source");

  if (!type || !source)
    return 0;
  if (strcmp (type, "file") == 0)
    d->source = attribute (x, source, "file");
  else if (strcmp (type, "block") == 0)
    d->source = attribute (x, source, "dev");
  else if (strcmp (type, "volume") == 0) {
    d->pool = attribute (x, source, "pool");
    d->volume = attribute (x, source, "volume");
  }
  else if (strcmp (type, "network") == 0)
    return read_network (x, disk, source, d);
  return 0;
}

/* 1 with *ret when the disk has something in it. */
static int
read_disk (const struct libxml *x, xmlNode *disk, struct domain_disk *ret)
{
  struct domain_disk d = { .source = NULL };
  CLEANUP_FREE char *size = attribute (x, child (disk, "blockio"),
                                       "logical_block_size");

  if (read_source (x, disk, &d) == -1) {
    disk_release (&d);
    return -1;
  }
  if (!d.source && !(d.pool && d.volume)) {
    disk_release (&d);
    return 0;
  }
  d.format = attribute (x, child (disk, "driver"), "type");
  d.target = attribute (x, child (disk, "target"), "dev");
  d.readonly = child (disk, "readonly") != NULL;
  d.blocksize = size ? atoi (size) : 0;
  *ret = d;
  return 1;
}

static int
read_devices (const struct libxml *x, const xmlNode *devices,
              struct domain_disk_vector *ret)
{
  for (xmlNode *n = devices ? devices->children : NULL; n; n = n->next) {
    struct domain_disk d;
    int r = is_element (n, "disk") ? read_disk (x, n, &d) : 0;

    if (r == -1)
      return -1;
    if (r == 1 && domain_disk_vector_append (ret, d) == -1) {
      disk_release (&d);
      return -1;
    }
  }
  return 0;
}

int
domain_xml_disks (const char *xml, struct domain_disk_vector *ret,
                  struct error *err)
{
  const struct libxml *x = libxml_load (err);
  xmlNode *root;
  xmlDoc *doc;
  int r = 0;

  if (!x)
    return -1;
  doc = x->ReadMemory (xml, strlen (xml), "domain", NULL,
                       XML_PARSE_NONET | XML_PARSE_NOERROR
                       | XML_PARSE_NOWARNING);
  root = doc ? x->DocGetRootElement (doc) : NULL;
  if (!root || !is_element (root, "domain"))
    r = error_set (err, EINVAL, "libvirt's description of the domain cannot "
                   "be read");
  else if (read_devices (x, child (root, "devices"), ret) == -1)
    r = error_errno (err, "the disks of the domain");
  if (doc)
    x->FreeDoc (doc);
  return r;
}
