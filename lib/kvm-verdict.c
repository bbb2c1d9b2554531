/* Remembering that KVM is unusable: see kvm-verdict.h. */

#include <config.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "kvm-verdict.h"

/* Long enough for any reason and key. */
#define FILE_SIZE 4096
#define VALID_SECONDS (24 * 60 * 60)

/* The folder and the file below it; false where the user has no cache. */
static bool
verdict_path (const guestfs_h *g, char **ret_dir, char **ret_path)
{
  const struct settings *s = &g->settings;
  int r = s->env_cachehome
    ? asprintf (ret_dir, "%s/bathyscope", s->env_cachehome)
    : s->env_home ? asprintf (ret_dir, "%s/.cache/bathyscope", s->env_home)
    : -1;

  if (r == -1) {
    *ret_dir = NULL;
    return false;
  }
  if (asprintf (ret_path, "%s/kvm-unusable", *ret_dir) == -1) {
    *ret_path = NULL;
    return false;
  }
  return true;
}

/* What must not have changed for the verdict to hold. */
static char *
verdict_key (void)
{
  static const char boot_id[] = "/proc/sys/kernel/random/boot_id";
  CLEANUP_CLOSE int fd = open (boot_id, O_RDONLY | O_CLOEXEC);
  struct stat st = { 0 };
  char id[64] = "";
  char *key = NULL;
  ssize_t n = fd == -1 ? -1 : read (fd, id, sizeof id - 1);

  if (n <= 0)
    return NULL;
  id[strcspn (id, "\n")] = '\0';
  (void) stat ("/dev/kvm", &st);
  if (asprintf (&key, "%s %s %ju %ju %jd %d", PACKAGE_VERSION, id,
                (uintmax_t) st.st_ino, (uintmax_t) st.st_rdev,
                (intmax_t) st.st_ctim.tv_sec,
                access ("/dev/kvm", R_OK | W_OK)) == -1)
    return NULL;
  return key;
}

bool
kvm_verdict_is_bad (const guestfs_h *g, char **ret_reason)
{
  CLEANUP_FREE char *dir = NULL, *path = NULL, *key = NULL;
  char text[FILE_SIZE + 1];
  CLEANUP_CLOSE int fd = -1;
  struct stat st;
  ssize_t n;
  char *reason;

  if (!verdict_path (g, &dir, &path))
    return false;
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd == -1 || fstat (fd, &st) == -1 || !S_ISREG (st.st_mode)
      || st.st_uid != geteuid ()
      || time (NULL) - st.st_mtim.tv_sec > VALID_SECONDS)
    return false;
  n = read (fd, text, FILE_SIZE);
  key = verdict_key ();
  if (n <= 0 || !key)
    return false;
  text[n] = '\0';
  reason = strchr (text, '\n');
  if (!reason)
    return false;
  *reason++ = '\0';
  if (strcmp (text, key) != 0)
    return false;
  *ret_reason = strdup (reason);
  return *ret_reason != NULL;
}

void
kvm_verdict_keep (const guestfs_h *g, const char *reason)
{
  CLEANUP_FREE char *dir = NULL, *path = NULL, *temporary = NULL, *text = NULL;
  CLEANUP_FREE char *key = verdict_key ();
  CLEANUP_CLOSE int fd = -1;
  char *slash;

  if (!key || !verdict_path (g, &dir, &path)
      || asprintf (&temporary, "%s.XXXXXX", path) == -1)
    return;
  if (asprintf (&text, "%s\n%s", key, reason) == -1)
    return;
  slash = strrchr (dir, '/');
  *slash = '\0';
  (void) mkdir (dir, 0700);
  *slash = '/';
  (void) mkdir (dir, 0700);
  fd = mkostemp (temporary, O_CLOEXEC);
  if (fd == -1)
    return;
  if (strlen (text) > FILE_SIZE || write_full (fd, text, strlen (text)) == -1
      || rename (temporary, path) == -1)
    (void) unlink (temporary);
}
