/* Drive letters of Windows. */
#ifndef BATHYSCOPE_INSPECTDRIVES_H
#define BATHYSCOPE_INSPECTDRIVES_H

#include "error.h"
#include "inspector.h"

/* Letter, device, letter, device, ...: those whose partition is here; the
 * caller frees. */
int inspect_drives (const struct system_info *info, char ***ret,
                    struct error *err);

#endif
