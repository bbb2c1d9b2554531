/* What is new in every guest: the seed of random numbers, the machine's number,
 * and at the end the labels of files. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "types.h"

static int
random_bytes (void *buf, size_t len, struct error *err)
{
  return getrandom (buf, len, 0) == (ssize_t) len ? 0
    : error_errno (err, "random numbers");
}

int
random_uuid (unsigned char ret[16], struct error *err)
{
  if (random_bytes (ret, 16, err) == -1)
    return -1;
  ret[6] = (ret[6] & 0x0f) | 0x40;
  ret[8] = (ret[8] & 0x3f) | 0x80;
  return 0;
}

static int
write_seed (struct guest *guest, const char *path, struct error *err)
{
  char seed[512];

  if (random_bytes (seed, sizeof seed, err) == -1)
    return -1;
  if (guestfs_write (guest->g, path, seed, sizeof seed) == -1
      || guestfs_chmod (guest->g, 0600, path) == -1)
    return guest_failed (guest, err);
  return 0;
}

int
set_random_seed (struct guest *guest, struct error *err)
{
  /* Each is written where it is there, the first whose folder is there in any
   * case. */
  static const struct { const char *path, *folder; } seeds[] = {
    { "/var/lib/systemd/random-seed", "/var/lib/systemd" },
    { "/var/lib/urandom/random-seed", "/var/lib/urandom" },
    { "/var/lib/misc/random-seed", NULL },
    { "/var/lib/random-seed", NULL },
    { "/etc/random-seed", NULL },
    { "/var/db/host.random", NULL },
  };
  bool made = false;
  size_t i;

  if (guest->is_windows)
    return 0;
  message (guest->o, "Setting a random seed");
  for (i = 0; i < sizeof seeds / sizeof *seeds; ++i) {
    if (!guest_is_file (guest, seeds[i].path)
        && (made || !seeds[i].folder || !guest_is_dir (guest, seeds[i].folder)))
      continue;
    if (write_seed (guest, seeds[i].path, err) == -1)
      return -1;
    made = true;
  }
  if (!made)
    warning (guest->o, "random seed could not be set for this type of guest");
  return 0;
}

/* An empty file asks for a number at boot, which a guest whose root is read-only
 * then cannot keep. */
int
set_machine_id (struct guest *guest, struct error *err)
{
  static const char path[] = "/etc/machine-id";
  unsigned char id[16];
  char text[34];
  size_t i;

  if (!guest->is_linux || guestfs_is_file (guest->g, path) != 1
      || guestfs_filesize (guest->g, path) != 0)
    return 0;
  message (guest->o, "Setting the machine ID in %s", path);
  /* machine-id(5) wants the digits of a random UUID. */
  if (random_uuid (id, err) == -1)
    return -1;
  for (i = 0; i < sizeof id; ++i)
    snprintf (text + 2 * i, 3, "%02x", id[i]);
  text[32] = '\n';
  text[33] = '\0';
  if (guestfs_write (guest->g, path, text, 33) == -1)
    return guest_failed (guest, err);
  return 0;
}

struct selinux_config {
  bool enabled;
  char type[64];
};

/* NAME=VALUE lines of /etc/selinux/config. */
static char *
read_config (const char *line, bool *ret_drop, void *data)
{
  struct selinux_config *c = data;
  char name[32], value[64];

  if (sscanf (line, " %31[A-Z] = %63[A-Za-z0-9_-]", name, value) != 2)
    return NULL;
  if (strcmp (name, "SELINUX") == 0)
    c->enabled = strcasecmp (value, "enforcing") == 0
      || strcasecmp (value, "permissive") == 0;
  else if (strcmp (name, "SELINUXTYPE") == 0)
    snprintf (c->type, sizeof c->type, "%s", value);
  return NULL;
}

/* Filesystems such as FAT have no labels: with ENOTSUP all others have theirs. */
static int
label_now (struct guest *guest, const char *type, struct error *err)
{
  CLEANUP_FREE char *contexts
    = xasprintf ("/etc/selinux/%s/contexts/files/file_contexts", type);
  char root[] = "/", *paths[] = { root, NULL };
  char group[] = "selinuxrelabel", *groups[] = { group, NULL };
  struct guestfs_setfiles_argv optargs = { .bitmask = 0 };

  if (guest->list->excludes.len > 0) {
    optargs.bitmask = GUESTFS_SETFILES_EXCLUDES_BITMASK;
    optargs.excludes = guest->list->excludes.items;
  }
  if (guestfs_feature_available (guest->g, groups) != 1)
    return error_set (err, ENOTSUP, "the appliance has no libselinux");
  if (!guest_is_file (guest, contexts))
    return error_set (err, ENOENT, "the guest has no policy %s", type);
  if (guestfs_setfiles_argv (guest->g, contexts, paths, &optargs) == -1
      && guestfs_last_errno (guest->g) != ENOTSUP)
    return guest_failed (guest, err);
  return 0;
}

/* Labels now where that is possible, else at the next boot. */
static int
relabel (struct guest *guest, const struct selinux_config *config,
         struct error *err)
{
  CLEANUP_ERROR struct error why = ERROR_INIT;
  int r = label_now (guest, config->type, &why);

  if (r == -1 && why.errnum == EINTR) {
    error_move (err, &why);
    return -1;
  }
  if (r == -1)
    warning (guest->o, "files cannot be labelled now (%s): they will be when "
             "the guest boots", why.message);
  r = r == -1 ? guestfs_touch (guest->g, "/.autorelabel")
    : guestfs_rm_f (guest->g, "/.autorelabel");
  return r == -1 ? guest_failed (guest, err) : 0;
}

int
relabel_selinux (struct guest *guest, struct error *err)
{
  struct selinux_config config = { .type = "targeted" };

  if (guest->list->no_selinux_relabel || !guest->is_linux)
    return 0;
  if (guest_edit_lines (guest, "/etc/selinux/config", read_config, &config,
                        err) == -1)
    return -1;
  if (!config.enabled) {
    if (guest->list->selinux_relabel)
      message (guest->o, "SELinux relabelling: the guest does not use SELinux");
    return 0;
  }
  message (guest->o, "SELinux relabelling");
  return relabel (guest, &config, err);
}
