/* Exchanging an address in packets: see nat.h.  Offsets are those of RFC 791,
 * 768 and 9293, checksums are updated as RFC 1624 says. */

#include <config.h>

#include <string.h>

#include "nat.h"

#define ETHERNET 14
#define IP_HEADER 20
#define CHECKSUM_AT 10
#define SOURCE_AT 12
#define DESTINATION_AT 16
#define UDP_CHECKSUM 6
#define TCP_CHECKSUM 16

static void
update (uint8_t *checksum, const uint8_t *old, const uint8_t *new)
{
  uint32_t sum = (uint16_t) ~(checksum[0] << 8 | checksum[1]);
  int i;

  for (i = 0; i < 4; i += 2)
    sum += (uint16_t) ~(old[i] << 8 | old[i + 1]) + (new[i] << 8 | new[i + 1]);
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  sum = ~sum;
  checksum[0] = sum >> 8;
  checksum[1] = sum;
}

/* Of UDP and TCP, whose checksums include the addresses. */
static void
update_payload (uint8_t *payload, size_t len, int protocol, const uint8_t *old,
                const uint8_t *new)
{
  if (protocol == IPPROTO_TCP && len >= TCP_CHECKSUM + 2)
    update (payload + TCP_CHECKSUM, old, new);
  if (protocol == IPPROTO_UDP && len >= UDP_CHECKSUM + 2
      && (payload[UDP_CHECKSUM] || payload[UDP_CHECKSUM + 1])) {
    update (payload + UDP_CHECKSUM, old, new);
    if (!payload[UDP_CHECKSUM] && !payload[UDP_CHECKSUM + 1])
      payload[UDP_CHECKSUM] = payload[UDP_CHECKSUM + 1] = 0xff;
  }
}

void
nat_replace (uint8_t *frame, size_t len, enum nat_side side,
             struct in_addr from, struct in_addr to)
{
  uint8_t *ip = frame + ETHERNET, *address, old[4], new[4];
  size_t header;

  if (len < ETHERNET + IP_HEADER || frame[12] != 0x08 || frame[13] != 0x00
      || ip[0] >> 4 != 4)
    return;
  header = (ip[0] & 15) * 4;
  address = ip + (side == NAT_SOURCE ? SOURCE_AT : DESTINATION_AT);
  if (header < IP_HEADER || len < ETHERNET + header
      || memcmp (address, &from, 4) != 0)
    return;
  memcpy (old, &from, 4);
  memcpy (new, &to, 4);
  memcpy (address, new, 4);
  update (ip + CHECKSUM_AT, old, new);
  /* Only a packet's first fragment has the other header. */
  if ((ip[6] & 0x1f) == 0 && ip[7] == 0)
    update_payload (ip + header, len - ETHERNET - header, ip[9], old, new);
}
