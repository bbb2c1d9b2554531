/* Which distribution of Linux is it, and which version? */
#ifndef BATHYSCOPE_RELEASE_H
#define BATHYSCOPE_RELEASE_H

#include "inspector.h"

/* From os-release(5), where it names a distribution that is known here.  These
 * fill in distro, version, product name and what else the file says; 1, or 0
 * where the files are not there or say nothing. */
int release_from_os_release (int root, struct system_info *info);

/* From /etc/lsb-release, and the file of the distribution. */
int release_from_files (int root, struct system_info *info);

/* All of the above, the best first. */
int release_identify (int root, struct system_info *info);

#endif
