/* Configuration files of networks: see netconfig.h.  All of them are pure; the
 * texts come from guests. */

#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "netconfig.h"
#include "osrelease.h"
#include "prefix.h"

#define VALUE_MAX 4096

void
net_release (struct net *n)
{
  int i;

  for (i = 0; i < NET_FIELDS; ++i) {
    free (n->field[i]);
    n->field[i] = NULL;
  }
}

void
net_set (struct net *n, enum net_field field, const char *value)
{
  if (!n->field[field] && value && *value && strlen (value) <= VALUE_MAX)
    n->field[field] = strdup (value);
}

void
net_add (struct net *n, enum net_field field, const char *value)
{
  char *both;

  if (!n->field[field] || !value || !*value) {
    net_set (n, field, value);
    return;
  }
  if (strlen (n->field[field]) > VALUE_MAX || strlen (value) > VALUE_MAX
      || asprintf (&both, "%s %s", n->field[field], value) < 0)
    return;
  free (n->field[field]);
  n->field[field] = both;
}

int
net_finish (struct net *n, struct strlist *ret)
{
  int i, r = 0;

  if (n->field[NET_INTERFACE])
    for (i = 0; r == 0 && i < NET_FIELDS; ++i)
      r = strlist_add (ret, n->field[i] ? n->field[i] : "");
  net_release (n);
  return r;
}

char *
net_next_line (char **text)
{
  char *line = *text ? strsep (text, "\n") : NULL;
  size_t n;

  if (!line)
    return NULL;
  line += strspn (line, " \t");
  for (n = strlen (line); n > 0 && isspace ((unsigned char) line[n - 1]); --n)
    line[n - 1] = '\0';
  return line;
}

void
net_add_words (struct net *n, enum net_field field, char *words,
               const char *separators)
{
  char *word;

  while (words && (word = strsep (&words, separators)) != NULL)
    if (*word)
      net_add (n, field, word);
}

void
net_add_address (struct net *n, const char *address, const char *mask)
{
  CLEANUP_FREE char *both = NULL;

  if (!mask || !*mask || strchr (address, '/'))
    net_add (n, NET_ADDRESSES, address);
  else if (asprintf (&both, "%s/%s", address, mask) >= 0)
    net_add (n, NET_ADDRESSES, both);
  else
    both = NULL;
}

/* --- ifupdown: interfaces(5) ------------------------------------------------------- */

/* A stanza; its address and mask stand on lines of their own. */
struct stanza {
  struct net n;
  char *address, *mask; /* not owned */
};

static void
ifupdown_option (struct stanza *s, const char *key, char *value)
{
  if (strcmp (key, "address") == 0 && !s->address)
    s->address = value;
  else if (strcmp (key, "address") == 0)
    net_add (&s->n, NET_ADDRESSES, value);
  else if (strcmp (key, "netmask") == 0)
    s->mask = value;
  else if (strcmp (key, "gateway") == 0)
    net_add (&s->n, NET_GATEWAYS, value);
  else if (strcmp (key, "dns-nameservers") == 0
           || strcmp (key, "dns-nameserver") == 0)
    net_add_words (&s->n, NET_NAMESERVERS, value, " \t");
  else if (strcmp (key, "hwaddress") == 0) {
    char *last = strrchr (value, ' ');

    net_set (&s->n, NET_MAC, last ? last + 1 : value);
  }
}

static int
ifupdown_finish (struct stanza *s, struct strlist *ret)
{
  CLEANUP_FREE char *others = s->n.field[NET_ADDRESSES];

  s->n.field[NET_ADDRESSES] = NULL;
  if (s->address)
    net_add_address (&s->n, s->address, s->mask);
  net_add (&s->n, NET_ADDRESSES, others);
  s->address = s->mask = NULL;
  return net_finish (&s->n, ret);
}

/* "iface NAME FAMILY METHOD"; new ones may do without the last two. */
static void
ifupdown_begin (struct stanza *s, char *rest, const char *source)
{
  char *name = strsep (&rest, " \t"), *word;
  const char *method = NULL;

  while ((word = strsep (&rest, " \t")) != NULL)
    if (*word)
      method = word;
  if (strcmp (name, "lo") == 0)
    return;
  net_set (&s->n, NET_INTERFACE, name);
  net_set (&s->n, NET_METHOD, method);
  net_set (&s->n, NET_SOURCE, source);
}

static void
stanza_release (struct stanza *s)
{
  net_release (&s->n);
}

int
net_parse_ifupdown (char *text, const char *source, struct strlist *ret)
{
  CLEANUP (stanza_release) struct stanza s = { NET_INIT, NULL, NULL };
  char *line;

  while ((line = net_next_line (&text)) != NULL) {
    char *rest = line, *key = strsep (&rest, " \t");

    if (rest)
      rest += strspn (rest, " \t");
    if (!*key || *key == '#' || !rest)
      continue;
    if (strcmp (key, "iface") == 0) {
      if (ifupdown_finish (&s, ret) == -1)
        return -1;
      ifupdown_begin (&s, rest, source);
    } else
      ifupdown_option (&s, key, rest);
  }
  return ifupdown_finish (&s, ret);
}

/* --- INI: systemd.network(5), NetworkManager's keyfiles ------------------------------- */

typedef void ini_fn (struct net *n, const char *section, const char *key,
                     char *value);

static int
parse_ini (char *text, const char *source, ini_fn *option, struct strlist *ret)
{
  CLEANUP_NET struct net n = NET_INIT;
  const char *section = "";
  char *line;

  while ((line = net_next_line (&text)) != NULL) {
    char *value = strchr (line, '=');

    if (*line == '[') {
      section = line + 1;
      line[strcspn (line, "]")] = '\0';
    } else if (value && *line != '#' && *line != ';') {
      char *end = value;

      *value++ = '\0';
      while (end > line && isspace ((unsigned char) end[-1]))
        *--end = '\0';
      value += strspn (value, " \t");
      option (&n, section, line, value);
    }
  }
  net_set (&n, NET_SOURCE, source);
  return net_finish (&n, ret);
}

static void
networkd_option (struct net *n, const char *section, const char *key,
                 char *value)
{
  if (strcmp (section, "Match") == 0 && strcmp (key, "Name") == 0)
    net_set (n, NET_INTERFACE, value);
  else if (strcmp (section, "Match") == 0 && strcasecmp (key, "MACAddress") == 0)
    net_set (n, NET_MAC, value);
  else if (strcmp (key, "DHCP") == 0 && strcasecmp (value, "no") != 0
           && strcasecmp (value, "false") != 0)
    net_set (n, NET_METHOD, "dhcp");
  else if (strcmp (key, "Address") == 0)
    net_add (n, NET_ADDRESSES, value);
  else if (strcmp (key, "Gateway") == 0)
    net_add (n, NET_GATEWAYS, value);
  else if (strcmp (key, "DNS") == 0)
    net_add_words (n, NET_NAMESERVERS, value, " \t");
  if (n->field[NET_ADDRESSES])
    net_set (n, NET_METHOD, "static");
}

int
net_parse_networkd (char *text, const char *source, struct strlist *ret)
{
  return parse_ini (text, source, networkd_option, ret);
}

/* "address1=192.0.2.7/24,192.0.2.1" */
static void
keyfile_option (struct net *n, const char *section, const char *key,
                char *value)
{
  bool ip = strcmp (section, "ipv4") == 0 || strcmp (section, "ipv6") == 0;

  if (strcmp (section, "connection") == 0
      && strcmp (key, "interface-name") == 0) {
    free (n->field[NET_INTERFACE]);
    n->field[NET_INTERFACE] = NULL;
    net_set (n, NET_INTERFACE, value);
  } else if (strcmp (section, "connection") == 0 && strcmp (key, "id") == 0)
    net_set (n, NET_INTERFACE, value);
  else if (strcmp (key, "mac-address") == 0)
    net_set (n, NET_MAC, value);
  else if (strcmp (section, "ipv4") == 0 && strcmp (key, "method") == 0)
    net_set (n, NET_METHOD, strcmp (value, "auto") == 0 ? "dhcp"
             : strcmp (value, "manual") == 0 ? "static" : value);
  else if (ip && has_prefix (key, "address")) {
    char *gateway = strpbrk (value, ",;");

    if (gateway)
      *gateway++ = '\0';
    net_add (n, NET_ADDRESSES, value);
    if (gateway) {
      gateway[strcspn (gateway, ";,")] = '\0';
      net_add (n, NET_GATEWAYS, gateway);
    }
  } else if (ip && strcmp (key, "gateway") == 0)
    net_add (n, NET_GATEWAYS, value);
  else if (ip && strcmp (key, "dns") == 0)
    net_add_words (n, NET_NAMESERVERS, value, ";, ");
}

int
net_parse_keyfile (char *text, const char *source, struct strlist *ret)
{
  return parse_ini (text, source, keyfile_option, ret);
}

/* --- ifcfg: Red Hat, SUSE --------------------------------------------------------------- */

static void
ifcfg_value (struct net *n, enum net_field field, const char *text,
             const char *key)
{
  CLEANUP_FREE char *value = osrelease_get (text, key);

  net_add (n, field, value);
}

static void
ifcfg_address (struct net *n, const char *text, const char *address_key,
               const char *prefix_key, const char *mask_key)
{
  CLEANUP_FREE char *address = osrelease_get (text, address_key);
  CLEANUP_FREE char *prefix = osrelease_get (text, prefix_key);

  if (!prefix)
    prefix = osrelease_get (text, mask_key);
  if (address && *address)
    net_add_address (n, address, prefix);
}

int
net_parse_ifcfg (char *text, const char *source, struct strlist *ret)
{
  CLEANUP_NET struct net n = NET_INIT;
  CLEANUP_FREE char *method = osrelease_get (text, "BOOTPROTO");
  const char *name = strrchr (source, '/');
  char *c;

  ifcfg_value (&n, NET_INTERFACE, text, "DEVICE");
  if (!n.field[NET_INTERFACE] && name && has_prefix (name, "/ifcfg-"))
    net_set (&n, NET_INTERFACE, name + 7);
  ifcfg_address (&n, text, "IPADDR",
                 strstr (text, "PREFIXLEN=") ? "PREFIXLEN" : "PREFIX",
                 "NETMASK");
  ifcfg_address (&n, text, "IPADDR0", "PREFIX0", "NETMASK0");
  ifcfg_address (&n, text, "IPV6ADDR", "", "");
  ifcfg_value (&n, NET_GATEWAYS, text, "GATEWAY");
  ifcfg_value (&n, NET_NAMESERVERS, text, "DNS1");
  ifcfg_value (&n, NET_NAMESERVERS, text, "DNS2");
  ifcfg_value (&n, NET_MAC, text, "HWADDR");
  if (!n.field[NET_MAC])
    ifcfg_value (&n, NET_MAC, text, "MACADDR");
  if (method)
    for (c = method; *c; ++c)
      *c = (char) tolower ((unsigned char) *c);
  net_set (&n, NET_METHOD, n.field[NET_ADDRESSES]
           && (!method || strcmp (method, "none") == 0) ? "static" : method);
  if (n.field[NET_INTERFACE] && strcmp (n.field[NET_INTERFACE], "lo") == 0)
    return 0;
  net_set (&n, NET_SOURCE, source);
  return net_finish (&n, ret);
}
