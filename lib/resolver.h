/* The host's name server, for the network of the appliance. */
#ifndef BATHYSCOPE_RESOLVER_H
#define BATHYSCOPE_RESOLVER_H

#include <netinet/in.h>
#include <stddef.h>

/* The first IPv4 address of a "nameserver" line in the text of a resolv.conf
 * (resolv.conf(5)), written to `ret` as text; "" when there is none.  Pure. */
void resolver_parse (const char *text, char ret[INET_ADDRSTRLEN]);

/* The same of /etc/resolv.conf. */
void resolver_find (char ret[INET_ADDRSTRLEN]);

#endif
