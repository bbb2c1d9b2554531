/* Networks as start scripts read them: those of the BSDs, Slackware and Gentoo.
 * See netconfig.h.  All of them are pure; the texts come from guests. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "netconfig.h"
#include "osrelease.h"
#include "prefix.h"

#define INTERFACES_MAX 64
#define SLACKWARE_INTERFACES 6 /* that its rc.inet1.conf has room for */

/* The next word, or NULL. */
static char *
next_word (char **words)
{
  char *word;

  while ((word = strsep (words, " \t")) != NULL)
    if (*word)
      return word;
  return NULL;
}

/* --- ifconfig(8)'s arguments --------------------------------------------------------- */

static bool
is_dhcp (const char *word)
{
  return strcasecmp (word, "DHCP") == 0 || strcasecmp (word, "SYNCDHCP") == 0
         || strcasecmp (word, "NOSYNCDHCP") == 0;
}

static bool
is_address (const char *word)
{
  return (isdigit ((unsigned char) *word) && strchr (word, '.'))
         || (isxdigit ((unsigned char) *word) && strchr (word, ':'));
}

/* "inet 192.0.2.7 netmask 255.255.255.0", "inet6 2001:db8::1 64", "dhcp",
 * "inet autoconf", "lladdr 02:00:00:00:00:01". */
static void
ifconfig_words (struct net *n, char *words)
{
  const char *family = "", *mask = NULL;
  char *address = NULL, *word;

  while ((word = next_word (&words)) != NULL) {
    if (is_dhcp (word) || (strcasecmp (word, "autoconf") == 0
                           && strcmp (family, "inet6") != 0))
      net_set (n, NET_METHOD, "dhcp");
    else if (strcmp (word, "inet") == 0 || strcmp (word, "inet6") == 0)
      family = word;
    else if (strcmp (word, "lladdr") == 0 || strcmp (word, "ether") == 0
             || strcmp (word, "link") == 0)
      net_set (n, NET_MAC, next_word (&words));
    else if (!address && is_address (word))
      address = word;
    else if (address && !mask
             && (strcmp (word, "netmask") == 0
                 || strcmp (word, "prefixlen") == 0))
      mask = next_word (&words);
    else if (address && !mask
             && (is_address (word) || isdigit ((unsigned char) *word)))
      mask = word;
  }
  if (!address)
    return;
  net_add_address (n, address, mask);
  net_set (n, NET_METHOD, "static");
}

/* --- FreeBSD and NetBSD: ifconfig_em0="DHCP" ----------------------------------------- */

/* What stands between quotes, or up to a comment; the line is changed. */
static char *
assigned (char *value)
{
  char quote;

  value += strspn (value, " \t");
  quote = *value;
  if (quote == '"' || quote == '\'') {
    ++value;
    value[strcspn (value, quote == '"' ? "\"" : "'")] = '\0';
  } else
    value[strcspn (value, "#")] = '\0';
  return value;
}

int
net_parse_rc_conf (char *text, const char *source, struct strlist *ret)
{
  static const char prefix[] = "ifconfig_";
  CLEANUP_FREE char *gateway = osrelease_get (text, "defaultrouter");
  char *line;

  if (!gateway)
    gateway = osrelease_get (text, "defaultroute");
  while ((line = net_next_line (&text)) != NULL) {
    CLEANUP_NET struct net n = NET_INIT;
    char *equals = strchr (line, '=');

    if (!has_prefix (line, prefix) || !equals)
      continue;
    *equals = '\0';
    if (strstr (line, "_ipv6") || strstr (line, "_alias"))
      continue;
    net_set (&n, NET_INTERFACE, line + strlen (prefix));
    ifconfig_words (&n, assigned (equals + 1));
    net_set (&n, NET_GATEWAYS, gateway);
    net_set (&n, NET_SOURCE, source);
    if (net_finish (&n, ret) == -1)
      return -1;
  }
  return 0;
}

/* --- OpenBSD's hostname.if(5), NetBSD's ifconfig.if(5) --------------------------------- */

int
net_parse_hostname_if (char *text, const char *source, struct strlist *ret)
{
  CLEANUP_NET struct net n = NET_INIT;
  const char *name = strrchr (source, '.');
  char *line;

  while ((line = net_next_line (&text)) != NULL)
    if (*line != '#' && *line != '!') /* "!" is a command */
      ifconfig_words (&n, line);
  net_set (&n, NET_INTERFACE, name ? name + 1 : NULL);
  net_set (&n, NET_SOURCE, source);
  return net_finish (&n, ret);
}

/* --- Slackware: IPADDR[0]="192.0.2.7", USE_DHCP[0]="yes" ------------------------------- */

static char *
indexed (const char *text, const char *name, int i)
{
  char key[32];

  (void) snprintf (key, sizeof key, "%s[%d]", name, i);
  return osrelease_get (text, key);
}

int
net_parse_rc_inet1 (char *text, const char *source, struct strlist *ret)
{
  CLEANUP_FREE char *gateway = osrelease_get (text, "GATEWAY");
  int i;

  for (i = 0; i < SLACKWARE_INTERFACES; ++i) {
    CLEANUP_NET struct net n = NET_INIT;
    CLEANUP_FREE char *name = indexed (text, "IFNAME", i);
    CLEANUP_FREE char *dhcp = indexed (text, "USE_DHCP", i);
    CLEANUP_FREE char *addresses = indexed (text, "IPADDRS", i);
    CLEANUP_FREE char *address = indexed (text, "IPADDR", i);
    CLEANUP_FREE char *mask = indexed (text, "NETMASK", i);
    char fallback[16];

    if (dhcp && strcasecmp (dhcp, "yes") == 0)
      net_set (&n, NET_METHOD, "dhcp");
    net_add_words (&n, NET_ADDRESSES, addresses, " ");
    if (address && *address)
      net_add_address (&n, address, mask);
    if (n.field[NET_ADDRESSES])
      net_set (&n, NET_METHOD, "static");
    if (!n.field[NET_METHOD])
      continue;
    (void) snprintf (fallback, sizeof fallback, "eth%d", i);
    net_set (&n, NET_INTERFACE, name);
    net_set (&n, NET_INTERFACE, fallback);
    net_set (&n, NET_GATEWAYS, gateway);
    net_set (&n, NET_SOURCE, source);
    if (net_finish (&n, ret) == -1)
      return -1;
  }
  return 0;
}

/* --- Gentoo: config_eth0="192.0.2.7/24", routes_eth0="default via 192.0.2.1" ----------- */

static char *
of_interface (const char *text, const char *prefix, const char *interface)
{
  CLEANUP_FREE char *key = NULL;

  if (asprintf (&key, "%s_%s", prefix, interface) < 0) {
    key = NULL;
    return NULL;
  }
  return osrelease_get (text, key);
}

static void
gentoo_interface (struct net *n, const char *text, char *value)
{
  CLEANUP_FREE char *routes
    = of_interface (text, "routes", n->field[NET_INTERFACE]);
  CLEANUP_FREE char *servers
    = of_interface (text, "dns_servers", n->field[NET_INTERFACE]);
  char *via = routes ? strstr (routes, "via ") : NULL;

  ifconfig_words (n, value);
  if (via) {
    via += strlen ("via ");
    via[strcspn (via, " ")] = '\0';
    net_add (n, NET_GATEWAYS, via);
  }
  net_add_words (n, NET_NAMESERVERS, servers, " ");
}

int
net_parse_gentoo (char *text, const char *source, struct strlist *ret)
{
  static const char prefix[] = "config_";
  CLEANUP_FREE char *copy = strdup (text);
  size_t limit = ret->len + INTERFACES_MAX * NET_FIELDS;
  char *line;

  if (!copy)
    return -1;
  while ((line = net_next_line (&text)) != NULL && ret->len < limit) {
    CLEANUP_NET struct net n = NET_INIT;
    char *equals = strchr (line, '=');

    if (!has_prefix (line, prefix) || !equals)
      continue;
    *equals = '\0';
    net_set (&n, NET_INTERFACE, line + strlen (prefix));
    if (!n.field[NET_INTERFACE]
        || strcmp (n.field[NET_INTERFACE], "lo") == 0)
      continue;
    gentoo_interface (&n, copy, assigned (equals + 1));
    net_set (&n, NET_SOURCE, source);
    if (net_finish (&n, ret) == -1)
      return -1;
  }
  return 0;
}

/* --- routes of SUSE, "default 192.0.2.1 - -" ---------------------------------------------- */

char *
net_parse_routes (char *text)
{
  char *line;

  while ((line = net_next_line (&text)) != NULL) {
    char *first = next_word (&line);
    char *second = first ? next_word (&line) : NULL;

    if (second && (strcmp (first, "default") == 0
                   || strcmp (first, "0.0.0.0/0") == 0)
        && is_address (second))
      return strdup (second);
  }
  return NULL;
}
