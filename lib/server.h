/* Servers of remote drives, as the option "server" of add_drive names them:
 * [tcp:]HOST[:PORT], [tcp:][IPV6][:PORT], unix:/PATH.
 */
#ifndef BATHYSCOPE_SERVER_H
#define BATHYSCOPE_SERVER_H

#include "error.h"

struct server {
  char *host; /* NULL for a Unix socket */
  char *port; /* NULL: the default of the protocol */
  char *path; /* of a Unix socket */
};

#define SERVER_INIT { NULL, NULL, NULL }

int server_parse (const char *text, struct server *ret, struct error *err);
void server_release (struct server *s);

/* Connect a stream socket: a descriptor or -1.  `cancel_fd` (or -1) becomes
 * readable when the caller does not want to wait any more (EINTR). */
int server_connect (const struct server *s, const char *default_port,
                    int cancel_fd, struct error *err);

#define CLEANUP_SERVER CLEANUP (server_release)

#endif
