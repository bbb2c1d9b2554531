/* Where free space is, and giving it back: see sparsify.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "contents.h"
#include "message.h"
#include "prefix.h"
#include "sparsify.h"

static bool
is_in (const struct strlist *list, const char *name)
{
  return list->items && strings_contain (list->items, name);
}

static void
check (const struct sparsify *s, int r)
{
  if (r == -1)
    die_handle (&s->o);
}

/* Types that have no free space, or none that could be reached. */
static bool
has_free_space (const char *type)
{
  static const char *const without[] = {
    "unknown", "iso9660", "udf", "squashfs", "erofs", "cramfs", "LVM2_member",
    "linux_raid_member", "crypto_LUKS", "BitLocker", "bcache", "swsuspend",
    "ufs", "hfsplus", "hfs", NULL
  };
  size_t i;

  for (i = 0; without[i]; ++i)
    if (strcmp (without[i], type) == 0)
      return false;
  return *type != '\0';
}

/* Give back all of a device.  In a copy what is discarded reads as zeroes; in
 * place only zeroes written before make sure of that, where it matters. */
static void
discard (const struct sparsify *s, const char *device, bool zero)
{
  guestfs_h *g = s->o.g;
  int r;

  if (zero && s->in_place)
    check (s, guestfs_zero_device (g, device));
  guestfs_push_error_handler (g, NULL, NULL);
  r = guestfs_blkdiscard (g, device);
  guestfs_pop_error_handler (g);
  if (r == -1 && !s->in_place)
    check (s, guestfs_zero_device (g, device));
}

/* What was swapped out means nothing while the machine is shut down. */
static void
clear_swap (const struct sparsify *s, const char *device)
{
  guestfs_h *g = s->o.g;
  CLEANUP_FREE char *label = guestfs_vfs_label (g, device);
  CLEANUP_FREE char *uuid = guestfs_vfs_uuid (g, device);

  message (&s->o, "Clearing swap on %s", device);
  discard (s, device, false);
  contents_make_swap (&s->o, g, device, label, uuid);
}

/* Filesystems that cannot discard are filled with zeroes, where a copy leaves
 * these out. */
static void
trim_mounted (const struct sparsify *s, const char *device, const char *type)
{
  guestfs_h *g = s->o.g;
  int r;

  guestfs_push_error_handler (g, NULL, NULL);
  r = guestfs_fstrim (g, "/", -1);
  guestfs_pop_error_handler (g);
  if (r == 0)
    return;
  if (s->in_place)
    warning (&s->o, "%s: free space of %s cannot be given back in place",
             device, type);
  else
    check (s, guestfs_zero_free_space (g, "/"));
}

static void
trim_filesystem (const struct sparsify *s, const char *device,
                 const char *type)
{
  guestfs_h *g = s->o.g;
  int r;

  guestfs_push_error_handler (g, NULL, NULL);
  /* The kernel's NTFS trims only where it may discard. */
  r = guestfs_mount_options (g, strcmp (type, "ntfs") == 0 ? "discard" : "",
                             device, "/");
  guestfs_pop_error_handler (g);
  if (r == -1) {
    warning (&s->o, "%s: its free space stays: %s", device,
             guestfs_last_error (g));
    return;
  }
  message (&s->o, "Trimming %s", device);
  trim_mounted (s, device, type);
  check (s, guestfs_umount_all (g));
}

static void
free_device (const struct sparsify *s, const char *device, const char *type)
{
  if (is_in (&s->zeroed, device)) {
    message (&s->o, "Zeroing %s", device);
    discard (s, device, true);
  }
  else if (is_in (&s->ignored, device)
           || has_prefix (device, "btrfsvol:"))
    return; /* subvolumes share the space of their filesystem */
  else if (strcmp (type, "swap") == 0)
    clear_swap (s, device);
  else if (has_free_space (type))
    trim_filesystem (s, device, type);
}

/* A volume takes all room of the group for as long as it takes to discard it. */
static void
free_group (const struct sparsify *s, const char *group)
{
  guestfs_h *g = s->o.g;
  CLEANUP_FREE char *volume = NULL;
  char name[64];
  int r;

  snprintf (name, sizeof name, "virt-sparsify-%d", (int) getpid ());
  if (asprintf (&volume, "/dev/%s/%s", group, name) == -1)
    die (&s->o, "out of memory");
  guestfs_push_error_handler (g, NULL, NULL);
  r = guestfs_lvcreate_free (g, name, group, 100);
  guestfs_pop_error_handler (g);
  if (r == -1)
    return; /* nothing is free there */
  message (&s->o, "Trimming the volume group %s", group);
  discard (s, volume, false);
  check (s, guestfs_sync (g));
  check (s, guestfs_lvremove (g, volume));
}

/* --zero may name a partition on which nothing was found, too. */
static void
zero_others (const struct sparsify *s, char *const *filesystems)
{
  size_t i, j;

  for (i = 0; i < s->zeroed.len; ++i) {
    const char *device = s->zeroed.items[i];

    for (j = 0; filesystems[j] && strcmp (filesystems[j], device) != 0; j += 2)
      ;
    if (!filesystems[j])
      free_device (s, device, "");
  }
}

void
sparsify_free_space (const struct sparsify *s)
{
  guestfs_h *g = s->o.g;
  CLEANUP_STRINGS char **filesystems = NULL;
  CLEANUP_STRINGS char **groups = NULL;
  size_t i;

  if (s->o.nr_keys > 0 || s->o.keys_from_stdin || isatty (STDIN_FILENO))
    unlock_devices (&s->o, g);
  filesystems = guestfs_list_filesystems (g);
  if (!filesystems)
    die_handle (&s->o);
  for (i = 0; filesystems[i]; i += 2)
    free_device (s, filesystems[i], filesystems[i + 1]);
  zero_others (s, filesystems);
  groups = guestfs_vgs (g);
  if (!groups)
    die_handle (&s->o);
  for (i = 0; groups[i]; ++i)
    if (!is_in (&s->ignored, groups[i]))
      free_group (s, groups[i]);
}
