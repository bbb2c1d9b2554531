/* What the registry of Windows says about the system. */
#ifndef BATHYSCOPE_WINREGISTRY_H
#define BATHYSCOPE_WINREGISTRY_H

#include "inspector.h"
#include "registry.h"

/* Fill in what the hive says. */
void winregistry_software (struct registry *r, struct system_info *info);
void winregistry_system (struct registry *r, struct system_info *info);

/* The system's hive, with the key at "below" in the control set that is used (0
 * where there is none); NULL if it cannot be read. */
struct registry *winregistry_control_set (int root,
                                          const struct system_info *info,
                                          const char *below, size_t *ret_key);

/* A value of MountedDevices: true when it is the letter of a partition. */
bool winregistry_drive (const char *name, const unsigned char *data, size_t len,
                        struct drive_letter *ret);

#endif
