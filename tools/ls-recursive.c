/* virt-ls -lR: see ls-recursive.h. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "cleanup.h"
#include "csv.h"
#include "json.h"
#include "ls-recursive.h"
#include "size.h"
#include "strbuf.h"
#include "strlist.h"

/* As in libguestfs, days and relative times go before --time-t. */
enum ls_times
ls_times_option (enum ls_times before, enum ls_times option)
{
  if (option == LS_TIMES_TEXT)
    return before == LS_TIMES_NONE ? option : before;
  if (option == LS_TIMES_SECONDS
      && (before == LS_TIMES_DAYS || before == LS_TIMES_RELATIVE))
    return before;
  return option;
}

const char *
ls_checksum_option (const char *arg)
{
  static const char *const types[] = {
    "md5", "crc", "sha1", "sha224", "sha256", "sha384", "sha512",
  };
  size_t i;

  if (!arg || !*arg)
    return types[0];
  for (i = 0; i < sizeof types / sizeof *types; ++i)
    if (strcmp (arg, types[i]) == 0)
      return types[i];
  return NULL;
}

struct listing {
  guestfs_h *g;
  const struct ls_format *f;
  time_t now;
  bool first; /* no field of this line has been printed */
  bool recursive;
  int status;
};

static void
field (struct listing *l, const char *text)
{
  if (!l->first)
    putchar (l->f->csv ? ',' : ' ');
  l->first = false;
  if (l->f->csv)
    csv_print (stdout, text);
  else
    fputs (text, stdout);
}

/* As it is: blanks in it do not have to be quoted. */
static void
field_as_is (struct listing *l, const char *text)
{
  if (!l->first)
    putchar (l->f->csv ? ',' : ' ');
  l->first = false;
  fputs (text, stdout);
}

/* libguestfs has blanks before some numbers in CSV, too, and so have we. */
static void
field_number (struct listing *l, int width, int64_t n)
{
  char text[32];

  snprintf (text, sizeof text, "%*" PRIi64, width, n);
  field_as_is (l, text);
}

static void
field_device (struct listing *l, int64_t device)
{
  char text[32];

  snprintf (text, sizeof text, "%u:%u", major (device), minor (device));
  field_as_is (l, text);
}

static void
field_time (struct listing *l, int64_t seconds)
{
  time_t t = seconds;
  struct tm tm;
  char text[64];

  switch (l->f->times) {
  case LS_TIMES_NONE:
    return;
  case LS_TIMES_TEXT:
    if (localtime_r (&t, &tm)
        && strftime (text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm) > 0) {
      field_as_is (l, text);
      return;
    }
    break;
  case LS_TIMES_SECONDS:
    break;
  case LS_TIMES_RELATIVE:
    field_number (l, 8, l->now - seconds);
    return;
  case LS_TIMES_DAYS:
    field_number (l, 3, (l->now - seconds) / 86400);
    return;
  }
  field_number (l, 10, seconds);
}

static char
type_letter (int64_t mode)
{
  switch (mode & S_IFMT) {
  case S_IFREG: return '-';
  case S_IFDIR: return 'd';
  case S_IFLNK: return 'l';
  case S_IFCHR: return 'c';
  case S_IFBLK: return 'b';
  case S_IFIFO: return 'p';
  case S_IFSOCK: return 's';
  default: return 'u';
  }
}

static void
field_checksum (struct listing *l, const char *path, int64_t mode)
{
  CLEANUP_FREE char *sum = NULL;

  if (!l->f->checksum)
    return;
  if (S_ISREG (mode)) {
    sum = guestfs_checksum (l->g, l->f->checksum, path);
    if (!sum)
      l->status = -1;
  }
  /* The columns of CSV stay where they are, but not those of virt-diff. */
  if (S_ISREG (mode) || (l->f->csv && !l->f->diff))
    field (l, sum ? sum : "");
}

/* A value may be anything. */
static void
field_value (struct listing *l, const char *value, size_t len)
{
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;
  size_t i;

  for (i = 0; i < len; ++i) {
    unsigned char c = value[i];

    if (strbuf_addf (&text, c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c) == -1)
      abort ();
  }
  field (l, text.len > 0 ? text.data : "");
}

static void
field_xattrs (struct listing *l, struct ls_xattrs xattrs)
{
  size_t i;

  for (i = 0; l->f->xattrs && i < xattrs.len; ++i) {
    field (l, xattrs.val[i].attrname);
    field_value (l, xattrs.val[i].attrval, xattrs.val[i].attrval_len);
  }
}

static void
field_times (struct listing *l, const struct guestfs_statns *s)
{
  if (!l->f->diff || l->f->atime)
    field_time (l, s->st_atime_sec);
  field_time (l, s->st_mtime_sec);
  field_time (l, s->st_ctime_sec);
}

static void
print_line (struct listing *l, const char *mark, const char *path,
            const struct guestfs_statns *s, struct ls_xattrs xattrs)
{
  const int uid_width = l->f->csv && l->f->diff ? 0 : 4;
  char text[SIZE_TEXT_MAX + 8];

  l->first = true;
  if (mark)
    field (l, mark);
  snprintf (text, sizeof text, "%c", type_letter (s->st_mode));
  field (l, text);
  snprintf (text, sizeof text, "%04o", (unsigned) (s->st_mode & 07777));
  field (l, text);
  if (l->f->human && !l->f->csv) {
    char size[SIZE_TEXT_MAX];

    snprintf (text, sizeof text, "%10s", size_text (s->st_size, size));
    field (l, text);
  }
  else
    field_number (l, l->f->csv ? 0 : 10, s->st_size);
  if (l->f->uids) {
    field_number (l, uid_width, s->st_uid);
    field_number (l, uid_width, s->st_gid);
  }
  field_times (l, s);
  if (l->f->extra_stats) {
    field_device (l, s->st_dev);
    field_number (l, 0, s->st_ino);
    field_number (l, 0, s->st_nlink);
    field_device (l, s->st_rdev);
    field_number (l, 0, s->st_blocks);
  }
  field_checksum (l, path, s->st_mode);
  field (l, path);
  if (S_ISLNK (s->st_mode)) {
    CLEANUP_FREE char *link = guestfs_readlink (l->g, path);

    if (!link)
      l->status = -1;
    if (!l->f->csv)
      fputs (" ->", stdout);
    field (l, link ? link : "");
  }
  field_xattrs (l, xattrs);
  putchar ('\n');
}

static const char *
type_name (int64_t mode)
{
  switch (mode & S_IFMT) {
  case S_IFREG: return "file";
  case S_IFDIR: return "directory";
  case S_IFLNK: return "link";
  case S_IFCHR: return "character-device";
  case S_IFBLK: return "block-device";
  case S_IFIFO: return "fifo";
  case S_IFSOCK: return "socket";
  default: return "unknown";
  }
}

int
ls_describe (guestfs_h *g, const struct ls_format *f, struct json *j,
             const char *path, const struct guestfs_statns *s)
{
  int ret = 0;

  json_text (j, "path", path);
  json_text (j, "type", type_name (s->st_mode));
  json_number (j, "mode", s->st_mode & 07777);
  json_number (j, "size", s->st_size);
  json_number (j, "uid", s->st_uid);
  json_number (j, "gid", s->st_gid);
  json_number (j, "atime", s->st_atime_sec);
  json_number (j, "mtime", s->st_mtime_sec);
  json_number (j, "ctime", s->st_ctime_sec);
  if (f->extra_stats) {
    json_number (j, "dev", s->st_dev);
    json_number (j, "ino", s->st_ino);
    json_number (j, "nlink", s->st_nlink);
    json_number (j, "rdev", s->st_rdev);
    json_number (j, "blocks", s->st_blocks);
  }
  if (f->checksum && S_ISREG (s->st_mode)) {
    CLEANUP_FREE char *sum = guestfs_checksum (g, f->checksum, path);

    if (!sum)
      ret = -1;
    json_text (j, "checksum", sum);
  }
  if (S_ISLNK (s->st_mode)) {
    CLEANUP_FREE char *link = guestfs_readlink (g, path);

    if (!link)
      ret = -1;
    json_text (j, "target", link);
  }
  return ret;
}

static void
print_object (struct listing *l, const char *path,
              const struct guestfs_statns *s)
{
  struct json j;

  json_begin (&j, stdout);
  json_text (&j, "image", l->f->image);
  if (ls_describe (l->g, l->f, &j, path, s) == -1)
    l->status = -1;
  json_end (&j);
}

int
ls_print (guestfs_h *g, const struct ls_format *f, time_t now,
          const char *mark, const char *path, const struct guestfs_statns *s,
          struct ls_xattrs xattrs)
{
  struct listing l = { .g = g, .f = f, .now = now };

  print_line (&l, mark, path, s, xattrs);
  return l.status;
}

static const struct ls_xattrs none;

/* Everything below a directory, depth first, names in order.  Directory
 * nesting is bounded by the length of a path that the guest can open. */
static void
visit (struct listing *l, const char *directory)
{
  CLEANUP_STRINGS char **names = guestfs_ls (l->g, directory);
  struct guestfs_statns_list *stats;
  const char *slash = strcmp (directory, "/") == 0 ? "" : directory;
  uint32_t i;

  if (!names) {
    l->status = -1;
    return;
  }
  stats = guestfs_lstatnslist (l->g, directory, names);
  if (!stats) {
    l->status = -1;
    return;
  }
  for (i = 0; i < stats->len && names[i]; ++i) {
    CLEANUP_FREE char *path = NULL;

    /* An inode number of -1 stands for a file that went away. */
    if (stats->val[i].st_ino == -1)
      continue;
    if (asprintf (&path, "%s/%s", slash, names[i]) == -1)
      abort ();
    if (l->f->json)
      print_object (l, path, &stats->val[i]);
    else
      print_line (l, NULL, path, &stats->val[i], none);
    if (l->recursive && S_ISDIR (stats->val[i].st_mode))
      visit (l, path);
  }
  guestfs_free_statns_list (stats);
}

int
ls_recursive (guestfs_h *g, const struct ls_format *f, const char *directory)
{
  struct listing l = { .g = g, .f = f, .now = time (NULL), .recursive = true };
  struct guestfs_statns *s = guestfs_lstatns (g, directory);

  if (!s)
    return -1;
  print_line (&l, NULL, directory, s, none);
  guestfs_free_statns (s);
  visit (&l, directory);
  return l.status;
}

int
ls_json (guestfs_h *g, const struct ls_format *f, const char *directory,
         bool recursive)
{
  struct listing l = { .g = g, .f = f, .recursive = recursive };

  visit (&l, directory);
  return l.status;
}
