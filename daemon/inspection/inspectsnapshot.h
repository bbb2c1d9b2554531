/* Copies of systems that are kept as snapshots are no systems of their own. */
#ifndef BATHYSCOPE_INSPECTSNAPSHOT_H
#define BATHYSCOPE_INSPECTSNAPSHOT_H

#include <stdbool.h>

#include "inspection.h"

/* By where snapshots, and images of containers, are kept. */
bool snapshot_by_name (const char *mountable);

/* Is the i-th system a copy of another one? */
bool snapshot_of_another (const struct inspected_vector *systems, size_t i);

#endif
