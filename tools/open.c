/* Open what the options name: drives, launch, decryption, mounting. */

#include <config.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "error.h"
#include "keys.h"
#include "secret.h"
#include "options.h"
#include "strlist.h"
#include "uri.h"

/* What a URI says of the drive. */
static void
add_uri (struct guestfs_add_drive_opts_argv *optargs, const struct drive_uri *u,
         char **servers)
{
  if (u->protocol) {
    optargs->bitmask |= GUESTFS_ADD_DRIVE_OPTS_PROTOCOL_BITMASK;
    optargs->protocol = u->protocol;
  }
  if (u->server) {
    servers[0] = u->server;
    optargs->bitmask |= GUESTFS_ADD_DRIVE_OPTS_SERVER_BITMASK;
    optargs->server = servers;
  }
  if (u->user) {
    optargs->bitmask |= GUESTFS_ADD_DRIVE_OPTS_USERNAME_BITMASK;
    optargs->username = u->user;
  }
  if (u->password) {
    optargs->bitmask |= GUESTFS_ADD_DRIVE_OPTS_SECRET_BITMASK;
    optargs->secret = u->password;
  }
}

/* -a takes file names and URIs. */
static void
add_drive (const struct options *o, guestfs_h *g, const struct drive_option *d)
{
  struct guestfs_add_drive_opts_argv optargs = { .bitmask = 0 };
  char *servers[] = { NULL, NULL };

  if (o->readonly && !d->is_new) {
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK;
    optargs.readonly = 1;
  }
  if (d->format) {
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK;
    optargs.format = d->format;
  }
  if (d->blocksize) {
    optargs.bitmask |= GUESTFS_ADD_DRIVE_OPTS_BLOCKSIZE_BITMASK;
    optargs.blocksize = d->blocksize;
  }
  if (d->uri.path)
    add_uri (&optargs, &d->uri, servers);
  if (guestfs_add_drive_opts_argv (g, d->uri.path ? d->uri.path : d->image,
                                   &optargs) == -1)
    die_handle (o);
}

static void
no_message (void *data, void *error)
{
}

/* libvirt prints what fails, and the library's error says it again. */
static void
silence_libvirt (void)
{
  void *libvirt = dlopen ("libvirt.so.0", RTLD_LAZY);
  void (*set_error_func) (void *data, void (*fn) (void *, void *)) = NULL;

  if (libvirt)
    *(void **) &set_error_func = dlsym (libvirt, "virSetErrorFunc");
  if (set_error_func)
    set_error_func (NULL, no_message);
}

/* CD-ROMs and the like are added too, but never for writing. */
static void
add_domain (const struct options *o, guestfs_h *g, const struct drive_option *d)
{
  struct guestfs_add_domain_argv optargs = {
    .bitmask = GUESTFS_ADD_DOMAIN_READONLY_BITMASK
      | GUESTFS_ADD_DOMAIN_ALLOWUUID_BITMASK
      | GUESTFS_ADD_DOMAIN_READONLYDISK_BITMASK,
    .readonly = o->readonly,
    .allowuuid = 1,
    .readonlydisk = "read",
  };
  int r;

  if (o->connect) {
    optargs.bitmask |= GUESTFS_ADD_DOMAIN_LIBVIRTURI_BITMASK;
    optargs.libvirturi = o->connect;
  }
  silence_libvirt ();
  if (d->is_guessed)
    guestfs_push_error_handler (g, NULL, NULL);
  r = guestfs_add_domain_argv (g, d->image, &optargs);
  if (d->is_guessed)
    guestfs_pop_error_handler (g);
  if (r == -1 && d->is_guessed)
    die (o, "there is no file \"%s\", and no domain: %s", d->image,
         guestfs_last_error (g));
  if (r == -1)
    die_handle (o);
}

/* A domain may have any number of drives. */
static size_t
nr_drives (guestfs_h *g)
{
  CLEANUP_STRINGS char **drives = guestfs_debug_drives (g);

  return drives ? strings_count (drives) : 0;
}

void
options_add_drives (const struct options *o, guestfs_h *g)
{
  size_t i;

  for (i = 0; i < o->nr_drives; ++i) {
    struct drive_option *d = &o->drives[i];

    if (i > 0)
      d->first = d[-1].is_domain ? nr_drives (g) : d[-1].first + 1;
    if (d->is_domain)
      add_domain (o, g, d);
    else
      add_drive (o, g, d);
  }
}

/* Does a key with this identifier belong to the device? */
static bool
key_matches (const struct key_option *k, const char *device, const char *uuid)
{
  return strcmp (k->id, "all") == 0 || strcmp (k->id, device) == 0
         || (uuid && strcasecmp (k->id, uuid) == 0);
}

/* Name of the unlocked device: as guests name it, luks-UUID. */
static void
mapped_name (const char *device, const char *uuid, char *name, size_t size)
{
  size_t i;

  if (uuid && *uuid) {
    snprintf (name, size, "luks-%s", uuid);
    return;
  }
  snprintf (name, size, "crypt%s", device);
  for (i = 0; name[i]; ++i)
    if (name[i] == '/')
      name[i] = '-';
}

static bool
unlock_with (guestfs_h *g, const struct key_option *key, const char *device,
             const char *name)
{
  return key->key ? guestfs_cryptsetup_open (g, device, key->key, name, -1) == 0
    : guestfs_clevis_luks_unlock (g, device, name) == 0;
}

static bool
unlock (const struct options *o, guestfs_h *g, const char *device)
{
  CLEANUP_FREE char *uuid = NULL;
  char name[256];
  size_t i;
  bool opened = false;

  guestfs_push_error_handler (g, NULL, NULL);
  uuid = guestfs_vfs_uuid (g, device);
  mapped_name (device, uuid, name, sizeof name);
  for (i = 0; i < o->nr_keys && !opened; ++i)
    if (key_matches (&o->keys[i], device, uuid))
      opened = unlock_with (g, &o->keys[i], device, name);
  guestfs_pop_error_handler (g);

  if (!opened && o->nr_keys == 0) {
    char *key = key_read (o, device);

    if (key)
      opened = guestfs_cryptsetup_open (g, device, key, name, -1) == 0;
    secret_free (key);
  }
  if (!opened)
    fprintf (stderr, "%s: %s is encrypted and no key given opens it\n",
             o->program, device);
  return opened;
}

/* Try each encrypted device that has not been tried; does a new one open? */
static bool
unlock_new (const struct options *o, guestfs_h *g, struct strlist *tried)
{
  CLEANUP_STRINGS char **filesystems = guestfs_list_filesystems (g);
  bool opened = false;
  size_t i;

  if (!filesystems)
    die_handle (o);
  for (i = 0; filesystems[i]; i += 2) {
    if ((strcmp (filesystems[i + 1], "crypto_LUKS") != 0
         && strcmp (filesystems[i + 1], "BitLocker") != 0)
        || (tried->items && strings_contain (tried->items, filesystems[i])))
      continue;
    if (strlist_add (tried, filesystems[i]) == -1)
      die (o, "out of memory");
    opened |= unlock (o, g, filesystems[i]);
  }
  return opened;
}

/* What is opened may hold volume groups, and these encrypted volumes. */
void
unlock_devices (const struct options *o, guestfs_h *g)
{
  CLEANUP_STRLIST struct strlist tried = STRLIST_INIT;

  while (unlock_new (o, g, &tried))
    if (guestfs_lvm_scan (g, 1) == -1)
      die_handle (o);
}

static int
by_length (const void *a, const void *b)
{
  const char *const *x = a, *const *y = b;
  size_t lx = strlen (*x), ly = strlen (*y);

  return lx < ly ? -1 : lx > ly;
}

/* What "POINT:OPTIONS;POINT:OPTIONS..." says of a mount point; heap memory. */
static char *
options_of (const struct options *o, const char *all, const char *point)
{
  size_t len = strlen (point);
  char *ret = NULL;

  for (; all && *all && !ret; all += strcspn (all, ";"), all += *all == ';')
    if (strncmp (all, point, len) == 0 && all[len] == ':')
      ret = strndup (all + len + 1, strcspn (all + len + 1, ";"));
  if (!ret)
    ret = xstrdup ("");
  return ret;
}

void
mount_root (const struct options *o, guestfs_h *g, const char *root,
            const char *mount_options)
{
  CLEANUP_STRINGS char **mountpoints
    = guestfs_inspect_get_mountpoints (g, root);
  size_t i;

  if (!mountpoints)
    die_handle (o);
  qsort (mountpoints, strings_count (mountpoints) / 2,
         2 * sizeof *mountpoints, by_length);
  for (i = 0; mountpoints[i]; i += 2) {
    CLEANUP_FREE char *given = options_of (o, mount_options, mountpoints[i]);
    bool is_root = strcmp (mountpoints[i], "/") == 0;
    int r;

    /* A guest with a bad line in its fstab is still worth a look. */
    if (!is_root)
      guestfs_push_error_handler (g, NULL, NULL);
    if (o->readonly)
      r = guestfs_mount_ro (g, mountpoints[i + 1], mountpoints[i]);
    else if (*given)
      r = guestfs_mount_options (g, given, mountpoints[i + 1], mountpoints[i]);
    else
      r = guestfs_mount (g, mountpoints[i + 1], mountpoints[i]);
    if (!is_root)
      guestfs_pop_error_handler (g);
    if (r == -1 && is_root)
      die_handle (o);
    if (r == -1)
      fprintf (stderr, "%s: %s (ignored)\n", o->program,
               guestfs_last_error (g));
  }
}

char *
mount_inspected (const struct options *o, guestfs_h *g)
{
  CLEANUP_STRINGS char **roots = NULL;

  unlock_devices (o, g);
  roots = guestfs_inspect_os (g);
  if (!roots)
    die_handle (o);
  if (!roots[0])
    die (o, "no operating system was found on this disk\n"
         "If it has one, mount its filesystems by hand: list them with virt-filesystems, then use -m.");
  if (roots[1]) {
    size_t i;

    fprintf (stderr, "%s: there is more than one operating system on this disk:\n", o->program);
    for (i = 0; roots[i]; ++i) {
      CLEANUP_FREE char *product = guestfs_inspect_get_product_name (g, roots[i]);
      fprintf (stderr, "  %s: %s\n", roots[i], product ? product : "unknown");
    }
    die (o, "choose one with -m DEVICE");
  }
  mount_root (o, g, roots[0], NULL);
  return xstrdup (roots[0]);
}

/* What -m asks for, and that it is read-only when the drives are. */
static char *
mount_options (const struct options *o, const struct mount_option *m)
{
  const char *given = m->options ? m->options : "";
  char *ret;

  if (asprintf (&ret, "%s%s%s", o->readonly ? "ro" : "",
                o->readonly && *given ? "," : "", given) == -1)
    die (o, "out of memory");
  return ret;
}

static void
mount_one (const struct options *o, guestfs_h *g, const struct mount_option *m)
{
  CLEANUP_FREE char *options = mount_options (o, m);
  int r;

  if (m->fstype)
    r = guestfs_mount_vfs (g, options, m->fstype, m->device, m->mountpoint);
  else
    r = guestfs_mount_options (g, options, m->device, m->mountpoint);
  if (r == 0)
    return;

  {
    CLEANUP_STRINGS char **filesystems = guestfs_list_filesystems (g);
    size_t i;

    if (filesystems && filesystems[0]) {
      fprintf (stderr, "%s: '%s' could not be mounted.  There are:\n",
               o->program, m->device);
      for (i = 0; filesystems[i]; i += 2)
        fprintf (stderr, "\t%s (%s)\n", filesystems[i], filesystems[i + 1]);
    }
  }
  exit (EXIT_FAILURE);
}

void
options_mount (const struct options *o, guestfs_h *g)
{
  size_t i;

  if (o->nr_mounts > 0) {
    unlock_devices (o, g);
    for (i = 0; i < o->nr_mounts; ++i)
      mount_one (o, g, &o->mounts[i]);
  }
  else if (o->inspector)
    free (mount_inspected (o, g));
}

void
options_open (const struct options *o)
{
  options_add_drives (o, o->g);
  if (guestfs_launch (o->g) == -1)
    die_handle (o);
  options_mount (o, o->g);
}
