/* Where systems keep the configuration of their networks: see facts.h. */

#include <config.h>

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netconfig.h"
#include "rootfs.h"
#include "text.h"
#include "winregistry.h"

#define NAMES_MAX 1000
#define WINDOWS_INTERFACES_MAX 1000

typedef int parse_fn (char *text, const char *source, struct strlist *ret);

/* Files of a folder that match; `type` NULL: of any system. */
static const struct {
  const char *type, *dir, *pattern;
  parse_fn *parse;
} places[] = {
  { NULL, "/etc/network", "interfaces", net_parse_ifupdown },
  { NULL, "/etc/network/interfaces.d", "*", net_parse_ifupdown },
  { NULL, "/etc/netplan", "*.yaml", net_parse_netplan },
  { NULL, "/etc/systemd/network", "*.network", net_parse_networkd },
  { NULL, "/etc/NetworkManager/system-connections", "*", net_parse_keyfile },
  { NULL, "/etc/sysconfig/network-scripts", "ifcfg-*", net_parse_ifcfg },
  { NULL, "/etc/sysconfig/network", "ifcfg-*", net_parse_ifcfg },
  { NULL, "/etc", "rc.conf", net_parse_rc_conf },
  { "openbsd", "/etc", "hostname.*", net_parse_hostname_if },
  { "netbsd", "/etc", "ifconfig.*", net_parse_hostname_if },
  { NULL, "/etc/rc.d", "rc.inet1.conf", net_parse_rc_inet1 },
  { NULL, "/etc/conf.d", "net", net_parse_gentoo },
};

/* What editors and package managers leave behind. */
static bool
is_left_over (const char *name)
{
  static const char *const ends[] = {
    "~", ".bak", ".orig", ".old", ".rpmnew", ".rpmsave", ".rpmorig",
    ".dpkg-old", ".dpkg-new", ".dpkg-dist", ".swp",
  };
  size_t i, n = strlen (name);

  for (i = 0; i < sizeof ends / sizeof ends[0]; ++i) {
    size_t len = strlen (ends[i]);

    if (n > len && strcmp (name + n - len, ends[i]) == 0)
      return true;
  }
  return name[0] == '.';
}

static int
parse_file (int root, const char *dir, const char *name, parse_fn *parse,
            struct strlist *ret)
{
  CLEANUP_FREE char *path = NULL;
  CLEANUP_FREE char *text = NULL;

  if (asprintf (&path, "%s/%s", dir, name) < 0) {
    path = NULL;
    return -1;
  }
  text = text_read (root, path);
  return text ? parse (text, path, ret) : 0;
}

static int
parse_place (int root, size_t i, struct strlist *ret)
{
  const char *dir = places[i].dir, *pattern = places[i].pattern;
  CLEANUP_STRINGS char **names = NULL;
  size_t j;

  if (!strchr (pattern, '*'))
    return parse_file (root, dir, pattern, places[i].parse, ret);
  names = rootfs_list (root, dir, NAMES_MAX);
  for (j = 0; names && names[j]; ++j)
    if (!is_left_over (names[j]) && fnmatch (pattern, names[j], 0) == 0
        && parse_file (root, dir, names[j], places[i].parse, ret) == -1)
      return -1;
  return 0;
}

/* Where a system keeps its gateway apart from its interfaces. */
static char *
common_gateway (int root)
{
  CLEANUP_FREE char *routes = text_read (root, "/etc/sysconfig/network/routes");
  char *ret = text_first_line (root, "/etc/mygate");

  if (!ret && routes)
    ret = net_parse_routes (routes);
  if (!ret)
    ret = text_assigned (root, "/etc/sysconfig/network", "GATEWAY");
  return ret;
}

/* For interfaces with an address that say nothing of it. */
static int
add_common_gateway (int root, struct strlist *ret)
{
  CLEANUP_FREE char *gateway = ret->len > 0 ? common_gateway (root) : NULL;
  size_t i;

  for (i = 0; gateway && i + NET_FIELDS <= ret->len; i += NET_FIELDS) {
    char **row = ret->items + i, *copy;

    if (*row[NET_GATEWAYS] || !*row[NET_ADDRESSES])
      continue;
    copy = strdup (gateway);
    if (!copy)
      return -1;
    free (row[NET_GATEWAYS]);
    row[NET_GATEWAYS] = copy;
  }
  return 0;
}

/* Addresses are lists; those by DHCP are what it got last. */
static void
windows_interface (struct registry *r, size_t key, struct net *n)
{
  static const struct {
    const char *fixed, *dhcp;
    enum net_field field;
  } values[] = {
    { "IPAddress", "DhcpIPAddress", NET_ADDRESSES },
    { "DefaultGateway", "DhcpDefaultGateway", NET_GATEWAYS },
    { "NameServer", "DhcpNameServer", NET_NAMESERVERS },
  };
  CLEANUP_FREE char *name = registry_name (r, key);
  uint32_t dhcp = 0;
  size_t i, j;

  net_set (n, NET_INTERFACE, name);
  if (registry_number (r, key, "EnableDHCP", &dhcp))
    net_set (n, NET_METHOD, dhcp ? "dhcp" : "static");
  for (i = 0; i < sizeof values / sizeof values[0]; ++i) {
    CLEANUP_STRINGS char **list
      = registry_strings (r, key, dhcp ? values[i].dhcp : values[i].fixed);

    for (j = 0; list && list[j]; ++j)
      net_add (n, values[i].field, list[j]);
  }
}

static int
windows (int root, const struct system_info *info, struct strlist *ret)
{
  size_t key, i;
  CLEANUP_REGISTRY struct registry *r
    = winregistry_control_set (root, info,
                               "Services\\Tcpip\\Parameters\\Interfaces", &key);
  CLEANUP_FREE size_t *keys = r ? registry_children (r, key) : NULL;

  for (i = 0; keys && keys[i] && i < WINDOWS_INTERFACES_MAX; ++i) {
    CLEANUP_NET struct net n = NET_INIT;

    windows_interface (r, keys[i], &n);
    net_set (&n, NET_SOURCE, info->windows.system_hive);
    if (net_finish (&n, ret) == -1)
      return -1;
  }
  return 0;
}

int
facts_networks (int root, const struct system_info *info,
                struct strlist *ret)
{
  size_t i;

  if (info->windows.systemroot)
    return windows (root, info, ret);
  for (i = 0; i < sizeof places / sizeof places[0]; ++i)
    if ((!places[i].type || strcmp (places[i].type, info->type) == 0)
        && parse_place (root, i, ret) == -1)
      return -1;
  return add_common_gateway (root, ret);
}
