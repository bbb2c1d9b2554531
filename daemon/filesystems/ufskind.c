/* Which UFS it is: see ufskind.h.  The kinds differ in where the superblock is,
 * in its magic number and byte order, and, from 4.4BSD on, in a field that says
 * what inodes look like; read as another kind the files are nonsense. */

#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "device.h"
#include "ufskind.h"

enum {
  SUPERBLOCK_SIZE = 1376, INODE_FORMAT_AT = 1324, MAGIC_AT = 1372,
};

/* <ufs/ffs/fs.h>: FS_UFS1_MAGIC, FS_UFS2_MAGIC; FS_44INODEFMT. */
static const struct {
  long long at;
  unsigned char magic[4];
  int inode_format; /* -1: any */
  const char *option;
} kinds[] = {
  { 65536, { 0x19, 0x01, 0x54, 0x19 }, -1, "ufstype=ufs2" },
  { 8192, { 0x54, 0x19, 0x01, 0x00 }, 2, "ufstype=44bsd" },
  { 8192, { 0x54, 0x19, 0x01, 0x00 }, -1, "ufstype=old" },
  { 8192, { 0x00, 0x01, 0x19, 0x54 }, -1, "ufstype=sun" },
};

const char *
ufs_mount_option (const char *device)
{
  CLEANUP_CLOSE int fd = device_open (device, O_RDONLY, NULL);
  unsigned char buf[SUPERBLOCK_SIZE];
  size_t i;

  for (i = 0; fd != -1 && i < sizeof kinds / sizeof kinds[0]; ++i)
    if (pread (fd, buf, sizeof buf, kinds[i].at) == sizeof buf
        && memcmp (buf + MAGIC_AT, kinds[i].magic, 4) == 0
        && (kinds[i].inode_format == -1
            || buf[INODE_FORMAT_AT] == kinds[i].inode_format))
      return kinds[i].option;
  return NULL;
}
