/* Names of operating systems in the osinfo database. */
#ifndef BATHYSCOPE_OSINFO_H
#define BATHYSCOPE_OSINFO_H

#include "inspector.h"

/* "debian12", "win10", "unknown": a heap string, or NULL without memory. */
char *osinfo_id (const struct system_info *info);

#endif
