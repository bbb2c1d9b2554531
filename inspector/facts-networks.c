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

/* Files of a folder that match. */
static const struct {
  const char *dir, *pattern;
  parse_fn *parse;
} places[] = {
  { "/etc/network", "interfaces", net_parse_ifupdown },
  { "/etc/network/interfaces.d", "*", net_parse_ifupdown },
  { "/etc/netplan", "*.yaml", net_parse_netplan },
  { "/etc/systemd/network", "*.network", net_parse_networkd },
  { "/etc/NetworkManager/system-connections", "*", net_parse_keyfile },
  { "/etc/sysconfig/network-scripts", "ifcfg-*", net_parse_ifcfg },
  { "/etc/sysconfig/network", "ifcfg-*", net_parse_ifcfg },
  { "/etc", "rc.conf", net_parse_rc_conf },
};

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
    if (names[j][0] != '.' && fnmatch (pattern, names[j], 0) == 0
        && !strchr (names[j], '~')
        && parse_file (root, dir, names[j], places[i].parse, ret) == -1)
      return -1;
  return 0;
}

/* /etc/hostname.em0: "dhcp", "inet autoconf", or "inet 192.0.2.7 255.255.255.0" */
static int
openbsd (int root, struct strlist *ret)
{
  CLEANUP_STRINGS char **names = rootfs_list (root, "/etc", NAMES_MAX);
  CLEANUP_FREE char *gateway = text_first_line (root, "/etc/mygate");
  size_t i;

  for (i = 0; names && names[i]; ++i) {
    CLEANUP_NET struct net n = NET_INIT;
    CLEANUP_FREE char *path = NULL;
    CLEANUP_FREE char *line = NULL;
    char *address;

    if (strncmp (names[i], "hostname.", 9) != 0)
      continue;
    if (asprintf (&path, "/etc/%s", names[i]) < 0) {
      path = NULL;
      return -1;
    }
    line = text_first_line (root, path);
    net_set (&n, NET_INTERFACE, names[i] + 9);
    if (line && (strcmp (line, "dhcp") == 0 || strstr (line, "autoconf")))
      net_set (&n, NET_METHOD, "dhcp");
    else if (line && strncmp (line, "inet ", 5) == 0) {
      address = line + 5 + strspn (line + 5, " ");
      address += strncmp (address, "alias ", 6) == 0 ? 6 : 0;
      address[strcspn (address, " ")] = '\0';
      net_set (&n, NET_METHOD, "static");
      net_set (&n, NET_ADDRESSES, address);
    }
    net_set (&n, NET_GATEWAYS, gateway);
    net_set (&n, NET_SOURCE, path);
    if (net_finish (&n, ret) == -1)
      return -1;
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
    if (parse_place (root, i, ret) == -1)
      return -1;
  return strcmp (info->type, "openbsd") == 0 ? openbsd (root, ret) : 0;
}
