/* Configuring the interface: see network.h.
 *
 * BATHYSCOPE_NETWORK is ADDRESS/BITS,GATEWAY,RESOLVER, from the machine, whose
 * network has fixed addresses: so there is nothing to ask a DHCP server for.
 */

#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "network.h"

#define INTERFACE "eth0"
#define WAIT 5000 /* ms, for the driver to find its device */

struct settings {
  struct in_addr address, mask, gateway;
  char resolver[INET_ADDRSTRLEN];
};

static int
parse (const char *text, struct settings *s)
{
  char address[INET_ADDRSTRLEN], gateway[INET_ADDRSTRLEN];
  struct in_addr ignored;
  unsigned bits;

  if (sscanf (text, "%15[0-9.]/%u,%15[0-9.],%15[0-9.]", address, &bits,
              gateway, s->resolver) != 4 || bits < 1 || bits > 32
      || inet_pton (AF_INET, address, &s->address) != 1
      || inet_pton (AF_INET, gateway, &s->gateway) != 1
      || inet_pton (AF_INET, s->resolver, &ignored) != 1)
    return -1;
  s->mask.s_addr = htonl (UINT32_MAX << (32 - bits));
  return 0;
}

static void
set_address (struct sockaddr *to, struct in_addr address)
{
  struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = address };

  memcpy (to, &sin, sizeof sin);
}

static int
set (int sock, const char *interface, int request, struct in_addr address)
{
  struct ifreq r = { .ifr_flags = 0 };

  (void) snprintf (r.ifr_name, sizeof r.ifr_name, "%s", interface);
  set_address (&r.ifr_addr, address);
  return ioctl (sock, request, &r);
}

static int
bring_up (int sock, const char *interface)
{
  struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };

  (void) snprintf (r.ifr_name, sizeof r.ifr_name, "%s", interface);
  return ioctl (sock, SIOCSIFFLAGS, &r);
}

static int
add_route (int sock, struct in_addr gateway)
{
  struct rtentry r = { .rt_flags = RTF_UP | RTF_GATEWAY };
  const struct in_addr any = { 0 };

  set_address (&r.rt_dst, any);
  set_address (&r.rt_genmask, any);
  set_address (&r.rt_gateway, gateway);
  return ioctl (sock, SIOCADDRT, &r);
}

static int
write_resolv_conf (const char *resolver)
{
  CLEANUP_CLOSE int fd = open (NETWORK_RESOLV_CONF,
                               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  char text[64];

  (void) snprintf (text, sizeof text, "nameserver %s\n", resolver);
  return fd == -1 ? -1 : write_full (fd, text, strlen (text));
}

int
network_configure (struct error *err)
{
  const char *text = getenv ("BATHYSCOPE_NETWORK");
  CLEANUP_CLOSE int sock = -1;
  struct settings s;
  int waited;

  if (!text)
    return 0;
  if (parse (text, &s) == -1)
    return error_set (err, EINVAL, "network: %s makes no sense", text);
  sock = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sock == -1)
    return error_errno (err, "network");
  (void) bring_up (sock, "lo");
  for (waited = 0; if_nametoindex (INTERFACE) == 0 && waited < WAIT;
       waited += 5)
    (void) usleep (5000);
  if (set (sock, INTERFACE, SIOCSIFADDR, s.address) == -1
      || set (sock, INTERFACE, SIOCSIFNETMASK, s.mask) == -1
      || bring_up (sock, INTERFACE) == -1
      || add_route (sock, s.gateway) == -1)
    return error_errno (err, "network: " INTERFACE);
  if (write_resolv_conf (s.resolver) == -1)
    return error_errno (err, "network: " NETWORK_RESOLV_CONF);
  return 0;
}
