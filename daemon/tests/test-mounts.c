/* The table of mounts, and options of mount. */

#include <config.h>

#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>

#include "check.h"
#include "mountoptions.h"
#include "mounts.h"

static const char table[] =
  "21 1 98:0 / / ro,relatime - erofs /dev/root ro,user_xattr\n"
  "22 21 0:5 / /dev rw - devtmpfs none rw,size=4k\n"
  "30 21 0:22 / /sysroot rw - tmpfs mountpoints rw\n"
  "31 21 8:1 / /sysroot rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
  "32 31 0:24 /@home /sysroot/a\\040b rw - btrfs /dev/sdb rw,subvol=/@home\n"
  "33 31 8:9 / /sysrootx rw - ext4 /dev/sdc rw\n"
  "broken line\n"
  "34 31 8:1 / /sysroot/again rw - ext4 /dev/sda1 rw";

static void
test_parse (void)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  const struct guest_mount *m;

  CHECK (mounts_parse (table, "/sysroot", &list, NULL) == 0);
  CHECK (list.len == 3);
  m = mounts_find_target (&list, "/");
  CHECK (m && strcmp (m->source, "/dev/sda1") == 0);
  CHECK (m && strcmp (m->type, "ext4") == 0);
  m = mounts_find_target (&list, "/a b");
  CHECK (m && strcmp (m->root, "/@home") == 0);
  CHECK (m && strcmp (m->fs_options, "rw,subvol=/@home") == 0);
  m = mounts_find_source (&list, "/dev/sda1");
  CHECK (m && strcmp (m->target, "/again") == 0);
  CHECK (!mounts_find_source (&list, "/dev/sdc"));
}

static void
test_empty (void)
{
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;

  CHECK (mounts_parse ("", "/sysroot", &list, NULL) == 0);
  CHECK (list.len == 0);
  CHECK (!mounts_find_target (&list, "/"));
}

static bool
parses (const char *text, unsigned long flags, const char *data)
{
  CLEANUP_MOUNT_OPTIONS struct mount_options o = MOUNT_OPTIONS_INIT;

  return mount_options_parse (text, &o, NULL) == 0 && o.flags == flags
    && strcmp (o.data.data ? o.data.data : "", data) == 0;
}

static void
test_options (void)
{
  CHECK (parses ("", 0, ""));
  CHECK (parses ("ro", MS_RDONLY, ""));
  CHECK (parses ("ro,rw", 0, ""));
  CHECK (parses ("noatime,,nodev,subvol=x,nofail", MS_NOATIME | MS_NODEV,
                 "subvol=x"));
  CHECK (parses ("a=1,ro,b=2,x-systemd.automount", MS_RDONLY, "a=1,b=2"));
  CHECK (parses ("context=\"a,b\",ro", MS_RDONLY, "context=\"a,b\""));
}

int
main (void)
{
  test_parse ();
  test_empty ();
  test_options ();
  return 0;
}
