/* Loading libvirt and libxml2: see libvirt-load.h. */

#include <config.h>

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libvirt-load.h"

struct symbol {
  const char *name;
  size_t offset; /* of the pointer in the table */
};

#define VIRT(name) { "vir" #name, offsetof (struct libvirt, name) }
#define XML(name) { "xml" #name, offsetof (struct libxml, name) }

static const struct symbol virt_symbols[] = {
  VIRT (ConnectOpenAuth),
  VIRT (ConnectClose),
  VIRT (ConnectGetURI),
  VIRT (ConnSetErrorFunc),
  VIRT (GetLastError),
  VIRT (DomainLookupByName),
  VIRT (DomainLookupByUUIDString),
  VIRT (DomainGetXMLDesc),
  VIRT (DomainIsActive),
  VIRT (DomainGetConnect),
  VIRT (DomainFree),
  VIRT (SecretLookupByUUIDString),
  VIRT (SecretLookupByUsage),
  VIRT (SecretGetValue),
  VIRT (SecretFree),
  VIRT (StoragePoolLookupByName),
  VIRT (StoragePoolFree),
  VIRT (StorageVolLookupByName),
  VIRT (StorageVolGetPath),
  VIRT (StorageVolFree),
  { "virConnectAuthPtrDefault", offsetof (struct libvirt, default_auth) },
  { NULL, 0 },
};

static const struct symbol xml_symbols[] = {
  XML (ReadMemory),
  XML (DocGetRootElement),
  XML (GetProp),
  XML (FreeDoc),
  { NULL, 0 },
};

static struct libvirt virt;
static struct libxml xml;
static const char *virt_problem = "it has not been loaded";
static const char *xml_problem = "it has not been loaded";
static char virt_message[512], xml_message[512];

/* Fill the table; NULL, or what is wrong (kept in `message`). */
static const char *
load (const char *soname, const struct symbol *symbols, void *table,
      char message[512])
{
  void *library = dlopen (soname, RTLD_NOW | RTLD_LOCAL);
  const char *problem;

  if (!library) {
    problem = dlerror ();
    snprintf (message, 512, "%s", problem ? problem : soname);
    return message;
  }
  for (; symbols->name; symbols++) {
    void *at = dlsym (library, symbols->name);

    if (!at) {
      snprintf (message, 512, "%s has no %s", soname, symbols->name);
      dlclose (library);
      return message;
    }
    memcpy ((char *) table + symbols->offset, &at, sizeof at);
  }
  return NULL;
}

static void
load_virt (void)
{
  virt_problem = load ("libvirt.so.0", virt_symbols, &virt, virt_message);
}

static void
load_xml (void)
{
  xml_problem = load ("libxml2.so.2", xml_symbols, &xml, xml_message);
}

const struct libvirt *
libvirt_load (struct error *err)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, load_virt);
  if (virt_problem) {
    error_set (err, ENOTSUP, "libvirt cannot be used (package libvirt0): %s",
               virt_problem);
    return NULL;
  }
  return &virt;
}

const struct libxml *
libxml_load (struct error *err)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, load_xml);
  if (xml_problem) {
    error_set (err, ENOTSUP, "libxml2 cannot be used: %s", xml_problem);
    return NULL;
  }
  return &xml;
}

int
libvirt_error (const struct libvirt *v, struct error *err, const char *fmt, ...)
{
  const struct virt_error *last = v->GetLastError ();
  CLEANUP_FREE char *what = NULL;
  va_list args;
  int r;

  va_start (args, fmt);
  r = vasprintf (&what, fmt, args);
  va_end (args);
  if (r == -1)
    what = NULL;
  return error_set (err, EINVAL, "%s: %s", what ? what : "libvirt",
                    last && last->message ? last->message
                    : "libvirt gives no reason");
}
