/* Remote drives: the options protocol, server, username and secret of
 * add_drive, and what qemu-storage-daemon is told of them.  NBD servers are
 * spoken to without it.
 */
#ifndef BATHYSCOPE_REMOTE_H
#define BATHYSCOPE_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "server.h"
#include "strbuf.h"

struct remote {
  const char *protocol; /* static */
  struct server *servers;
  size_t nr_servers;
  char *username; /* NULL where there is none */
  char *secret;   /* likewise; of secret.h */
  char *display;  /* PROTOCOL://SERVER/NAME, for messages */
};

/* Is it "file", or not? */
bool remote_is_file (const char *protocol);

/* Check the options and make the description; `servers` may be NULL.  EINVAL for
 * what makes no sense, of which the message says why. */
struct remote *remote_new (const char *protocol, const char *name,
                           char *const *servers, const char *username,
                           const char *secret, struct error *err);
void remote_free (struct remote *r);

/* Add the properties of QEMU's block driver for the drive, from "driver=" on;
 * the secret is the object "secret". */
int remote_add_properties (const struct remote *r, const char *name,
                           struct strbuf *b, struct error *err);

/* Add a value as QEMU's option parser wants it: commas are doubled. */
int remote_add_value (struct strbuf *b, const char *value);

#endif
