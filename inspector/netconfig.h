/* Collecting the configuration of network interfaces. */
#ifndef BATHYSCOPE_NETCONFIG_H
#define BATHYSCOPE_NETCONFIG_H

#include "facts.h"

enum net_field {
  NET_INTERFACE, NET_METHOD, NET_ADDRESSES, NET_GATEWAYS, NET_NAMESERVERS,
  NET_MAC, NET_SOURCE, NET_FIELDS
};

/* An interface that is being read; owned strings, NULL where nothing is said. */
struct net {
  char *field[NET_FIELDS];
};

#define NET_INIT { { NULL } }

void net_release (struct net *n);

/* Set a field that is not set; append another word to it.  Without memory the
 * value is lost. */
void net_set (struct net *n, enum net_field field, const char *value);
void net_add (struct net *n, enum net_field field, const char *value);

/* Every word that a set of separators leaves; `words` is changed. */
void net_add_words (struct net *n, enum net_field field, char *words,
                    const char *separators);
/* "192.0.2.7/255.255.255.0"; `mask` may be NULL. */
void net_add_address (struct net *n, const char *address, const char *mask);

/* The next line of a text, which is changed, without blanks around it; NULL at
 * the end. */
char *net_next_line (char **text);

/* Put it on the list as a row when it has an interface, and release it; 0, or -1
 * without memory. */
int net_finish (struct net *n, struct strlist *ret);

#define CLEANUP_NET CLEANUP (net_release)

/* The files of one kind of system each: text in, rows out. */
int net_parse_ifupdown (char *text, const char *source, struct strlist *ret);
int net_parse_netplan (char *text, const char *source, struct strlist *ret);
int net_parse_networkd (char *text, const char *source, struct strlist *ret);
int net_parse_keyfile (char *text, const char *source, struct strlist *ret);
int net_parse_ifcfg (char *text, const char *source, struct strlist *ret);
int net_parse_rc_conf (char *text, const char *source, struct strlist *ret);
int net_parse_hostname_if (char *text, const char *source,
                           struct strlist *ret);
int net_parse_rc_inet1 (char *text, const char *source, struct strlist *ret);
int net_parse_gentoo (char *text, const char *source, struct strlist *ret);

/* The gateway of "default 192.0.2.1 - -": a table of routes.  A heap string, or
 * NULL. */
char *net_parse_routes (char *text);

#endif
