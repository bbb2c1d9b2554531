/* The table of mounts: see mounts.h.  Its format is in proc(5), mountinfo. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guestpath.h"
#include "io.h"
#include "mounts.h"

#define MOUNTINFO_LIMIT ((size_t) 4 << 20)

/* -1: not known */
static int any_mounted = -1;

/* Undo \040 and its like in place. */
static char *
unescape (char *s)
{
  char *in = s, *out = s;

  while (*in) {
    if (in[0] == '\\' && in[1] >= '0' && in[1] <= '3' && in[2] >= '0'
        && in[2] <= '7' && in[3] >= '0' && in[3] <= '7') {
      *out++ = (char) ((in[1] - '0') * 64 + (in[2] - '0') * 8 + in[3] - '0');
      in += 4;
    } else
      *out++ = *in++;
  }
  *out = '\0';
  return s;
}

static void
mount_release (struct guest_mount *m)
{
  free (m->source);
  free (m->target);
  free (m->type);
  free (m->root);
  free (m->fs_options);
}

void
mounts_release (struct guest_mounts *m)
{
  size_t i;

  for (i = 0; i < m->len; ++i)
    mount_release (&m->ptr[i]);
  free (m->ptr);
  *m = (struct guest_mounts) GUEST_MOUNTS_INIT;
}

static int
append (struct guest_mounts *list, struct guest_mount *m)
{
  if (!m->source || !m->target || !m->type || !m->root || !m->fs_options)
    return -1;
  if (list->len == list->cap) {
    size_t cap = list->cap ? list->cap * 2 : 8;
    struct guest_mount *ptr = reallocarray (list->ptr, cap, sizeof *ptr);

    if (!ptr)
      return -1;
    list->ptr = ptr;
    list->cap = cap;
  }
  list->ptr[list->len++] = *m;
  return 0;
}

/* The part of `target` below `root`; NULL when it is elsewhere. */
static const char *
below (const char *target, const char *root)
{
  size_t len = strlen (root);

  if (strncmp (target, root, len) != 0)
    return NULL;
  if (target[len] == '\0')
    return "/";
  return target[len] == '/' ? target + len : NULL;
}

/* One line; lines about mounts elsewhere, and malformed ones, are skipped. */
static int
parse_line (char *line, const char *root, struct guest_mounts *ret)
{
  char *fields[5], *rest[3], *save = NULL;
  char *dash = strstr (line, " - ");
  struct guest_mount m;
  const char *target;
  size_t i;

  if (!dash)
    return 0;
  *dash = '\0';
  for (i = 0; i < 5; ++i)
    if ((fields[i] = strtok_r (i == 0 ? line : NULL, " ", &save)) == NULL)
      return 0;
  for (i = 0; i < 3; ++i)
    if ((rest[i] = strtok_r (i == 0 ? dash + 3 : NULL, " ", &save)) == NULL)
      return 0;
  target = below (unescape (fields[4]), root);
  if (!target || strcmp (rest[1], MOUNTS_SCRATCH) == 0)
    return 0;
  m.source = strdup (unescape (rest[1]));
  m.target = strdup (target);
  m.type = strdup (rest[0]);
  m.root = strdup (unescape (fields[3]));
  m.fs_options = strdup (unescape (rest[2]));
  if (append (ret, &m) == 0)
    return 0;
  mount_release (&m);
  return -1;
}

int
mounts_parse (const char *text, const char *root, struct guest_mounts *ret,
              struct error *err)
{
  CLEANUP_FREE char *copy = strdup (text);
  CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;
  char *line, *next;

  if (!copy)
    return error_errno (err, "table of mounts");
  for (line = copy; *line; line = next) {
    next = line + strcspn (line, "\n");
    if (*next)
      *next++ = '\0';
    if (parse_line (line, root, &list) == -1)
      return error_errno (err, "table of mounts");
  }
  *ret = list;
  list = (struct guest_mounts) GUEST_MOUNTS_INIT;
  return 0;
}

int
mounts_read (struct guest_mounts *ret, struct error *err)
{
  CLEANUP_CLOSE int fd = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  CLEANUP_FREE char *text = NULL;

  if (fd >= 0)
    text = read_whole_fd (fd, MOUNTINFO_LIMIT, NULL);
  if (!text)
    return error_errno (err, "/proc/self/mountinfo");
  return mounts_parse (text, guest_root (), ret, err);
}

const struct guest_mount *
mounts_find_target (const struct guest_mounts *m, const char *target)
{
  size_t i;

  for (i = m->len; i-- > 0; )
    if (strcmp (m->ptr[i].target, target) == 0)
      return &m->ptr[i];
  return NULL;
}

const struct guest_mount *
mounts_find_source (const struct guest_mounts *m, const char *source)
{
  size_t i;

  for (i = m->len; i-- > 0; )
    if (strcmp (m->ptr[i].source, source) == 0)
      return &m->ptr[i];
  return NULL;
}

bool
mounts_any (void)
{
  if (any_mounted == -1) {
    CLEANUP_MOUNTS struct guest_mounts list = GUEST_MOUNTS_INIT;

    if (mounts_read (&list, NULL) == -1)
      return false;
    any_mounted = list.len > 0;
  }
  return any_mounted;
}

void
mounts_changed (void)
{
  guest_forget_root ();
  any_mounted = -1;
}
