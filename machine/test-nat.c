/* Addresses exchanged in packets: checksums stay right, and nothing else moves. */

#include <config.h>

#include <arpa/inet.h>
#include <string.h>

#include "test.h"
#include "nat.h"

/* The checksum of RFC 1071 over a packet and its pseudo header; 0 when right. */
static uint16_t
sum_of (const uint8_t *data, size_t len, uint32_t sum)
{
  size_t i;

  for (i = 0; i + 1 < len; i += 2)
    sum += data[i] << 8 | data[i + 1];
  if (len % 2)
    sum += data[len - 1] << 8;
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  return ~sum;
}

static uint16_t
payload_sum (const uint8_t *frame, size_t len)
{
  const uint8_t *ip = frame + 14;
  uint32_t pseudo = ip[9] + (len - 34);
  int i;

  for (i = 12; i < 20; i += 2)
    pseudo += ip[i] << 8 | ip[i + 1];
  return sum_of (frame + 34, len - 34, pseudo);
}

static void
make (uint8_t *frame, size_t len, int protocol, unsigned seed)
{
  uint8_t *ip = frame + 14, *field;
  uint16_t sum;
  size_t i;

  for (i = 0; i < len; ++i)
    frame[i] = (seed = seed * 1103515245 + 12345) >> 16;
  frame[12] = 8;
  frame[13] = 0;
  ip[0] = 0x45;
  ip[6] = ip[7] = 0;
  ip[9] = protocol;
  memcpy (ip + 12, "\251\376\002\017", 4);
  memcpy (ip + 16, "\251\376\002\003", 4);
  ip[10] = ip[11] = 0;
  sum = sum_of (ip, 20, 0);
  ip[10] = sum >> 8;
  ip[11] = sum;
  field = frame + 34 + (protocol == 6 ? 16 : 6);
  field[0] = field[1] = 0;
  sum = payload_sum (frame, len);
  field[0] = sum >> 8;
  field[1] = sum;
}

static void
test_checksums (void)
{
  struct in_addr a, b;
  uint8_t frame[120], back[120];
  unsigned i;

  inet_pton (AF_INET, "169.254.2.3", &a);
  for (i = 0; i < 20000; ++i) {
    int protocol = i % 2 ? 6 : 17;
    size_t len = 60 + i % 50;

    b.s_addr = htonl (i * 2654435761u);
    make (frame, len, protocol, i);
    memcpy (back, frame, len);
    nat_replace (frame, len, NAT_DESTINATION, a, b);
    CHECK (memcmp (frame + 30, &b, 4) == 0);
    CHECK (sum_of (frame + 14, 20, 0) == 0);
    CHECK (payload_sum (frame, len) == 0);
    nat_replace (frame, len, NAT_SOURCE, a, b); /* not its source */
    nat_replace (frame, len, NAT_DESTINATION, b, a);
    CHECK (memcmp (frame + 14 + 12, back + 14 + 12, len - 26 - 18) == 0
           || protocol == 17);
    CHECK (payload_sum (frame, len) == 0);
  }
}

/* Short, strange and foreign frames are left alone, within their length. */
static void
test_others (void)
{
  struct in_addr a, b;
  uint8_t frame[120];
  size_t len;

  inet_pton (AF_INET, "169.254.2.3", &a);
  inet_pton (AF_INET, "127.0.0.53", &b);
  for (len = 0; len < 34; ++len) {
    uint8_t *copy = malloc (len + 1); /* a sanitizer sees the end */

    make (frame, 80, 17, 1);
    memcpy (copy, frame, len);
    nat_replace (copy, len, NAT_DESTINATION, a, b);
    CHECK (memcmp (copy, frame, len) == 0);
    free (copy);
  }
  make (frame, 80, 17, 1);
  frame[12] = 0x86;
  nat_replace (frame, 80, NAT_DESTINATION, a, b);
  CHECK (memcmp (frame + 30, &a, 4) == 0);
  make (frame, 80, 17, 1);
  frame[14] = 0x4f; /* a header longer than the frame */
  nat_replace (frame, 60, NAT_DESTINATION, a, b);
  CHECK (memcmp (frame + 30, &a, 4) == 0);
  make (frame, 80, 17, 1);
  frame[34 + 6] = frame[34 + 7] = 0; /* UDP without a checksum */
  nat_replace (frame, 80, NAT_DESTINATION, a, b);
  CHECK (memcmp (frame + 30, &b, 4) == 0);
  CHECK (frame[34 + 6] == 0 && frame[34 + 7] == 0);
}

int
main (void)
{
  test_checksums ();
  test_others ();
  return 0;
}
