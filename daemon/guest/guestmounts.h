/* /dev, /proc and /sys of the appliance, and /etc/resolv.conf when it has a
 * network, inside the guest, while a program of the guest runs.  Where the guest has no such directory there is none. */
#ifndef BATHYSCOPE_GUESTMOUNTS_H
#define BATHYSCOPE_GUESTMOUNTS_H

#include "error.h"

int guest_mounts_enter (struct error *err);
void guest_mounts_leave (void);

/* Mount /dev/pts and /dev/shm in the appliance, once. */
void guest_mounts_prepare_dev (void);

#endif
