/* CPUs for the appliances of this process: each keeps to one (machine/uml/launch.c),
 * and two that work at the same time should not keep to the same. */
#ifndef BATHYSCOPE_LIB_CPUS_H
#define BATHYSCOPE_LIB_CPUS_H

/* A CPU for one more appliance: away from the caller's when it is the only one, and
 * then from those that have been taken, as long as there are others.  -1: no
 * preference.  Returned by cpus_release. */
int cpus_take (void);
void cpus_release (int cpu);

#endif
