/* Disk images that -a names by a URI (RFC 3986), as ssh://user@host/disk.img. */
#ifndef BATHYSCOPE_URI_H
#define BATHYSCOPE_URI_H

#include <stdbool.h>

#include "error.h"

/* What a drive's protocol, server, ... are; all heap memory, NULL: none. */
struct drive_uri {
  char *path;     /* the name of the drive */
  char *protocol; /* NULL: a file of this host */
  char *server;   /* "tcp:HOST[:PORT]" or "unix:PATH" */
  char *user;
  char *password; /* in memory of secret.h */
};

#define DRIVE_URI_INIT { NULL, NULL, NULL, NULL, NULL }

/* Does it begin with a scheme that images have?  Other names, "c:/x" and
 * "a://b", are files. */
bool uri_is (const char *text);

/* 0, or -1 with err, which does not tell the password.  It is cut out of `text`,
 * whatever becomes of the rest. */
int uri_parse (char *text, struct drive_uri *ret, struct error *err);

/* The same for any URI: cut "scheme://user:PASSWORD@host..." down to
 * "scheme://user@host...", with zeroes behind it, so that the password is no
 * longer in the list of processes where `text` is an argument.  *ret is the
 * password as it was written, in memory of secret.h; NULL: there is none. */
int uri_take_password (char *text, char **ret, struct error *err);

void uri_release (struct drive_uri *u);

#endif
