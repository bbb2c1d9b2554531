/* Handles without a launch: settings, environment, errors, events, private
 * data, closing.
 */

#include <config.h>

#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>

#include "handle.h"
#include "test-lib.h"

/* --- errors ------------------------------------------------------------------ */

static char *seen; /* by the handler */
static int nr_seen;

static void
keep_error (guestfs_h *g, void *opaque, const char *msg)
{
  CHECK (opaque == &seen);
  free (seen);
  seen = strdup (msg);
  nr_seen++;
}

static void *
fail_elsewhere (void *g)
{
  CHECK (guestfs_last_error (g) == NULL);
  CHECK (guestfs_set_smp (g, 0) == -1);
  CHECK_ERROR (g, EINVAL, "set_smp");
  return NULL;
}

static void
test_errors (void)
{
  guestfs_h *g = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT);
  guestfs_error_handler_cb cb;
  pthread_t thread;
  void *opaque;

  CHECK (guestfs_last_error (g) == NULL && guestfs_last_errno (g) == 0);
  guestfs_set_error_handler (g, keep_error, &seen);
  cb = guestfs_get_error_handler (g, &opaque);
  CHECK (cb == keep_error && opaque == &seen);
  CHECK (guestfs_set_memsize (g, 1) == -1);
  CHECK (nr_seen == 1 && strstr (seen, "set_memsize"));
  CHECK_ERROR (g, EINVAL, "set_memsize");

  /* Success leaves the last error. */
  CHECK (guestfs_set_memsize (g, 1000) == 0);
  CHECK_ERROR (g, EINVAL, "set_memsize");

  guestfs_push_error_handler (g, NULL, NULL);
  CHECK (guestfs_set_memsize (g, 2) == -1);
  CHECK (nr_seen == 1);
  guestfs_push_error_handler (g, keep_error, &seen);
  CHECK (guestfs_set_memsize (g, 3) == -1);
  CHECK (nr_seen == 2);
  guestfs_pop_error_handler (g);
  guestfs_pop_error_handler (g);
  CHECK (guestfs_get_error_handler (g, &opaque) == keep_error);
  /* One too many: the default. */
  guestfs_pop_error_handler (g);
  CHECK (guestfs_get_error_handler (g, NULL) != keep_error);
  guestfs_set_error_handler (g, NULL, NULL);

  /* Each thread has its own last error. */
  CHECK (pthread_create (&thread, NULL, fail_elsewhere, g) == 0);
  pthread_join (thread, NULL);
  CHECK_ERROR (g, EINVAL, "set_memsize");

  CHECK (guestfs_get_out_of_memory_handler (g) == NULL);
  guestfs_set_out_of_memory_handler (g, abort);
  CHECK (guestfs_get_out_of_memory_handler (g) == abort);
  guestfs_close (g);
  free (seen);
  seen = NULL;
}

/* --- settings ------------------------------------------------------------------- */

static void
test_settings (void)
{
  guestfs_h *g = quiet_handle ();
  struct guestfs_version *version;
  char *s, **list;

  CHECK (guestfs_get_autosync (g) == 1 && guestfs_get_verbose (g) == 0);
  CHECK (guestfs_get_memsize (g) == 512 && guestfs_get_smp (g) == 1);
  CHECK (guestfs_set_smp (g, 256) == -1);
  CHECK (guestfs_set_smp (g, 4) == 0 && guestfs_get_smp (g) == 4);
  CHECK (guestfs_set_identifier (g, "no spaces") == -1);
  CHECK (guestfs_set_identifier (g, "Good_name-1") == 0);
  CHECK (strcmp (guestfs_get_identifier (g), "Good_name-1") == 0);
  CHECK (strcmp (guestfs_get_program (g), "test-handle") == 0
         || strcmp (guestfs_get_program (g), "lt-test-handle") == 0);
  CHECK (guestfs_get_append (g) == NULL);
  CHECK (guestfs_set_append (g, "quiet") == 0);
  CHECK (strcmp (guestfs_get_append (g), "quiet") == 0);
  CHECK (guestfs_set_append (g, NULL) == 0 && guestfs_get_append (g) == NULL);
  CHECK (guestfs_set_path (g, "/a:/b") == 0);
  CHECK (strcmp (guestfs_get_path (g), "/a:/b") == 0);
  CHECK (guestfs_set_path (g, NULL) == 0 && *guestfs_get_path (g) == '/');

  CHECK (guestfs_set_tmpdir (g, "/nowhere/at/all") == -1);
  CHECK_ERROR (g, ENOENT, "/nowhere/at/all");
  CHECK (guestfs_set_tmpdir (g, "/etc/passwd") == -1);
  CHECK_ERROR (g, ENOTDIR, "/etc/passwd");
  CHECK (guestfs_set_tmpdir (g, "/usr/..") == 0);
  s = guestfs_get_tmpdir (g);
  CHECK (strcmp (s, "/") == 0);
  free (s);
  CHECK (guestfs_set_tmpdir (g, NULL) == 0);
  s = guestfs_get_tmpdir (g);
  CHECK (strcmp (s, "/tmp") == 0);
  free (s);
  s = guestfs_get_cachedir (g);
  CHECK (strcmp (s, "/var/tmp") == 0);
  free (s);

  version = guestfs_version (g);
  CHECK (version->major == 1 && version->minor == 61);
  guestfs_free_version (version);
  CHECK (guestfs_get_pid (g) == -1);
  CHECK (guestfs_c_pointer (g) == (intptr_t) g);
  CHECK (guestfs_config (g, "-cpu", "max") == -1);
  CHECK_ERROR (g, ENOTSUP, "-cpu");

  list = guestfs_get_backend_settings (g);
  CHECK (list && !list[0]);
  free (list);
  guestfs_close (g);
}

static void
test_backends (void)
{
  static const char *const good[]
    = { "auto", "kvm", "uml", "direct", "libvirt", "libvirt:qemu:///session" };
  guestfs_h *g = quiet_handle ();
  size_t i;
  char *s;

  for (i = 0; i < sizeof good / sizeof good[0]; ++i) {
    CHECK (guestfs_set_backend (g, good[i]) == 0);
    s = guestfs_get_backend (g);
    CHECK (strcmp (s, good[i]) == 0);
    free (s);
  }
  CHECK (guestfs_set_backend (g, "xen") == -1);
  CHECK_ERROR (g, EINVAL, "xen");
  CHECK (guestfs_set_attach_method (g, "appliance") == 0);
  s = guestfs_get_backend (g);
  CHECK (strcmp (s, "direct") == 0);
  free (s);

  CHECK (guestfs_get_backend_setting (g, "a") == NULL);
  CHECK_ERROR (g, ESRCH, "a");
  CHECK (guestfs_set_backend_settings
         (g, (char *[]) { (char *) "a", (char *) "b=2", (char *) "ab=3",
                          (char *) "a=4", NULL }) == 0);
  s = guestfs_get_backend_setting (g, "a");
  CHECK (strcmp (s, "1") == 0);
  free (s);
  CHECK (guestfs_clear_backend_setting (g, "a") == 2);
  CHECK (guestfs_clear_backend_setting (g, "a") == 0);
  CHECK (guestfs_set_backend_setting (g, "b", "5") == 0);
  s = guestfs_get_backend_setting (g, "b");
  CHECK (strcmp (s, "5") == 0);
  free (s);
  s = guestfs_get_backend_setting (g, "ab");
  CHECK (strcmp (s, "3") == 0);
  free (s);
  guestfs_close (g);
}

static int
parse (guestfs_h *g, const char *variable)
{
  char *const list[] = { (char *) variable, NULL };

  return guestfs_parse_environment_list (g, list);
}

static void
test_environment (void)
{
  guestfs_h *g = quiet_handle ();
  char *s, **list;

  CHECK (parse (g, "LIBGUESTFS_DEBUG=1") == 0 && guestfs_get_verbose (g) == 1);
  CHECK (parse (g, "LIBGUESTFS_DEBUG=no") == 0
         && guestfs_get_verbose (g) == 0);
  CHECK (parse (g, "LIBGUESTFS_DEBUG=") == 0);
  CHECK (parse (g, "LIBGUESTFS_DEBUG=perhaps") == -1);
  CHECK_ERROR (g, EINVAL, "LIBGUESTFS_DEBUG=perhaps");
  CHECK (parse (g, "LIBGUESTFS_TRACE=x") == -1);
  CHECK (parse (g, "LIBGUESTFS_MEMSIZE=800") == 0);
  CHECK (guestfs_get_memsize (g) == 800);
  CHECK (parse (g, "LIBGUESTFS_MEMSIZE=99999999999") == -1);
  CHECK (parse (g, "LIBGUESTFS_MEMSIZE=-3") == -1);
  CHECK (parse (g, "LIBGUESTFS_MEMSIZE=3x") == -1);
  CHECK (guestfs_get_memsize (g) == 800);
  CHECK (parse (g, "LIBGUESTFS_BACKEND=xen") == -1);
  CHECK (parse (g, "LIBGUESTFS_BACKEND=uml") == 0);
  CHECK (parse (g, "LIBGUESTFS_BACKEND_SETTINGS=a:b=2::c") == 0);
  list = guestfs_get_backend_settings (g);
  CHECK (strcmp (list[0], "a") == 0 && strcmp (list[1], "b=2") == 0
         && strcmp (list[2], "c") == 0 && !list[3]);
  free (list[0]);
  free (list[1]);
  free (list[2]);
  free (list);
  CHECK (parse (g, "TMPDIR=/nowhere/yet") == 0);
  s = guestfs_get_tmpdir (g);
  CHECK (strcmp (s, "/nowhere/yet") == 0);
  free (s);
  CHECK (parse (g, "LIBGUESTFS_TMPDIR=/nowhere/yet") == -1);
  CHECK (parse (g, "LIBGUESTFS_CACHEDIR=/") == 0);
  s = guestfs_get_cachedir (g);
  CHECK (strcmp (s, "/") == 0);
  free (s);
  CHECK (parse (g, "LIBGUESTFS_QEMU=/old") == 0);
  s = guestfs_get_hv (g);
  CHECK (strcmp (s, "/old") == 0);
  free (s);
  CHECK (parse (g, "LIBGUESTFS_HV=/new") == 0);
  CHECK (strcmp (guestfs_get_qemu (g), "/new") == 0);
  CHECK (parse (g, "XDG_RUNTIME_DIR=/run/me") == 0);
  s = guestfs_get_sockdir (g);
  CHECK (strcmp (s, "/run/me") == 0);
  free (s);
  guestfs_close (g);

  /* The environment of the process, and a handle that ignores it. */
  setenv ("LIBGUESTFS_APPEND", "one two", 1);
  g = guestfs_create ();
  CHECK (strcmp (guestfs_get_append (g), "one two") == 0);
  guestfs_close (g);
  g = quiet_handle ();
  CHECK (guestfs_get_append (g) == NULL);
  guestfs_close (g);
  unsetenv ("LIBGUESTFS_APPEND");
}

/* --- events ------------------------------------------------------------------- */

static int nr_events, nr_closed;
static char last_text[256];

static void
count_event (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
             int flags, const char *buf, size_t buf_len,
             const uint64_t *array, size_t array_len)
{
  CHECK (opaque == &nr_events);
  nr_events++;
  snprintf (last_text, sizeof last_text, "%.*s", (int) buf_len, buf);
}

/* Calls the API on its handle, and deletes itself. */
static void
busy_event (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
            int flags, const char *buf, size_t buf_len,
            const uint64_t *array, size_t array_len)
{
  guestfs_delete_event_callback (g, event_handle);
  CHECK (guestfs_set_smp (g, 7) == 0);
  ++*(int *) opaque;
}

static void
count_close (guestfs_h *g, void *opaque)
{
  CHECK (guestfs_get_smp (g) >= 1);
  nr_closed++;
}

static void
check_event_names (void)
{
  char *s = guestfs_event_to_string (GUESTFS_EVENT_ALL);

  CHECK (strcmp (s, "close,subprocess_quit,launch_done,progress,appliance,"
                 "library,trace,enter,libvirt_auth,warning") == 0);
  free (s);
  s = guestfs_event_to_string (0);
  CHECK (strcmp (s, "") == 0);
  free (s);
  s = guestfs_event_to_string (GUESTFS_EVENT_TRACE);
  CHECK (strcmp (s, "trace") == 0);
  free (s);
}

static void
test_events (void)
{
  guestfs_h *g = quiet_handle ();
  int h1, h2, busy = 0;

  check_event_names ();
  CHECK (guestfs_set_event_callback (g, count_event, 0, 0, NULL) == -1);
  CHECK (guestfs_set_event_callback (g, count_event, 1 << 20, 0, NULL) == -1);
  CHECK (guestfs_set_event_callback (g, count_event, 1, 1, NULL) == -1);
  CHECK (guestfs_set_event_callback (g, NULL, 1, 0, NULL) == -1);
  h1 = guestfs_set_event_callback (g, count_event, GUESTFS_EVENT_TRACE, 0,
                                   &nr_events);
  h2 = guestfs_set_event_callback (g, busy_event, GUESTFS_EVENT_TRACE, 0,
                                   &busy);
  CHECK (h1 >= 0 && h2 >= 0 && h1 != h2);
  guestfs_get_smp (g);
  CHECK (nr_events == 0);
  guestfs_set_trace (g, 1);
  CHECK (guestfs_set_identifier (g, "x") == 0);
  CHECK (nr_events > 0 && busy == 1 && guestfs_get_smp (g) == 7);
  CHECK (guestfs_set_identifier (g, "bad name") == -1);
  CHECK (strcmp (last_text, "set_identifier = -1 (error)") == 0);
  guestfs_delete_event_callback (g, h1);
  guestfs_delete_event_callback (g, h1);
  guestfs_delete_event_callback (g, 1000);
  guestfs_delete_event_callback (g, -1);
  guestfs_set_trace (g, 0);

  guestfs_set_close_callback (g, count_close, NULL);
  guestfs_set_close_callback (g, count_close, NULL);
  guestfs_set_progress_callback (g, NULL, NULL);
  guestfs_close (g);
  CHECK (nr_closed == 1);
  g = quiet_handle ();
  guestfs_set_close_callback (g, count_close, NULL);
  guestfs_set_close_callback (g, NULL, NULL);
  guestfs_close (g);
  CHECK (nr_closed == 1);
}

/* --- private data --------------------------------------------------------------- */

static void
test_private (void)
{
  guestfs_h *g = quiet_handle ();
  const char *key;
  int a, b;

  CHECK (guestfs_get_private (g, "a") == NULL);
  CHECK (guestfs_first_private (g, &key) == NULL);
  guestfs_set_private (g, "a", &a);
  guestfs_set_private (g, "b", &a);
  guestfs_set_private (g, "b", &b);
  guestfs_set_private (g, "c", &b);
  guestfs_set_private (g, "c", NULL);
  guestfs_set_private (g, "d", NULL);
  CHECK (guestfs_get_private (g, "a") == &a);
  CHECK (guestfs_get_private (g, "b") == &b);
  CHECK (guestfs_first_private (g, &key) == &a && strcmp (key, "a") == 0);
  CHECK (guestfs_next_private (g, &key) == &b && strcmp (key, "b") == 0);
  CHECK (guestfs_next_private (g, &key) == NULL);
  guestfs_close (g);
}

/* --- close ------------------------------------------------------------------------ */

static void
say_closed (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
            int flags, const char *buf, size_t buf_len,
            const uint64_t *array, size_t array_len)
{
  (void) !write (*(int *) opaque, "c", 1);
}

/* How many of two open handles are closed by exit, when the second one is made
 * with `flags`. */
static int
closed_at_exit (unsigned flags)
{
  int fds[2], status, n = 0;
  char c;
  pid_t pid;

  CHECK (pipe (fds) == 0);
  pid = fork ();
  if (pid == 0) {
    guestfs_h *g1 = guestfs_create (), *g2 = guestfs_create_flags (flags);

    guestfs_set_event_callback (g1, say_closed, GUESTFS_EVENT_CLOSE, 0,
                                &fds[1]);
    guestfs_set_event_callback (g2, say_closed, GUESTFS_EVENT_CLOSE, 0,
                                &fds[1]);
    exit (0);
  }
  close (fds[1]);
  while (read (fds[0], &c, 1) == 1)
    n++;
  close (fds[0]);
  CHECK (waitpid (pid, &status, 0) == pid && status == 0);
  return n;
}

static void
test_close (void)
{
  guestfs_close (NULL);
  CHECK (closed_at_exit (0) == 2);
  CHECK (closed_at_exit (GUESTFS_CREATE_NO_CLOSE_ON_EXIT) == 1);
}

static void *
use_handle (void *g)
{
  int i;

  for (i = 0; i < 2000; ++i) {
    CHECK (guestfs_set_identifier (g, "a") == 0);
    CHECK (guestfs_set_smp (g, 0) == -1);
    CHECK_ERROR (g, EINVAL, "set_smp");
    CHECK (guestfs_set_memsize (g, 1000) == 0);
  }
  return NULL;
}

static void
test_threads (void)
{
  guestfs_h *g = quiet_handle ();
  pthread_t threads[2];

  CHECK (pthread_create (&threads[0], NULL, use_handle, g) == 0);
  CHECK (pthread_create (&threads[1], NULL, use_handle, g) == 0);
  pthread_join (threads[0], NULL);
  pthread_join (threads[1], NULL);
  guestfs_close (g);
}

static void *
read_settings (void *g)
{
  for (int i = 0; i < 1000; ++i)
    CHECK (guestfs_get_verbose (g) == 0 && guestfs_get_smp (g) == 3
           && guestfs_is_config (g) == 1);
  return NULL;
}

/* While another thread makes a call that takes long. */
static void
test_settings_while_busy (void)
{
  guestfs_h *g = quiet_handle ();
  pthread_t thread;

  CHECK (guestfs_set_smp (g, 3) == 0);
  pthread_mutex_lock (&g->lock);
  CHECK (pthread_create (&thread, NULL, read_settings, g) == 0);
  alarm (60);
  pthread_join (thread, NULL);
  alarm (0);
  pthread_mutex_unlock (&g->lock);
  guestfs_close (g);
}

int
main (void)
{
  test_close ();
  test_errors ();
  test_settings ();
  test_backends ();
  test_environment ();
  test_events ();
  test_private ();
  test_threads ();
  test_settings_while_busy ();
  return 0;
}
