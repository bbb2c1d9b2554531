/* virt-ls -lR: one line for everything below a directory. */
#ifndef BATHYSCOPE_LS_RECURSIVE_H
#define BATHYSCOPE_LS_RECURSIVE_H

#include <stdbool.h>
#include <time.h>

#include <guestfs.h>

#include "json.h"

enum ls_times {
  LS_TIMES_NONE,
  LS_TIMES_TEXT,     /* local time */
  LS_TIMES_SECONDS,  /* since 1970 */
  LS_TIMES_RELATIVE, /* seconds before now */
  LS_TIMES_DAYS,     /* days before now */
};

struct ls_format {
  bool csv, human, uids, extra_stats;
  bool json;
  bool diff; /* lines of virt-diff: times of access only with `atime` */
  bool atime, xattrs;
  const char *image; /* for JSON: the guest's name */
  enum ls_times times;
  const char *checksum; /* its type, or NULL */
};

/* Print to stdout; -1 when a call failed, after going on where possible. */
int ls_recursive (guestfs_h *g, const struct ls_format *f,
                  const char *directory);

/* The option --time-t, --time-days or --time-relative: which times, when it comes
 * after these. */
enum ls_times ls_times_option (enum ls_times before, enum ls_times option);
/* The argument of --checksum, which may be NULL; NULL where it is none. */
const char *ls_checksum_option (const char *arg);

/* One line, for one file; `mark`, where it is not NULL, is its first field.
 * `now` is for relative times. */
struct ls_xattrs {
  const struct guestfs_xattr *val;
  size_t len;
};
int ls_print (guestfs_h *g, const struct ls_format *f, time_t now,
              const char *mark, const char *path,
              const struct guestfs_statns *s, struct ls_xattrs xattrs);
/* What a JSON object says of a file; -1 when a call failed. */
int ls_describe (guestfs_h *g, const struct ls_format *f, struct json *j,
                 const char *path, const struct guestfs_statns *s);

/* The same as JSON objects; with `recursive` false, what is in the directory
 * only. */
int ls_json (guestfs_h *g, const struct ls_format *f, const char *directory,
             bool recursive);

#endif
