/* Exchanging an address in packets.  Pure. */
#ifndef BATHYSCOPE_NAT_H
#define BATHYSCOPE_NAT_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum nat_side { NAT_SOURCE, NAT_DESTINATION };

/* When the Ethernet frame is an IPv4 packet whose source or destination is
 * `from`, make it `to`, and its checksums right again if they were.  Anything
 * may be in the frame. */
void nat_replace (uint8_t *frame, size_t len, enum nat_side side,
                  struct in_addr from, struct in_addr to);

#endif
