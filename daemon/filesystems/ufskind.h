/* Which UFS it is: the kernel's driver has to be told. */
#ifndef BATHYSCOPE_UFSKIND_H
#define BATHYSCOPE_UFSKIND_H

/* "ufstype=...", by the superblock on a device; NULL where that is not read. */
const char *ufs_mount_option (const char *device);

#endif
