/* Windows registry hives, with libhivex in this process.  One hive is open at a
 * time; its bytes come from the guest. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <hivex.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions.h"
#include "guestpath.h"

static hive_h *hive;
static int hive_fd = -1; /* libhivex knows the file by the name of this */

static int
need (struct error *err)
{
  if (!hive)
    return error_set (err, EINVAL, "no hive is open: call hivex_open first");
  return 0;
}

/* Node and value handles are offsets; libhivex checks them against the hive. */
static int
check_handle (int64_t handle, struct error *err)
{
  if (need (err) == -1)
    return -1;
  if (handle <= 0 || (uint64_t) handle > SIZE_MAX)
    return error_set (err, EINVAL, "%" PRIi64 " is not a node or value of the "
                      "hive", handle);
  return 0;
}

int
do_hivex_close (struct error *err)
{
  int r;

  if (need (err) == -1)
    return -1;
  r = hivex_close (hive);
  hive = NULL;
  if (hive_fd != -1)
    close (hive_fd);
  hive_fd = -1;
  return r == -1 ? error_errno (err, "hivex_close") : 0;
}

int
do_hivex_open (const char *filename, const struct guestfs_hivex_open_argv *o,
               struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  struct stat st;
  char path[32];
  int flags = 0;
  bool write = (o->bitmask & GUESTFS_HIVEX_OPEN_WRITE_BITMASK) && o->write;

  if ((o->bitmask & GUESTFS_HIVEX_OPEN_VERBOSE_BITMASK) && o->verbose)
    flags |= HIVEX_OPEN_VERBOSE;
  if ((o->bitmask & GUESTFS_HIVEX_OPEN_DEBUG_BITMASK) && o->debug)
    flags |= HIVEX_OPEN_DEBUG;
  if (write)
    flags |= HIVEX_OPEN_WRITE;
  if ((o->bitmask & GUESTFS_HIVEX_OPEN_UNSAFE_BITMASK) && o->unsafe)
    flags |= HIVEX_OPEN_UNSAFE;

  if (hive)
    (void) do_hivex_close (NULL);
  fd = guest_open (filename, (write ? O_RDWR : O_RDONLY) | O_NONBLOCK, 0, err);
  if (fd == -1)
    return -1;
  if (fstat (fd, &st) == -1)
    return error_errno (err, "%s", filename);
  if (!S_ISREG (st.st_mode))
    return error_set (err, EINVAL, "%s is not a regular file", filename);
  hive = hivex_open (guest_fd_path (fd, path), flags);
  if (!hive)
    return error_errno (err, "%s: cannot open as a hive", filename);
  hive_fd = TAKE_FD (fd);
  return 0;
}

int
do_hivex_commit (const char *filename, struct error *err)
{
  CLEANUP_CLOSE int fd = -1;
  char path[32];

  if (need (err) == -1)
    return -1;
  if (filename) {
    if (filename[0] != '/')
      return error_set (err, EINVAL, "%s: a path must start with /", filename);
    fd = guest_open (filename, O_WRONLY | O_CREAT | O_NONBLOCK, 0666, err);
    if (fd == -1)
      return -1;
    guest_fd_path (fd, path);
  }
  if (hivex_commit (hive, filename ? path : NULL, 0) == -1)
    return error_errno (err, "hivex_commit");
  return 0;
}

/* --- nodes ------------------------------------------------------------------- */

int64_t
do_hivex_root (struct error *err)
{
  hive_node_h ret;

  if (need (err) == -1)
    return -1;
  ret = hivex_root (hive);
  return ret == 0 ? error_errno (err, "hivex_root") : (int64_t) ret;
}

char *
do_hivex_node_name (int64_t nodeh, struct error *err)
{
  char *ret;

  if (check_handle (nodeh, err) == -1)
    return NULL;
  ret = hivex_node_name (hive, nodeh);
  if (!ret)
    error_errno (err, "hivex_node_name");
  return ret;
}

/* libhivex gives arrays that end with 0. */
#define DEFINE_ARRAY(call, type, function)                              \
  struct guestfs_hivex_##type##_list *                                  \
  do_##call (int64_t nodeh, struct error *err)                          \
  {                                                                     \
    CLEANUP_FREE size_t *handles = NULL;                                \
    struct guestfs_hivex_##type##_list *ret;                            \
    size_t i, n = 0;                                                    \
                                                                        \
    if (check_handle (nodeh, err) == -1)                                \
      return NULL;                                                      \
    handles = function (hive, nodeh);                                   \
    if (!handles) {                                                     \
      error_errno (err, #call);                                         \
      return NULL;                                                      \
    }                                                                   \
    while (handles[n])                                                  \
      ++n;                                                              \
    ret = calloc (1, sizeof *ret);                                      \
    if (ret)                                                            \
      ret->val = calloc (n + 1, sizeof ret->val[0]);                    \
    if (!ret || !ret->val) {                                            \
      free (ret);                                                       \
      error_errno (err, #call);                                         \
      return NULL;                                                      \
    }                                                                   \
    ret->len = n;                                                       \
    for (i = 0; i < n; ++i)                                             \
      ret->val[i].hivex_##type##_h = handles[i];                        \
    return ret;                                                         \
  }

DEFINE_ARRAY (hivex_node_children, node, hivex_node_children)
DEFINE_ARRAY (hivex_node_values, value, hivex_node_values)

/* 0 is the answer for "there is none", with errno 0. */
int64_t
do_hivex_node_get_child (int64_t nodeh, const char *name, struct error *err)
{
  hive_node_h ret;

  if (check_handle (nodeh, err) == -1)
    return -1;
  errno = 0;
  ret = hivex_node_get_child (hive, nodeh, name);
  return ret == 0 && errno ? error_errno (err, "hivex_node_get_child")
    : (int64_t) ret;
}

int64_t
do_hivex_node_parent (int64_t nodeh, struct error *err)
{
  hive_node_h ret;

  if (check_handle (nodeh, err) == -1)
    return -1;
  ret = hivex_node_parent (hive, nodeh);
  return ret == 0 ? error_errno (err, "hivex_node_parent") : (int64_t) ret;
}

int64_t
do_hivex_node_add_child (int64_t parent, const char *name, struct error *err)
{
  hive_node_h ret;

  if (check_handle (parent, err) == -1)
    return -1;
  ret = hivex_node_add_child (hive, parent, name);
  return ret == 0 ? error_errno (err, "hivex_node_add_child") : (int64_t) ret;
}

int
do_hivex_node_delete_child (int64_t nodeh, struct error *err)
{
  if (check_handle (nodeh, err) == -1)
    return -1;
  if (hivex_node_delete_child (hive, nodeh) == -1)
    return error_errno (err, "hivex_node_delete_child");
  return 0;
}

/* --- values ------------------------------------------------------------------ */

int64_t
do_hivex_node_get_value (int64_t nodeh, const char *key, struct error *err)
{
  hive_value_h ret;

  if (check_handle (nodeh, err) == -1)
    return -1;
  errno = 0;
  ret = hivex_node_get_value (hive, nodeh, key);
  return ret == 0 && errno ? error_errno (err, "hivex_node_get_value")
    : (int64_t) ret;
}

char *
do_hivex_value_key (int64_t valueh, struct error *err)
{
  char *ret;

  if (check_handle (valueh, err) == -1)
    return NULL;
  ret = hivex_value_key (hive, valueh);
  if (!ret)
    error_errno (err, "hivex_value_key");
  return ret;
}

int64_t
do_hivex_value_type (int64_t valueh, struct error *err)
{
  hive_type type;
  size_t len;

  if (check_handle (valueh, err) == -1)
    return -1;
  if (hivex_value_type (hive, valueh, &type, &len) == -1)
    return error_errno (err, "hivex_value_type");
  return type;
}

char *
do_hivex_value_value (int64_t valueh, size_t *ret_size, struct error *err)
{
  hive_type type;
  size_t len;
  char *ret;

  if (check_handle (valueh, err) == -1)
    return NULL;
  ret = hivex_value_value (hive, valueh, &type, &len);
  if (!ret) {
    error_errno (err, "hivex_value_value");
    return NULL;
  }
  *ret_size = len;
  return ret;
}

char *
do_hivex_value_string (int64_t valueh, struct error *err)
{
  char *ret;

  if (check_handle (valueh, err) == -1)
    return NULL;
  ret = hivex_value_string (hive, valueh);
  if (!ret)
    error_errno (err, "hivex_value_string");
  return ret;
}

char *
do_hivex_value_utf8 (int64_t valueh, struct error *err)
{
  return do_hivex_value_string (valueh, err);
}

int
do_hivex_node_set_value (int64_t nodeh, const char *key, int64_t t,
                         const char *val, size_t val_size, struct error *err)
{
  const hive_set_value value = {
    .key = (char *) key, .t = (hive_type) t, .len = val_size,
    .value = (char *) val,
  };

  if (check_handle (nodeh, err) == -1)
    return -1;
  if (t < 0 || t > UINT32_MAX)
    return error_set (err, EINVAL, "%" PRIi64 " is not the type of a value",
                      t);
  if (hivex_node_set_value (hive, nodeh, &value, 0) == -1)
    return error_errno (err, "hivex_node_set_value");
  return 0;
}

/* The library of hivex sets all values of a node at once; what is left of them is
 * set again. */
static int
keep_others (hive_node_h node, hive_value_h *values, const char *key,
             hive_set_value *kept, size_t *ret_nr, struct error *err)
{
  size_t i;

  for (i = 0; values[i]; ++i) {
    hive_set_value *v = &kept[*ret_nr];

    v->key = hivex_value_key (hive, values[i]);
    if (!v->key)
      return error_errno (err, "hivex_value_key");
    if (strcasecmp (v->key, key) == 0) {
      free (v->key);
      continue;
    }
    v->value = hivex_value_value (hive, values[i], &v->t, &v->len);
    if (!v->value) {
      free (v->key);
      return error_errno (err, "hivex_value_value");
    }
    (*ret_nr)++;
  }
  return 0;
}

int
do_hivex_node_delete_value (int64_t nodeh, const char *key, struct error *err)
{
  CLEANUP_FREE hive_value_h *values = NULL;
  CLEANUP_FREE hive_set_value *kept = NULL;
  size_t nr = 0, i;
  int r;

  if (check_handle (nodeh, err) == -1)
    return -1;
  values = hivex_node_values (hive, nodeh);
  if (!values)
    return error_errno (err, "hivex_node_values");
  for (i = 0; values[i]; ++i)
    ;
  kept = calloc (i + 1, sizeof *kept);
  if (!kept)
    return error_errno (err, "hivex_node_delete_value");
  r = keep_others (nodeh, values, key, kept, &nr, err);
  if (r == 0 && nr < i
      && hivex_node_set_values (hive, nodeh, nr, kept, 0) == -1)
    r = error_errno (err, "hivex_node_set_values");
  while (nr > 0) {
    free (kept[--nr].key);
    free (kept[nr].value);
  }
  return r;
}
