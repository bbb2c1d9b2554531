/* Nothing leads out of the guest: paths with .. and with links, in a tree of
 * our own. */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "guestpath.h"
#include "io.h"

static void
put (const char *name, const char *text)
{
  CLEANUP_CLOSE int fd = open (name, O_WRONLY | O_CREAT | O_EXCL, 0644);

  CHECK (fd >= 0 && write_full (fd, text, strlen (text)) == 0);
}

static bool
reads (const char *path, const char *expected)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_CLOSE int fd = guest_open (path, O_RDONLY, 0, &err);
  CLEANUP_FREE char *text = fd == -1 ? NULL : read_whole_fd (fd, 100, NULL);

  return text && strcmp (text, expected) == 0;
}

static int
fails_with (const char *path, int flags)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_CLOSE int fd = guest_open (path, flags, 0, &err);

  if (fd >= 0)
    return 0;
  return strstr (err.message, path) ? err.errnum : -1;
}

static void
test_open (void)
{
  CHECK (reads ("/f", "inside"));
  CHECK (reads ("f", "inside"));
  CHECK (reads ("/../f", "inside"));
  CHECK (reads ("/d/../../../f", "inside"));
  CHECK (reads ("/absolute", "inside"));
  CHECK (reads ("/climbing", "inside"));
  CHECK (reads ("/d/up/f", "inside"));
  CHECK (fails_with ("/outside", O_RDONLY) == ENOENT);
  CHECK (fails_with ("/nosuch", O_RDONLY) == ENOENT);
  CHECK (fails_with ("/loop", O_RDONLY) == ELOOP);
  CHECK (fails_with ("/f/x", O_RDONLY) == ENOTDIR);
  CHECK (fails_with ("/absolute", O_RDONLY | O_NOFOLLOW) == ELOOP);
}

/* Which entry a path names: the text in it, found through the parent. */
static bool
parent_reads (const char *path, const char *base)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *copy = NULL;
  const char *got = NULL;
  struct stat st;
  CLEANUP_CLOSE int fd = guest_open_parent (path, &got, &copy, &err);

  return fd >= 0 && strcmp (got, base) == 0
    && fstatat (fd, got, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
test_parent (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *copy = NULL;
  const char *base;

  CHECK (parent_reads ("/f", "f"));
  CHECK (parent_reads ("/d/", "d"));
  CHECK (parent_reads ("/d//up", "up"));
  CHECK (parent_reads ("/d/up/../f", "f"));
  CHECK (guest_open_parent ("/", &base, &copy, &err) == -1);
  CHECK (err.errnum == EINVAL);
  error_clear (&err);
  CHECK (guest_open_parent ("/d/..", &base, &copy, &err) == -1);
  CHECK (err.errnum == EINVAL);
  error_clear (&err);
  CHECK (guest_open_parent ("", &base, &copy, &err) == -1);
}

int
main (void)
{
  char top[] = "/tmp/test-guestpath.XXXXXX", root[64], command[128];

  CHECK (mkdtemp (top) != NULL);
  (void) snprintf (root, sizeof root, "%s/root", top);
  CHECK (chdir (top) == 0);
  put ("secret", "outside");
  CHECK (mkdir ("root", 0755) == 0 && chdir ("root") == 0);
  put ("f", "inside");
  CHECK (mkdir ("d", 0755) == 0);
  CHECK (symlink ("/f", "absolute") == 0);
  CHECK (symlink ("../../../../../f", "climbing") == 0);
  CHECK (symlink ("../secret", "outside") == 0);
  CHECK (symlink ("loop", "loop") == 0);
  CHECK (symlink ("..", "d/up") == 0);

  guest_set_root (root);
  test_open ();
  test_parent ();
  guest_forget_root ();

  (void) snprintf (command, sizeof command, "rm -rf '%s'", top);
  CHECK (chdir ("/") == 0 && system (command) == 0);
  return 0;
}
