/* Tests of netconfig.c, netplan.c and netscripts.c: texts in, rows out. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netconfig.h"

typedef int parse_fn (char *text, const char *source, struct strlist *ret);

/* Rows as "interface|method|addresses|gateways|name servers|MAC", one a line;
 * the source is the same in all of them. */
static const struct {
  parse_fn *parse;
  const char *source, *text, *rows;
} cases[] = {
  { net_parse_ifupdown, "/etc/network/interfaces",
    "# comment\nauto lo\niface lo inet loopback\n\n"
    "allow-hotplug eth0\niface eth0 inet static\n"
    "\taddress 192.0.2.7\n\tnetmask 255.255.255.0\n\tgateway 192.0.2.1\n"
    "\tdns-nameservers 192.0.2.2  192.0.2.3\n"
    "\thwaddress ether 02:00:00:00:00:01\n"
    "iface eth0 inet6 static\n  address 2001:db8::7/64\n"
    "iface eth1 inet\tdhcp\niface eth2\n  address 198.51.100.1/24\n"
    "  address 198.51.100.2/24\n",
    "eth0|static|192.0.2.7/255.255.255.0|192.0.2.1|192.0.2.2 192.0.2.3"
    "|02:00:00:00:00:01\n"
    "eth0|static|2001:db8::7/64|||\neth1|dhcp||||\n"
    "eth2||198.51.100.1/24 198.51.100.2/24|||\n" },
  /* Options before any interface, and words without a value. */
  { net_parse_ifupdown, "i", "address 192.0.2.7\niface\ngateway\niface \n",
    "" },
  { net_parse_netplan, "/etc/netplan/50.yaml",
    "network:\n  version: 2\n  ethernets:\n    ens3:\n      dhcp4: true\n"
    "    ens4:\n      addresses:\n        - 192.0.2.7/24\n"
    "        - \"2001:db8::7/64\"\n      routes:\n        - to: default\n"
    "          via: 192.0.2.1\n      nameservers:\n"
    "        addresses: [192.0.2.2, '192.0.2.3']\n"
    "      match:\n        macaddress: 02:00:00:00:00:01\n"
    "  bonds:\n    bond0: # both\n      gateway4: 192.0.2.254\n",
    "ens3|dhcp||||\nens4|static|192.0.2.7/24 2001:db8::7/64|192.0.2.1"
    "|192.0.2.2 192.0.2.3|02:00:00:00:00:01\nbond0|||192.0.2.254||\n" },
  /* Items in the column of their key; keys that are no interfaces. */
  { net_parse_netplan, "n",
    "network:\n  ethernets:\n    a:\n      addresses:\n      - 192.0.2.1/24\n"
    "  renderer: networkd\nother:\n  ethernets:\n    b:\n      dhcp4: true\n",
    "a|static|192.0.2.1/24|||\n" },
  { net_parse_netplan, "n", "a: b: c:\n- - -\n:\n  :\n    :\n      : :\n", "" },
  { net_parse_networkd, "/etc/systemd/network/10.network",
    "[Match]\nName=en*\nMACAddress=02:00:00:00:00:01\n\n[Network]\nDHCP=no\n"
    "Address=192.0.2.7/24\nGateway = 192.0.2.1\n;DNS=1\nDNS=192.0.2.2 192.0.2.3\n",
    "en*|static|192.0.2.7/24|192.0.2.1|192.0.2.2 192.0.2.3"
    "|02:00:00:00:00:01\n" },
  { net_parse_networkd, "n", "[Match]\nName=eth0\n[Network]\nDHCP=yes\n",
    "eth0|dhcp||||\n" },
  { net_parse_networkd, "n", "[Network]\nDHCP=yes\n[\n=\n[Match\nName\n", "" },
  { net_parse_keyfile, "/etc/NetworkManager/system-connections/a",
    "[connection]\nid=Wired 1\ntype=ethernet\n[ethernet]\n"
    "mac-address=02:00:00:00:00:01\n[ipv4]\nmethod=manual\n"
    "address1=192.0.2.7/24,192.0.2.1\ndns=192.0.2.2;192.0.2.3;\n"
    "[ipv6]\nmethod=auto\n",
    "Wired 1|static|192.0.2.7/24|192.0.2.1|192.0.2.2 192.0.2.3"
    "|02:00:00:00:00:01\n" },
  { net_parse_keyfile, "k",
    "[connection]\nid=a\ninterface-name=eth7\n[ipv4]\nmethod=auto\n",
    "eth7|dhcp||||\n" },
  { net_parse_ifcfg, "/etc/sysconfig/network-scripts/ifcfg-eth0",
    "DEVICE=\"eth0\"\nBOOTPROTO=none\nIPADDR=192.0.2.7\nPREFIX=24\n"
    "GATEWAY=192.0.2.1\nDNS1=192.0.2.2\nDNS2=192.0.2.3\n"
    "HWADDR=02:00:00:00:00:01\nIPV6ADDR=2001:db8::7/64\n",
    "eth0|static|192.0.2.7/24 2001:db8::7/64|192.0.2.1|192.0.2.2 192.0.2.3"
    "|02:00:00:00:00:01\n" },
  { net_parse_ifcfg, "/etc/sysconfig/network/ifcfg-eth1",
    "BOOTPROTO='static'\nSTARTMODE='auto'\nIPADDR='192.0.2.8'\n"
    "PREFIXLEN='25'\n", "eth1|static|192.0.2.8/25|||\n" },
  { net_parse_ifcfg, "/x/ifcfg-eth2", "BOOTPROTO=DHCP\n", "eth2|dhcp||||\n" },
  { net_parse_ifcfg, "/x/ifcfg-lo", "DEVICE=lo\nIPADDR=127.0.0.1\n", "" },
  { net_parse_rc_conf, "/etc/rc.conf",
    "hostname=\"x\"\nifconfig_em0=\"DHCP\"\n"
    "ifconfig_em1='inet 192.0.2.7 netmask 255.255.255.0' # fixed\n"
    "ifconfig_em1_ipv6=\"inet6 accept_rtadv\"\nifconfig_em1_alias0=\"x\"\n"
    "defaultrouter=\"192.0.2.1\"\nifconfig_wm0=up\n",
    "em0|dhcp||192.0.2.1||\nem1|static|192.0.2.7/255.255.255.0|192.0.2.1||\n"
    "wm0|||192.0.2.1||\n" },
  { net_parse_hostname_if, "/etc/hostname.em0",
    "# first\ninet6 autoconf\ninet 192.0.2.7 255.255.255.0 NONE\n"
    "inet alias 192.0.2.8/32\nlladdr 02:00:00:00:00:01\n!route add x 10.0.0.1\n",
    "em0|static|192.0.2.7/255.255.255.0 192.0.2.8/32|||02:00:00:00:00:01\n" },
  { net_parse_hostname_if, "/etc/hostname.vio0", "inet autoconf\n",
    "vio0|dhcp||||\n" },
  { net_parse_hostname_if, "/etc/hostname.re0", "dhcp\nup", "re0|dhcp||||\n" },
  { net_parse_rc_inet1, "/etc/rc.d/rc.inet1.conf",
    "IPADDR[0]=\"192.0.2.7\"\nNETMASK[0]=\"255.255.255.0\"\nUSE_DHCP[0]=\"\"\n"
    "IPADDR[1]=\"\"\nUSE_DHCP[1]=\"yes\"\nGATEWAY=\"192.0.2.1\"\n"
    "IFNAME[2]=wlan0\nIPADDRS[2]=\"192.0.2.9/24 192.0.2.10/24\"\n",
    "eth0|static|192.0.2.7/255.255.255.0|192.0.2.1||\neth1|dhcp||192.0.2.1||\n"
    "wlan0|static|192.0.2.9/24 192.0.2.10/24|192.0.2.1||\n" },
  { net_parse_gentoo, "/etc/conf.d/net",
    "config_lo=\"127.0.0.1/8\"\nconfig_eth0=\"192.0.2.7/24\"\n"
    "routes_eth0=\"default via 192.0.2.1\"\ndns_servers_eth0=\"192.0.2.2\"\n"
    "config_eth1=\"dhcp\"\n",
    "eth0|static|192.0.2.7/24|192.0.2.1|192.0.2.2|\neth1|dhcp||||\n" },
};

static char *
rows_text (const struct strlist *rows, const char *source)
{
  char *ret = NULL, *p;
  size_t len, i, j;
  FILE *f = open_memstream (&ret, &len);

  assert (f && rows->len % NET_FIELDS == 0);
  for (i = 0; i < rows->len; i += NET_FIELDS) {
    for (j = 0; j < NET_SOURCE; ++j)
      fprintf (f, "%s%s", j ? "|" : "", rows->items[i + j]);
    fputc ('\n', f);
    p = rows->items[i + NET_SOURCE];
    assert (strcmp (p, source) == 0);
  }
  fclose (f);
  return ret;
}

static void
parse_all (void)
{
  size_t i;

  for (i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    CLEANUP_STRLIST struct strlist rows = STRLIST_INIT;
    CLEANUP_FREE char *text = strdup (cases[i].text);
    CLEANUP_FREE char *got = NULL;

    assert (text && cases[i].parse (text, cases[i].source, &rows) == 0);
    got = rows_text (&rows, cases[i].source);
    if (strcmp (got, cases[i].rows) != 0) {
      fprintf (stderr, "case %zu, %s:\n%swanted:\n%s", i, cases[i].source, got,
               cases[i].rows);
      abort ();
    }
  }
}

/* Values that are too long to be true are left out; many are bounded. */
static void
bounds (void)
{
  CLEANUP_STRLIST struct strlist rows = STRLIST_INIT;
  size_t n = 200 * 1024, i;
  CLEANUP_FREE char *text = malloc (n + 64);

  assert (text);
  i = (size_t) snprintf (text, n, "iface eth0 inet static\naddress ");
  memset (text + i, '1', n);
  text[i + n] = '\0';
  assert (net_parse_ifupdown (text, "i", &rows) == 0);
  assert (rows.len == NET_FIELDS && strcmp (rows.items[NET_ADDRESSES], "") == 0);
  strlist_release (&rows);

  for (i = 0; i + 12 < n; i += 11)
    memcpy (text + i, "config_a=x\n", 12);
  assert (net_parse_gentoo (text, "g", &rows) == 0);
  assert (rows.len > 0 && rows.len <= 64 * NET_FIELDS);
}

static void
routes (void)
{
  char table[] = "# x\n198.51.100.0/24 192.0.2.9 - -\ndefault  192.0.2.1 - -\n";
  char none[] = "default\ndefault - -\n\n";
  CLEANUP_FREE char *gateway = net_parse_routes (table);

  assert (gateway && strcmp (gateway, "192.0.2.1") == 0);
  assert (!net_parse_routes (none));
}

int
main (void)
{
  parse_all ();
  bounds ();
  routes ();
  return 0;
}
