/* The network of the appliance, when the kernel's command line has one. */
#ifndef BATHYSCOPE_DAEMON_NETWORK_H
#define BATHYSCOPE_DAEMON_NETWORK_H

#include "error.h"

/* The file that /etc/resolv.conf of the appliance leads to; it exists when
 * there is a network. */
#define NETWORK_RESOLV_CONF "/run/resolv.conf"

/* Configure the interface as BATHYSCOPE_NETWORK says; nothing when it is not
 * set. */
int network_configure (struct error *err);

#endif
