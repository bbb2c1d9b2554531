/* The connection to the library: frames over the virtio-console port.
 *
 * docs/ARCHITECTURE.md section 9.2 has the format.  One thread, one call at a
 * time: the running call's procedure and serial number are kept here, and go
 * into every frame that is sent.
 */
#ifndef BATHYSCOPE_PORT_H
#define BATHYSCOPE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "frame.h"

/* Use these descriptors from now on; two of one socket in tests. */
void port_init (int in, int out);

/* The next header: 1, 0 at the end of the connection, -1 on error. */
int port_read_header (struct frame_header *ret, struct error *err);

/* Exactly `len` bytes of a body, or up to `len` of them; the rest of the body
 * must be read before the next header. */
int port_read (void *buf, size_t len, struct error *err);
ssize_t port_read_some (void *buf, size_t len, struct error *err);

/* Send one frame of the running call. */
int port_send (enum frame_kind kind, const void *body, size_t len,
               struct error *err);

/* Send a header only; the caller sends the body with port_write, or itself to
 * port_out_fd. */
int port_send_header (enum frame_kind kind, size_t len, struct error *err);
int port_write (const void *buf, size_t len, struct error *err);
int port_out_fd (void);
int port_in_fd (void);

/* Is there something to read already? */
bool port_has_input (void);

/* The call that runs now. */
void port_set_call (uint32_t proc, uint32_t serial);
bool port_is_current (const struct frame_header *f);

#endif
