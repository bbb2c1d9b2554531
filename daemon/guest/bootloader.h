/* Boot loaders, for feature.c. */
#ifndef BATHYSCOPE_BOOTLOADER_H
#define BATHYSCOPE_BOOTLOADER_H

/* Does the guest that is mounted have a grub-install? */
int grub_is_there (void);

#endif
