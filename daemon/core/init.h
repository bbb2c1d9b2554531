/* The daemon as /init of the appliance. */
#ifndef BATHYSCOPE_INIT_H
#define BATHYSCOPE_INIT_H

#include "error.h"

/* Mount what the kernel does not mount by itself, and set limits. */
int init_system (struct error *err);

/* Open the port that leads to the library, waiting for it to appear. */
int init_open_port (struct error *err);

/* Write everything to the disks and stop the machine. */
void init_power_off (void) __attribute__ ((noreturn));

#endif
