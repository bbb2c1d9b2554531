/* The registry of Windows: see registry.h. */

#include <config.h>

#include <errno.h>
#include <hivex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "registry.h"
#include "rootfs.h"
#include "strlist.h"

#define HIVE_MAX (512 * 1024 * 1024)
#define VALUES_MAX 65536
#define STRING_MAX (64 * 1024)
#define DEPTH_MAX 64

struct registry {
  hive_h *hive;
  int fd; /* libhivex knows the file by the name of this */
  bool dirty;
};

/* libhivex maps the file; what cannot be read had better be known before. */
static int
check_readable (int fd, bool *ret_dirty)
{
  enum { PIECE = 1024 * 1024 };
  CLEANUP_FREE unsigned char *buf = malloc (PIECE);
  struct stat st;
  off_t at;
  ssize_t n;

  if (!buf || fstat (fd, &st) == -1)
    return -1;
  if (st.st_size > HIVE_MAX) {
    errno = EFBIG;
    return -1;
  }
  for (at = 0; at < st.st_size; at += n) {
    n = pread_full (fd, buf, PIECE, at);
    if (n <= 0) {
      if (n == 0)
        errno = EIO;
      return -1;
    }
    /* The two sequence numbers differ while it is being written. */
    if (at == 0 && n >= 12)
      *ret_dirty = memcmp (buf + 4, buf + 8, 4) != 0;
  }
  return 0;
}

struct registry *
registry_open (int root, const char *path)
{
  CLEANUP_CLOSE int fd = rootfs_open (root, path);
  CLEANUP_FREE struct registry *r = calloc (1, sizeof *r);
  char name[32];

  if (fd == -1 || !r || check_readable (fd, &r->dirty) == -1)
    return NULL;
  (void) snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
  r->hive = hivex_open (name, 0);
  /* Damaged, but something may be readable. */
  if (!r->hive)
    r->hive = hivex_open (name, HIVEX_OPEN_UNSAFE);
  if (!r->hive)
    return NULL;
  r->fd = TAKE_FD (fd);
  return TAKE_PTR (r);
}

void
registry_close (struct registry *r)
{
  if (!r)
    return;
  (void) hivex_close (r->hive);
  (void) close (r->fd);
  free (r);
}

bool
registry_is_dirty (const struct registry *r)
{
  return r->dirty;
}

size_t
registry_key_below (struct registry *r, size_t key, const char *path)
{
  int depth = 0;

  while (key && *path && depth++ < DEPTH_MAX) {
    size_t len = strcspn (path, "\\");
    CLEANUP_FREE char *name = strndup (path, len);

    key = name ? hivex_node_get_child (r->hive, key, name) : 0;
    path += len;
    path += *path == '\\';
  }
  return key;
}

size_t
registry_key (struct registry *r, const char *path)
{
  return registry_key_below (r, hivex_root (r->hive), path);
}

size_t *
registry_children (struct registry *r, size_t key)
{
  return key ? hivex_node_children (r->hive, key) : NULL;
}

char *
registry_name (struct registry *r, size_t key)
{
  return key ? hivex_node_name (r->hive, key) : NULL;
}

static hive_value_h
find_value (struct registry *r, size_t key, const char *name, hive_type *type,
            size_t *len)
{
  hive_value_h value = key ? hivex_node_get_value (r->hive, key, name) : 0;

  return value && hivex_value_type (r->hive, value, type, len) == 0 ? value : 0;
}

char *
registry_string (struct registry *r, size_t key, const char *name)
{
  hive_type type;
  size_t len;
  hive_value_h value = find_value (r, key, name, &type, &len);

  if (!value || len > STRING_MAX
      || (type != hive_t_string && type != hive_t_expand_string))
    return NULL;
  return hivex_value_string (r->hive, value);
}

char **
registry_strings (struct registry *r, size_t key, const char *name)
{
  CLEANUP_STRLIST struct strlist list = STRLIST_INIT;
  hive_type type;
  size_t len;
  hive_value_h value = find_value (r, key, name, &type, &len);

  if (!value || len > STRING_MAX)
    return NULL;
  if (type == hive_t_multiple_strings)
    return hivex_value_multiple_strings (r->hive, value);
  if (strlist_add_taken (&list, registry_string (r, key, name)) == -1)
    return NULL;
  return strlist_take (&list);
}

bool
registry_number (struct registry *r, size_t key, const char *name,
                 uint32_t *ret)
{
  hive_type type;
  size_t len;
  hive_value_h value = find_value (r, key, name, &type, &len);

  if (!value || len != 4 || (type != hive_t_dword && type != hive_t_dword_be))
    return false;
  *ret = (uint32_t) hivex_value_dword (r->hive, value);
  return true;
}

void
registry_each_value (struct registry *r, size_t key,
                     void (*call) (void *opaque, const char *name,
                                   const unsigned char *data, size_t len),
                     void *opaque)
{
  CLEANUP_FREE hive_value_h *values
    = key ? hivex_node_values (r->hive, key) : NULL;
  size_t i;

  for (i = 0; values && values[i] && i < VALUES_MAX; ++i) {
    CLEANUP_FREE char *name = hivex_value_key (r->hive, values[i]);
    CLEANUP_FREE char *data = NULL;
    hive_type type;
    size_t len;

    if (!name || hivex_value_type (r->hive, values[i], &type, &len) == -1
        || len > STRING_MAX)
      continue;
    data = hivex_value_value (r->hive, values[i], &type, &len);
    if (data)
      call (opaque, name, (const unsigned char *) data, len);
  }
}
