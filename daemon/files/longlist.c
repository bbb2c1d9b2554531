/* ll: a directory as "ls -la" shows it, times in UTC. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>

#include "actions.h"
#include "dirscan.h"
#include "guestfile.h"
#include "guestids.h"
#include "guestpath.h"
#include "longlist.h"
#include "strlist.h"
#include "vector.h"

struct row {
  char mode[11], links[24], user[40], group[40], size[32], date[32];
  char context[128]; /* empty unless asked for */
  char *name;
};

DEFINE_VECTOR (row_vector, struct row)

static void
rows_release (struct row_vector *v)
{
  size_t i;

  for (i = 0; i < v->len; i++)
    free (v->ptr[i].name);
  row_vector_release (v);
}

void
mode_string (mode_t mode, char buf[11])
{
  static const char kinds[] = "?pc?d?b?-?l?s???", bits[] = "rwxrwxrwx";
  int i;

  buf[0] = kinds[mode >> 12 & 15];
  for (i = 0; i < 9; i++)
    buf[1 + i] = mode & (0400 >> i) ? bits[i] : '-';
  if (mode & S_ISUID)
    buf[3] = mode & S_IXUSR ? 's' : 'S';
  if (mode & S_ISGID)
    buf[6] = mode & S_IXGRP ? 's' : 'S';
  if (mode & S_ISVTX)
    buf[9] = mode & S_IXOTH ? 't' : 'T';
  buf[10] = '\0';
}

void
date_string (time_t when, time_t now, char *buf, size_t size)
{
  const time_t half_year = 31556952 / 2;
  struct tm tm;

  if (!gmtime_r (&when, &tm)) {
    snprintf (buf, size, "%lld", (long long) when);
    return;
  }
  strftime (buf, size, when > now || when < now - half_year
            ? "%b %e  %Y" : "%b %e %H:%M", &tm);
}

struct names {
  struct idmap users, groups;
};

static void
names_release (struct names *n)
{
  idmap_release (&n->users);
  idmap_release (&n->groups);
}

static void
owner_string (const struct idmap *m, uint32_t id, char *buf, size_t size)
{
  const char *name = idmap_name (m, id);

  if (name)
    snprintf (buf, size, "%s", name);
  else
    snprintf (buf, size, "%u", id);
}

/* ".." of the guest's root is that root, which only the guest's path knows. */
static int
stat_row (int dirfd, const char *name, const char *directory, struct stat *ret,
          struct error *err)
{
  CLEANUP_CLOSE int up = -1;
  CLEANUP_FREE char *path = NULL;

  if (strcmp (name, "..") == 0) {
    if (asprintf (&path, "%s/..", directory) == -1)
      return error_errno (err, "%s", directory);
    up = file_open_meta (path, true, err);
    if (up == -1)
      return -1;
    dirfd = up;
    name = "";
  }
  if (fstatat (dirfd, name, ret, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) == -1)
    return error_errno (err, "%s/%s", directory, name);
  return 0;
}

/* The label of SELinux, "?" where there is none. */
static void
context_string (int dirfd, const char *name, char *buf, size_t size)
{
  CLEANUP_CLOSE int fd = openat (dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  char proc[32];
  ssize_t n = fd == -1 ? -1 : getxattr (guest_fd_path (fd, proc),
                                        "security.selinux", buf, size - 1);

  if (n <= 0)
    n = snprintf (buf, size, "?");
  buf[n] = '\0';
  /* It is the guest's: one word, whatever is in it. */
  for (; *buf; ++buf)
    if (!isgraph ((unsigned char) *buf))
      *buf = '?';
}

static int
make_row (const struct names *names, int dirfd, const char *name,
          const char *directory, bool contexts, struct row *ret,
          uint64_t *blocks, struct error *err)
{
  struct row r = { .name = NULL };
  struct stat st;

  if (stat_row (dirfd, name, directory, &st, err) == -1)
    return -1;
  *blocks += st.st_blocks;
  mode_string (st.st_mode, r.mode);
  snprintf (r.links, sizeof r.links, "%llu", (unsigned long long) st.st_nlink);
  owner_string (&names->users, st.st_uid, r.user, sizeof r.user);
  owner_string (&names->groups, st.st_gid, r.group, sizeof r.group);
  if (S_ISCHR (st.st_mode) || S_ISBLK (st.st_mode))
    snprintf (r.size, sizeof r.size, "%u, %u", major (st.st_rdev),
              minor (st.st_rdev));
  else
    snprintf (r.size, sizeof r.size, "%lld", (long long) st.st_size);
  date_string (st.st_mtime, time (NULL), r.date, sizeof r.date);
  if (contexts)
    context_string (dirfd, name, r.context, sizeof r.context);
  if (S_ISLNK (st.st_mode)) {
    char target[PATH_MAX];
    ssize_t n = readlinkat (dirfd, name, target, sizeof target - 1);

    target[n == -1 ? 0 : n] = '\0';
    if (asprintf (&r.name, "%s -> %s", name, target) == -1)
      r.name = NULL;
  }
  else
    r.name = strdup (name);
  if (!r.name)
    return error_errno (err, "%s", name);
  *ret = r;
  return 0;
}

/* Names of all entries, sorted, "." and ".." too; of a file only its own. */
static int
list_names (int fd, struct strlist *ret, struct error *err)
{
  CLEANUP_DIRSCAN struct dirscan scan = { .buf = NULL };
  struct dirent64 *d;

  if (dirscan_init (&scan, fd, DIRSCAN_SIZE, err) == -1)
    return -1;
  while ((d = dirscan_next_all (&scan)) != NULL)
    if (strlist_add (ret, d->d_name) == -1)
      break;
  if (errno)
    return error_errno (err, "directory");
  strlist_sort (ret);
  return 0;
}

static int
max_width (int width, const char *str)
{
  int len = strlen (str);

  return len > width ? len : width;
}

static char *
format_rows (const struct row_vector *rows, bool with_total, uint64_t blocks,
             struct error *err)
{
  CLEANUP_STRBUF struct strbuf out = STRBUF_INIT;
  int links = 0, user = 0, group = 0, context = 0, size = 0, r = 0;
  size_t i;

  for (i = 0; i < rows->len; i++) {
    links = max_width (links, rows->ptr[i].links);
    user = max_width (user, rows->ptr[i].user);
    group = max_width (group, rows->ptr[i].group);
    context = max_width (context, rows->ptr[i].context);
    size = max_width (size, rows->ptr[i].size);
  }
  if (with_total)
    r = strbuf_addf (&out, "total %llu\n",
                     (unsigned long long) (blocks + 1) / 2);
  for (i = 0; i < rows->len && r == 0; i++) {
    const struct row *row = &rows->ptr[i];

    r = strbuf_addf (&out, "%s %*s %-*s %-*s%s%-*s %*s %s %s\n", row->mode,
                     links, row->links, user, row->user, group, row->group,
                     context > 0 ? " " : "", context, row->context,
                     size, row->size, row->date, row->name);
  }
  if (r == -1) {
    error_errno (err, "listing");
    return NULL;
  }
  return strbuf_take (&out);
}

static char *
long_list (const char *directory, bool contexts, struct error *err)
{
  CLEANUP (names_release) struct names ids = { IDMAP_INIT, IDMAP_INIT };
  CLEANUP (rows_release) struct row_vector rows = VECTOR_INIT;
  CLEANUP_STRLIST struct strlist entries = STRLIST_INIT;
  CLEANUP_CLOSE int fd = guest_open (directory, O_RDONLY | O_DIRECTORY, 0,
                                     NULL);
  CLEANUP_FREE char *copy = NULL;
  const char *base;
  bool is_directory = fd >= 0;
  uint64_t blocks = 0;
  size_t i;

  if (is_directory) {
    if (list_names (fd, &entries, err) == -1)
      return NULL;
  }
  else {
    fd = guest_open_parent (directory, &base, &copy, err);
    if (fd == -1 || strlist_add (&entries, base) == -1)
      return NULL;
  }
  if (idmap_load (&ids.users, "/etc/passwd") == -1
      || idmap_load (&ids.groups, "/etc/group") == -1) {
    error_errno (err, "%s", directory);
    return NULL;
  }
  for (i = 0; i < entries.len; i++) {
    struct row row;

    if (make_row (&ids, fd, entries.items[i], directory, contexts, &row,
                  &blocks, err) == -1)
      return NULL;
    if (row_vector_append (&rows, row) == -1) {
      free (row.name);
      error_errno (err, "%s", directory);
      return NULL;
    }
  }
  return format_rows (&rows, is_directory, blocks, err);
}

char *
do_ll (const char *directory, struct error *err)
{
  return long_list (directory, false, err);
}

char *
do_llz (const char *directory, struct error *err)
{
  return long_list (directory, true, err);
}
