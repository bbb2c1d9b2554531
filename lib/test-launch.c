/* Launches that fail, fall back to another engine, ask for backing files, or end
 * with a disk that could not be written, with the fake machine in the place of
 * the real one.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "test-fake.h"

static void
test_launch_failures (void)
{
  guestfs_h *g = prepare ("error");

  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "launch: the image is broken");
  CHECK_ERROR (g, EIO, "second [31m");
  CHECK (guestfs_is_config (g) == 1);
  setenv ("FAKE", "silent", 1);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "status 7");
  setenv ("FAKE", "hang", 1);
  CHECK (guestfs_set_backend_setting (g, "timeout", "1") == 0);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, ETIMEDOUT, "not ready after 1 second");
  CHECK (guestfs_set_backend_setting (g, "timeout", "60") == 0);
  setenv ("FAKE", "", 1);
  CHECK (guestfs_launch (g) == 0);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EINVAL, "launch");
  guestfs_close (g);

  g = prepare ("");
  CHECK (guestfs_set_path (g, "/nowhere:/") == 0);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, ENOENT, "/nowhere:/");
  guestfs_close (g);
}

static char *warning;

static void
keep_warning (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
              int flags, const char *buf, size_t buf_len,
              const uint64_t *array, size_t array_len)
{
  free (warning);
  warning = strndup (buf, buf_len);
}

static void
test_fall_back (void)
{
  guestfs_h *g = prepare ("fall-back");

  guestfs_set_event_callback (g, keep_warning, GUESTFS_EVENT_WARNING, 0, NULL);
  CHECK (guestfs_launch (g) == 0);
  CHECK (warning && strstr (warning, "too slow"));
  check_echo (g);
  CHECK (guestfs_shutdown (g) == 0);
  CHECK (guestfs_set_backend (g, "kvm") == 0);
  CHECK (guestfs_add_drive_ro (g, image) == 0);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "too slow");
  guestfs_close (g);
  free (warning);
  warning = NULL;
}

/* Launch with a cache directory; is there a warning? */
static bool
warns (void)
{
  guestfs_h *g = prepare ("fall-back");
  char variable[80];
  bool r;

  snprintf (variable, sizeof variable, "XDG_CACHE_HOME=%s", dir);
  CHECK (guestfs_parse_environment_list (g, (char *[]) { variable, NULL })
         == 0);
  guestfs_set_event_callback (g, keep_warning, GUESTFS_EVENT_WARNING, 0, NULL);
  CHECK (guestfs_launch (g) == 0);
  guestfs_close (g);
  r = warning != NULL;
  free (warning);
  warning = NULL;
  return r;
}

/* What is wrong with kvm is told once, not at every launch. */
static void
test_verdict (void)
{
  struct timespec old[2] = { { .tv_sec = time (NULL) - 2 * 24 * 60 * 60 },
                             { .tv_sec = time (NULL) - 2 * 24 * 60 * 60 } };
  char name[80];
  FILE *fp;

  CHECK (warns ());
  CHECK (!warns ());
  snprintf (name, sizeof name, "%s/bathyscope/kvm-unusable", dir);
  CHECK (utimensat (AT_FDCWD, name, old, 0) == 0);
  CHECK (warns ());
  CHECK (!warns ());
  fp = fopen (name, "w");
  CHECK (fp && fputs ("another boot\nreason", fp) >= 0 && fclose (fp) == 0);
  CHECK (warns ());
  CHECK (unlink (name) == 0 && symlink ("/dev/zero", name) == 0);
  CHECK (warns ());
}

static void
test_backing (void)
{
  char name[80];
  guestfs_h *g = prepare ("backing:in");

  /* The fake machine tells the answer as an error. */
  make_file (in_file, 512);
  setenv ("FAKE_PARENT", image, 1);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, in_file);
  setenv ("FAKE", "backing:nothere", 1);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "No such file");
  setenv ("FAKE", "backing:json:{}", 1);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "not a file name");
  setenv ("FAKE", "backing:/", 1);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "directory");
  /* An image that is not ours asks for nothing. */
  snprintf (name, sizeof name, "%s.other", image);
  setenv ("FAKE_PARENT", name, 1);
  setenv ("FAKE", "backing:in", 1);
  CHECK (guestfs_launch (g) == -1);
  CHECK_ERROR (g, EIO, "refused");
  guestfs_close (g);
}

static void
test_write_errors (void)
{
  guestfs_h *g = prepare ("full");

  CHECK (guestfs_launch (g) == 0);
  CHECK (guestfs_shutdown (g) == -1);
  CHECK_ERROR (g, ENOSPC, "disk full");
  CHECK (guestfs_is_config (g) == 1);
  guestfs_close (g);
}

int
main (void)
{
  begin_fake ();
  test_launch_failures ();
  test_fall_back ();
  test_verdict ();
  test_backing ();
  test_write_errors ();
  return end_fake ();
}
