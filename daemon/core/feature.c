/* Optional groups: see feature.h.
 *
 * A group needs programs of the root image, a file system of the kernel, a
 * library that the daemon is built with, or something of the guest (grub).
 * What needs none of these is in the table without conditions; what this daemon does
 * not offer is there with NEVER, because programs ask for it by name.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bootloader.h"
#include "command.h"
#include "feature.h"
#include "io.h"
#include "strlist.h"

#define NEVER "-"

/* What was there when the daemon was built. */
#ifdef HAVE_LDM
#define IF_LDM NULL
#else
#define IF_LDM NEVER
#endif
#ifdef HAVE_SELINUX
#define IF_SELINUX NULL
#else
#define IF_SELINUX NEVER
#endif
#ifdef HAVE_SYSTEMD
#define IF_SYSTEMD NULL
#else
#define IF_SYSTEMD NEVER
#endif
#ifdef HAVE_TSK
#define IF_TSK NULL
#else
#define IF_TSK NEVER
#endif
#ifdef HAVE_YARA
#define IF_YARA NULL
#else
#define IF_YARA NEVER
#endif

static const struct group {
  const char *name, *program, *filesystem;
  int (*is_there) (void); /* a condition of its own */
} groups[] = {
  { "acl", NULL, NULL },
  { "augeas", NULL, NULL },
  { "blkdiscard", NULL, NULL },
  { "blkdiscardzeroes", NULL, NULL },
  { "btrfs", "btrfs", "btrfs" },
  { "clevisluks", "clevis-luks-unlock", NULL },
  { "extlinux", "extlinux", NULL },
  { "f2fs", "mkfs.f2fs", "f2fs" },
  { "fstrim", NULL, NULL },
  { "gdisk", NULL, NULL },
  { "grub", NULL, NULL, grub_is_there },
  { "hivex", NULL, NULL },
  { "inotify", NULL, NULL },
  { "journal", IF_SYSTEMD, NULL },
  { "ldm", IF_LDM, NULL },
  { "libtsk", IF_TSK, NULL },
  { "libyara", IF_YARA, NULL },
  { "linuxcaps", NULL, NULL },
  { "linuxfsuuid", NULL, NULL },
  { "linuxmodules", NEVER, NULL },
  { "linuxxattrs", NULL, NULL },
  { "luks", NULL, NULL },
  { "lvm2", "lvm", NULL },
  { "mdadm", "mdadm", NULL },
  { "mknod", NULL, NULL },
  { "ntfs3g", "ntfs-3g.probe", NULL },
  { "ntfsprogs", "ntfsresize", NULL },
  { "realpath", NULL, NULL },
  { "rsync", "rsync", NULL },
  { "scrub", "scrub", NULL },
  { "selinux", IF_SELINUX, "selinuxfs" },
  { "selinuxrelabel", IF_SELINUX, NULL },
  { "sleuthkit", IF_TSK, NULL },
  { "squashfs", "mksquashfs", "squashfs" },
  { "syslinux", "extlinux", "vfat" },
  { "wipefs", NULL, NULL },
  { "xfs", "mkfs.xfs", "xfs" },
  { "xz", NULL, NULL },
  { "zerofree", "zerofree", NULL },
};
#define NR_GROUPS (sizeof groups / sizeof groups[0])

static int
compare_group (const void *name, const void *group)
{
  return strcmp (name, ((const struct group *) group)->name);
}

enum feature
feature_group (const char *name)
{
  const struct group *g = bsearch (name, groups, NR_GROUPS, sizeof groups[0],
                                   compare_group);

  if (!g)
    return FEATURE_UNKNOWN;
  if (g->program && (strcmp (g->program, NEVER) == 0
                     || !have_program (g->program)))
    return FEATURE_UNAVAILABLE;
  if (g->filesystem && feature_filesystem (g->filesystem, NULL) != 1)
    return FEATURE_UNAVAILABLE;
  if (g->is_there && !g->is_there ())
    return FEATURE_UNAVAILABLE;
  return FEATURE_AVAILABLE;
}

char **
feature_groups (void)
{
  CLEANUP_STRLIST struct strlist names = STRLIST_INIT;
  size_t i;

  for (i = 0; i < NR_GROUPS; ++i)
    if (strlist_add (&names, groups[i].name) == -1)
      return NULL;
  return strlist_take (&names);
}

/* Each line of /proc/filesystems is "nodev" or nothing, a tab, a name. */
int
feature_filesystem (const char *type, struct error *err)
{
  CLEANUP_CLOSE int fd = open ("/proc/filesystems", O_RDONLY | O_CLOEXEC);
  CLEANUP_FREE char *text = NULL;
  size_t len = strlen (type);
  char *line, *tab;

  if (fd >= 0)
    text = read_whole_fd (fd, 65536, NULL);
  if (!text)
    return error_errno (err, "/proc/filesystems");
  for (line = text; (tab = strchr (line, '\t')) != NULL; line = tab + 1)
    if (len > 0 && strncmp (tab + 1, type, len) == 0 && tab[1 + len] == '\n')
      return 1;
  return 0;
}
