/* Opening the guest: see open-guest.h. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "open-guest.h"

void
guest_settings_attach (struct guest_settings *s, const char *image,
                       const char *format)
{
  s->attached = xrealloc (s->attached, s->nr_attached + 1,
                          sizeof *s->attached);
  s->attached[s->nr_attached++] = (struct attached) { image, format };
}

void
guest_settings_release (struct guest_settings *s)
{
  free (s->attached);
}

static void
add_attached (struct options *o, const struct guest_settings *s)
{
  size_t i;

  for (i = 0; i < s->nr_attached; ++i) {
    struct guestfs_add_drive_opts_argv optargs = {
      .bitmask = GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK, .readonly = 1,
      .format = s->attached[i].format,
    };

    if (optargs.format)
      optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK;
    if (guestfs_add_drive_opts_argv (o->g, s->attached[i].image, &optargs) == -1)
      die_handle (o);
  }
}

/* Systems on attached disks, such as those of an installer, are none that are to
 * be changed: the guest's disks are the first. */
static void
drop_attached (const struct options *o, char **roots, size_t first)
{
  size_t i, n = 0;

  for (i = 0; roots[i]; ++i) {
    CLEANUP_FREE char *device = NULL;
    int number;

    guestfs_push_error_handler (o->g, NULL, NULL);
    device = guestfs_part_to_dev (o->g, roots[i]);
    number = guestfs_device_index (o->g, device ? device : roots[i]);
    guestfs_pop_error_handler (o->g);
    if (number >= (int) first)
      free (roots[i]);
    else
      roots[n++] = roots[i];
  }
  roots[n] = NULL;
}

static size_t
count_devices (const struct options *o)
{
  CLEANUP_STRINGS char **devices = guestfs_list_devices (o->g);

  if (!devices)
    die_handle (o);
  return strings_count (devices);
}

char **
guest_open (struct options *o, const struct guest_settings *s)
{
  char **roots;

  message (o, "Examining the guest ...");
  if ((s->memsize && guestfs_set_memsize (o->g, s->memsize) == -1)
      || (s->smp && guestfs_set_smp (o->g, s->smp) == -1)
      || guestfs_set_network (o->g, s->network
                              || guestfs_get_network (o->g) == 1) == -1)
    die_handle (o);
  o->readonly = s->dry_run;
  options_add_drives (o, o->g);
  o->readonly = false; /* the overlay is written */
  add_attached (o, s);
  if (guestfs_launch (o->g) == -1)
    die_handle (o);
  unlock_devices (o, o->g);
  roots = guestfs_inspect_os (o->g);
  if (!roots)
    die_handle (o);
  if (s->nr_attached > 0)
    drop_attached (o, roots, count_devices (o) - s->nr_attached);
  if (!roots[0])
    die (o, "no operating system was found on this disk");
  return roots;
}

void
guest_mount (const struct options *o, const char *root,
             const char *mount_options)
{
  mount_root (o, o->g, root, mount_options);
}
