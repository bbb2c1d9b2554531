/* The registry of a Windows guest: see registry.h. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "registry.h"

int
registry_open (struct guest *guest, const char *hive, bool write,
               struct error *err)
{
  CLEANUP_FREE char *path = strcmp (hive, "SYSTEM") == 0
    ? guestfs_inspect_get_windows_system_hive (guest->g, guest->root)
    : guestfs_inspect_get_windows_software_hive (guest->g, guest->root);

  if (!path || guestfs_hivex_open (guest->g, path, GUESTFS_HIVEX_OPEN_WRITE,
                                   write, -1) == -1)
    return guest_failed (guest, err);
  return 0;
}

int
registry_close (struct guest *guest, bool commit, struct error *err)
{
  int r = 0;

  if (commit && guestfs_hivex_commit (guest->g, NULL) == -1)
    r = guest_failed (guest, err);
  if (guestfs_hivex_close (guest->g) == -1 && r == 0)
    r = guest_failed (guest, err);
  return r;
}

int64_t
registry_key (struct guest *guest, const char *path, bool create,
              struct error *err)
{
  int64_t node = guestfs_hivex_root (guest->g);

  while (node > 0 && *path) {
    size_t len = strcspn (path, "/");
    CLEANUP_FREE char *name = strndup (path, len);
    int64_t child;

    if (!name)
      return error_errno (err, "registry");
    child = guestfs_hivex_node_get_child (guest->g, node, name);
    if (child == 0 && create)
      child = guestfs_hivex_node_add_child (guest->g, node, name);
    if (child == 0)
      return 0;
    node = child;
    path += len + (path[len] == '/');
  }
  return node == -1 ? guest_failed (guest, err) : node;
}

static int
set_value (struct guest *guest, int64_t key, const char *name, int type,
           const void *data, size_t len, struct error *err)
{
  if (guestfs_hivex_node_set_value (guest->g, key, name, type, data, len) == -1)
    return guest_failed (guest, err);
  return 0;
}

int
registry_set_string (struct guest *guest, int64_t key, const char *name,
                     enum registry_type type, const char *text,
                     struct error *err)
{
  size_t i, len = strlen (text) + 1; /* with its end */
  CLEANUP_FREE char *wide = calloc (len, 2);

  if (!wide)
    return error_errno (err, "registry");
  for (i = 0; i < len; ++i)
    wide[2 * i] = text[i]; /* UTF-16LE */
  return set_value (guest, key, name, type, wide, 2 * len, err);
}

int
registry_set_dword (struct guest *guest, int64_t key, const char *name,
                    uint32_t value, struct error *err)
{
  const unsigned char bytes[4] = { value, value >> 8, value >> 16, value >> 24 };

  return set_value (guest, key, name, REGISTRY_DWORD, bytes, 4, err);
}

int
registry_set_binary (struct guest *guest, int64_t key, const char *name,
                     const void *data, size_t len, struct error *err)
{
  return set_value (guest, key, name, REGISTRY_BINARY, data, len, err);
}

/* 0: no such value. */
static int64_t
find_value (struct guest *guest, int64_t key, const char *name,
            struct error *err)
{
  int64_t value = guestfs_hivex_node_get_value (guest->g, key, name);

  return value == -1 ? guest_failed (guest, err) : value;
}

char *
registry_get (struct guest *guest, int64_t key, const char *name,
              size_t *ret_len, struct error *err)
{
  int64_t value = find_value (guest, key, name, err);
  char *ret;

  if (value <= 0)
    return NULL;
  ret = guestfs_hivex_value_value (guest->g, value, ret_len);
  if (!ret)
    guest_failed (guest, err);
  return ret;
}

char *
registry_get_string (struct guest *guest, int64_t key, const char *name,
                     struct error *err)
{
  int64_t value = find_value (guest, key, name, err);
  char *ret;

  if (value <= 0)
    return NULL;
  ret = guestfs_hivex_value_string (guest->g, value);
  if (!ret)
    guest_failed (guest, err);
  return ret;
}
