/* The disks in libvirt's XML description of a domain. */
#ifndef BATHYSCOPE_DOMAIN_XML_H
#define BATHYSCOPE_DOMAIN_XML_H

#include <stdbool.h>

#include "error.h"
#include "strlist.h"
#include "vector.h"

/* Strings are NULL where the XML does not have them. */
struct domain_disk {
  char *source;   /* local file or device, or the name on the server */
  char *format;
  char *target;   /* what the guest calls it: "vda" */
  char *protocol; /* of a network disk */
  char **servers; /* of a network disk: "HOST:PORT", "unix:SOCKET" */
  char *username;
  char *secret_uuid, *secret_usage, *secret_type;
  char *pool, *volume; /* of a disk that is a volume; `source` is NULL */
  int blocksize;       /* 0: not said */
  bool readonly;
};

DEFINE_VECTOR (domain_disk_vector, struct domain_disk)

/* Append the disks that have a source, in the order of the XML. */
int domain_xml_disks (const char *xml, struct domain_disk_vector *ret,
                      struct error *err);
/* Also frees the disks. */
void domain_disks_release (struct domain_disk_vector *disks);

#endif
