/* Credentials that libvirt asks for: see libvirt-auth.c. */
#ifndef BATHYSCOPE_LIBVIRT_AUTH_H
#define BATHYSCOPE_LIBVIRT_AUTH_H

#include "handle.h"
#include "libvirt-load.h"

/* Open a connection.  Questions go to the handle's LIBVIRT_AUTH event, or, when
 * nobody has registered for that, to the terminal as libvirt does by itself.
 * `uri` may be NULL; `flags` are VIRT_CONNECT_RO or 0. */
void *libvirt_auth_open (guestfs_h *g, const struct libvirt *v,
                         const char *uri, unsigned flags, struct error *err);

#endif
