/* Groups of calls that an appliance may lack: what available and
 * feature_available tell, and what the dispatcher checks. */
#ifndef BATHYSCOPE_FEATURE_H
#define BATHYSCOPE_FEATURE_H

#include "error.h"

/* As internal_feature_available answers. */
enum feature {
  FEATURE_AVAILABLE = 0,
  FEATURE_UNAVAILABLE = 1,
  FEATURE_UNKNOWN = 2,
};

enum feature feature_group (const char *group);

/* Every known group, sorted. */
char **feature_groups (void);

/* Does the kernel know the file system type?  1, 0 or -1. */
int feature_filesystem (const char *type, struct error *err);

#endif
