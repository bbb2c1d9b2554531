/* Unpacking an archive into a directory of the guest. */
#ifndef BATHYSCOPE_EXTRACT_H
#define BATHYSCOPE_EXTRACT_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "error.h"
#include "vector.h"

struct extract_dir {
  char *path;
  struct timespec mtime;
};

DEFINE_VECTOR (extract_dir_vector, struct extract_dir)

struct extract {
  int base;         /* the directory, for *at calls; owned */
  bool base_is_root;
  bool xattrs, selinux, acls, keepdirlink;
  mode_t old_umask;
  /* The directory of the last member, as the next one is often in it too. */
  char *parent_path;
  int parent;
  bool parent_stale;        /* look it up again */
  bool parent_sets_group;   /* new files do not get group 0 */
  bool parent_default_acl;  /* new files do not get the mode asked for */
  /* Directories get their times at the end, when nothing more goes in. */
  struct extract_dir_vector dirs;
};

int extract_init (struct extract *x, const char *directory, struct error *err);
/* Unpack the entry whose header was just read from `a`. */
int extract_entry (struct extract *x, struct archive *a,
                   struct archive_entry *entry, struct error *err);
int extract_finish (struct extract *x, struct error *err);
void extract_release (struct extract *x);

#endif
