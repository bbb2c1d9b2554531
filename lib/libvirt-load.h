/* libvirt and libxml2, loaded when a call first needs them.
 *
 * Most programs never ask libvirt for a domain, and it may be absent; so the
 * library is not linked with it, and needs nothing of it to be built.  The
 * types and numbers here are those of libvirt's public headers.
 */
#ifndef BATHYSCOPE_LIBVIRT_LOAD_H
#define BATHYSCOPE_LIBVIRT_LOAD_H

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "error.h"

struct virt_credential {
  int type;
  const char *prompt, *challenge, *defresult;
  char *result; /* by malloc: libvirt frees it */
  unsigned result_size;
};

typedef int virt_auth_fn (struct virt_credential *creds, unsigned nr,
                          void *opaque);

struct virt_auth {
  int *types;
  unsigned nr_types;
  virt_auth_fn *ask;
  void *opaque;
};

/* The beginning of libvirt's struct, which has more members. */
struct virt_error {
  int code, domain;
  char *message;
};

enum {
  VIRT_CONNECT_RO = 1,
  VIRT_XML_SECURE = 1, VIRT_XML_INACTIVE = 2,
};

/* Objects are opaque; functions have libvirt's names without "vir". */
struct libvirt {
  void *(*ConnectOpenAuth) (const char *uri, struct virt_auth *auth,
                            unsigned flags);
  int (*ConnectClose) (void *conn);
  char *(*ConnectGetURI) (void *conn);
  void (*ConnSetErrorFunc) (void *conn, void *data,
                            void (*fn) (void *data, void *err));
  struct virt_error *(*GetLastError) (void);
  void *(*DomainLookupByName) (void *conn, const char *name);
  void *(*DomainLookupByUUIDString) (void *conn, const char *uuid);
  char *(*DomainGetXMLDesc) (void *dom, unsigned flags);
  int (*DomainIsActive) (void *dom);
  void *(*DomainGetConnect) (void *dom);
  int (*DomainFree) (void *dom);
  void *(*SecretLookupByUUIDString) (void *conn, const char *uuid);
  void *(*SecretLookupByUsage) (void *conn, int type, const char *usage);
  unsigned char *(*SecretGetValue) (void *secret, size_t *size,
                                    unsigned flags);
  int (*SecretFree) (void *secret);
  void *(*StoragePoolLookupByName) (void *conn, const char *name);
  int (*StoragePoolFree) (void *pool);
  void *(*StorageVolLookupByName) (void *pool, const char *name);
  char *(*StorageVolGetPath) (void *volume);
  int (*StorageVolFree) (void *volume);
  struct virt_auth **default_auth;
};

struct libxml {
  __typeof__ (xmlReadMemory) *ReadMemory;
  __typeof__ (xmlDocGetRootElement) *DocGetRootElement;
  __typeof__ (xmlGetProp) *GetProp;
  __typeof__ (xmlFreeDoc) *FreeDoc;
};

/* NULL with err (ENOTSUP) when the library is not installed.  They stay loaded
 * to the end of the program. */
const struct libvirt *libvirt_load (struct error *err);
const struct libxml *libxml_load (struct error *err);

/* libvirt's last error, as ours. */
int libvirt_error (const struct libvirt *v, struct error *err,
                   const char *fmt, ...)
  __attribute__ ((format (printf, 3, 4)));

#endif
