/* Calls, transfers, cancellation and the death of the machine, with the fake
 * machine in the place of the real one; launches are in test-launch.c.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "client.h"
#include "machine.h"
#include "test-fake.h"
#include "xdr.h"

static void
check_failure (guestfs_h *g, uint32_t proc, const char *in, const char *out,
               int errnum, const char *text)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (call (g, proc, in, out, NULL, &err) == 0) {
    fprintf (stderr, "procedure %u succeeded, wanted: %s\n", proc, text);
    exit (1);
  }
  if (err.errnum != errnum || !strstr (err.message, text)) {
    fprintf (stderr, "procedure %u: wrong error %d: %s\n", proc, err.errnum,
             err.message);
    exit (1);
  }
}

static void
test_calls (void)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  guestfs_h *g = launched ();

  check_echo (g);
  check_failure (g, FAKE_ERROR, NULL, NULL, EROFS, "test: it is read-only");
  CHECK (call (g, FAKE_BIG_REPLY, NULL, NULL, &reply, NULL) == 0);
  CHECK (reply.len == FAKE_BIG_SIZE);
  check_echo (g);
  CHECK (guestfs_shutdown (g) == 0);
  CHECK (guestfs_is_config (g) == 1);
  CHECK (guestfs_shutdown (g) == 0);
  guestfs_close (g);
}

static void
test_upload (void)
{
  CLEANUP_STRBUF struct strbuf reply = STRBUF_INIT;
  struct xdr_reader r;
  uint64_t n;
  guestfs_h *g = launched ();

  make_file (in_file, 5 * 1024 * 1024 + 1);
  CHECK (call (g, FAKE_UPLOAD, in_file, NULL, &reply, NULL) == 0);
  r = xdr_reader (reply.data, reply.len);
  CHECK (xdr_get_uint64 (&r, &n) == 0 && n == 5 * 1024 * 1024 + 1);
  check_failure (g, FAKE_UPLOAD, "/nowhere/file", NULL, ENOENT,
                 "/nowhere/file");
  check_failure (g, FAKE_UPLOAD, dir, NULL, EISDIR, dir);
  check_failure (g, FAKE_EARLY_ERROR, in_file, NULL, ENOSPC, "no space");
  check_failure (g, FAKE_EARLY_ERROR, "/dev/zero", NULL, ENOSPC, "no space");
  /* More than can be on its way before the other end has begun. */
  CHECK (truncate (in_file, 64 * 1024 * 1024) == 0);
  check_failure (g, FAKE_SHORT_UPLOAD, in_file, NULL, EIO, "became shorter");
  check_echo (g);
  guestfs_close (g);
}

static void
test_download (void)
{
  struct stat st;
  guestfs_h *g = launched ();

  CHECK (call (g, FAKE_DOWNLOAD, NULL, out_file, NULL, NULL) == 0);
  CHECK (stat (out_file, &st) == 0 && st.st_size == FAKE_DOWNLOAD_SIZE);
  CHECK (call (g, FAKE_DOWNLOAD_EMPTY, NULL, out_file, NULL, NULL) == 0);
  CHECK (stat (out_file, &st) == 0 && st.st_size == 0);
  unlink (out_file);
  check_failure (g, FAKE_ERROR, NULL, out_file, EROFS, "read-only");
  CHECK (access (out_file, F_OK) == -1);
  check_failure (g, FAKE_DOWNLOAD, NULL, "/nowhere/file", ENOENT,
                 "/nowhere/file");
  check_failure (g, FAKE_DOWNLOAD_ENDLESS, NULL, "/dev/full", ENOSPC,
                 "/dev/full");
  check_echo (g);
  guestfs_close (g);
}

static void
test_download_to_memory (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_INCOMING struct incoming memory = INCOMING_INIT (NULL);
  CLEANUP_FREE char *empty = NULL, *data = NULL;
  struct client_call c = { .name = "test", .proc = FAKE_DOWNLOAD_EMPTY,
                           .args = "args", .args_len = 4, .memory = &memory };
  guestfs_h *g = launched ();
  size_t size;

  CHECK (client_call (g, &c, NULL, NULL) == 0);
  empty = incoming_take (&memory, &size);
  CHECK (empty && size == 0);
  memory = (struct incoming) INCOMING_INIT (NULL);
  c.proc = FAKE_DOWNLOAD;
  CHECK (client_call (g, &c, NULL, NULL) == 0);
  data = incoming_take (&memory, &size);
  CHECK (data && size == FAKE_DOWNLOAD_SIZE
         && strspn (data, "x") == FAKE_DOWNLOAD_SIZE);
  memory = (struct incoming) INCOMING_INIT (NULL);
  c.proc = FAKE_ERROR;
  CHECK (client_call (g, &c, NULL, &err) == -1 && err.errnum == EROFS);
  check_echo (g);
  guestfs_close (g);
}

/* Answers that are a buffer, and some that are none. */
static void
test_buffer_answer (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_INCOMING struct incoming good = INCOMING_INIT (NULL);
  CLEANUP_INCOMING struct incoming bad = INCOMING_INIT (NULL);
  CLEANUP_INCOMING struct incoming none = INCOMING_INIT (NULL);
  CLEANUP_FREE char *data = NULL;
  struct client_call c = { .name = "test", .proc = FAKE_ECHO,
                           .args = "\0\0\0\5hello\0\0\0", .args_len = 12,
                           .buffer = &good };
  guestfs_h *g = launched ();
  size_t size;

  CHECK (client_call (g, &c, NULL, NULL) == 0);
  data = incoming_take (&good, &size);
  CHECK (data && size == 5 && strcmp (data, "hello") == 0);
  c.buffer = &bad;
  c.proc = FAKE_BIG_REPLY; /* an empty buffer, and much behind it */
  CHECK (client_call (g, &c, NULL, &err) == -1 && err.errnum == EBADMSG);
  error_clear (&err);
  c.buffer = &none;
  c.proc = FAKE_PROGRESS; /* an empty answer, after other frames */
  CHECK (client_call (g, &c, NULL, &err) == -1 && err.errnum == EBADMSG);
  error_clear (&err);
  c.proc = FAKE_ERROR;
  CHECK (client_call (g, &c, NULL, &err) == -1 && err.errnum == EROFS);
  check_echo (g);
  guestfs_close (g);
}

static atomic_bool cancelled;

/* Again and again, as the call may not have begun yet. */
static void *
cancel_soon (void *opaque)
{
  const struct timespec t = { .tv_nsec = 50000000 };

  while (!cancelled) {
    nanosleep (&t, NULL);
    guestfs_user_cancel (opaque);
  }
  return NULL;
}

static void
check_cancel (guestfs_h *g, uint32_t proc, const char *in, const char *out)
{
  pthread_t thread;

  cancelled = false;
  CHECK (pthread_create (&thread, NULL, cancel_soon, g) == 0);
  check_failure (g, proc, in, out, EINTR, "cancelled by user");
  cancelled = true;
  pthread_join (thread, NULL);
  check_echo (g);
}

static void
test_cancel (void)
{
  int fds[2];
  char name[32];
  guestfs_h *g = launched ();

  guestfs_user_cancel (g); /* nothing runs: no effect */
  check_echo (g);
  check_cancel (g, FAKE_UPLOAD, "/dev/zero", NULL);
  check_cancel (g, FAKE_DOWNLOAD_ENDLESS, NULL, "/dev/null");
  check_cancel (g, FAKE_WAIT_FOR_CANCEL, NULL, NULL);
  /* A pipe that nobody writes to. */
  CHECK (pipe (fds) == 0);
  snprintf (name, sizeof name, "/dev/fd/%d", fds[0]);
  check_cancel (g, FAKE_UPLOAD, name, NULL);
  close (fds[0]);
  close (fds[1]);
  guestfs_close (g);
}

/* Nothing, or nothing but promises, for longer than the caller has. */
static void
test_timeout (void)
{
  static const uint32_t procedures[]
    = { FAKE_WAIT_FOR_CANCEL, FAKE_PROGRESS_ENDLESS };
  guestfs_h *g;
  size_t i;

  for (i = 0; i < sizeof procedures / sizeof procedures[0]; ++i) {
    g = launched ();
    CHECK (guestfs_set_call_timeout (g, 60) == 0);
    check_echo (g);
    CHECK (guestfs_set_call_timeout (g, 1) == 0);
    check_failure (g, procedures[i], NULL, NULL, ETIMEDOUT, "within 1 s");
    CHECK (guestfs_is_config (g) == 1);
    guestfs_close (g);
  }
  g = launched ();
  CHECK (guestfs_parse_environment_list
           (g, (char *[]) { (char *) "BATHYSCOPE_CALL_TIMEOUT=1", NULL }) == 0);
  CHECK (guestfs_get_call_timeout (g) == 1);
  CHECK (guestfs_set_call_timeout (g, 60) == 0);
  make_file (in_file, 5 * 1024 * 1024 + 1);
  CHECK (call (g, FAKE_UPLOAD, in_file, NULL, NULL, NULL) == 0);
  CHECK (guestfs_set_call_timeout (g, 1) == 0);
  check_failure (g, FAKE_WAIT_FOR_CANCEL, NULL, NULL, ETIMEDOUT, "stopped");
  guestfs_close (g);
}

static int nr_progress, nr_quit, nested;

static void
count_progress (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
                int flags, const char *buf, size_t buf_len,
                const uint64_t *array, size_t array_len)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  CHECK (array_len == 4 && array[0] == FAKE_PROGRESS && array[3] == 1000);
  if (nr_progress++ == 0 && call (g, FAKE_ECHO, NULL, NULL, NULL, &err) == -1)
    nested = err.errnum;
  if (array[2] == 1000)
    CHECK (guestfs_shutdown (g) == -1);
}

static void
count_quit (guestfs_h *g, void *opaque, uint64_t event, int event_handle,
            int flags, const char *buf, size_t buf_len, const uint64_t *array,
            size_t array_len)
{
  nr_quit++;
}

static void
test_progress (void)
{
  guestfs_h *g = launched ();

  CHECK (guestfs_set_event_callback (g, count_progress, GUESTFS_EVENT_PROGRESS,
                                     0, NULL) >= 0);
  CHECK (call (g, FAKE_PROGRESS, NULL, NULL, NULL, NULL) == 0);
  CHECK (nr_progress >= 2 && nr_progress < 500);
  CHECK (nested == EBUSY);
  check_echo (g);
  guestfs_close (g);
}

static void
test_death (void)
{
  static const struct {
    uint32_t proc;
    const char *text;
  } deaths[] = {
    { FAKE_PANIC, "the appliance stopped: kernel panic" },
    { FAKE_PANIC, "Kernel panic: no good" },
    { FAKE_KILLED, "signal 9" },
    { FAKE_NONSENSE, "RPC" },
    { FAKE_OTHER_SERIAL, "another call" },
  };
  size_t i;

  for (i = 0; i < sizeof deaths / sizeof deaths[0]; ++i) {
    guestfs_h *g = launched ();
    int errnum = i < 3 ? EIO : EPROTO;

    nr_quit = 0;
    guestfs_set_event_callback (g, count_quit, GUESTFS_EVENT_SUBPROCESS_QUIT,
                                0, NULL);
    check_failure (g, deaths[i].proc, NULL, NULL, errnum, deaths[i].text);
    CHECK (nr_quit == 1);
    CHECK (guestfs_is_config (g) == 1);
    check_failure (g, FAKE_ECHO, NULL, NULL, EINVAL, "launch");
    /* It can be launched again. */
    CHECK (guestfs_add_drive_ro (g, image) == 0);
    CHECK (guestfs_launch (g) == 0);
    check_echo (g);
    guestfs_close (g);
  }
}

static void
test_death_in_transfer (void)
{
  guestfs_h *g = launched ();
  pid_t pid = guestfs_get_pid (g);

  CHECK (pid > 0);
  CHECK (kill (pid, SIGKILL) == 0);
  check_failure (g, FAKE_UPLOAD, "/dev/zero", NULL, EIO, "signal 9");
  CHECK (guestfs_get_pid (g) == -1);
  /* No zombie is left. */
  CHECK (waitpid (-1, NULL, WNOHANG) == -1 && errno == ECHILD);
  guestfs_close (g);

  /* No signal comes to the program either, which ignores none. */
  make_file (in_file, 5 * 1024 * 1024 + 1);
  g = launched ();
  check_failure (g, FAKE_KILLED_IN_UPLOAD, in_file, NULL, EIO, "signal 9");
  guestfs_close (g);

  /* The guest stops while we wait for it to take more; the machine lives on. */
  g = launched ();
  alarm (60);
  check_failure (g, FAKE_STOPPED_IN_UPLOAD, "/dev/zero", NULL, EIO,
                 "kernel panic");
  alarm (0);
  guestfs_close (g);
}

/* A forked child that exits closes the handle, which must not disturb ours. */
static void
test_fork (void)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  guestfs_h *g = launched ();
  int status;
  pid_t pid = fork ();

  CHECK (pid >= 0);
  if (pid == 0) {
    CHECK (call (g, FAKE_ECHO, NULL, NULL, NULL, &err) == -1);
    CHECK (err.errnum == EINVAL);
    exit (0);
  }
  CHECK (waitpid (pid, &status, 0) == pid && status == 0);
  check_echo (g);
  CHECK (guestfs_shutdown (g) == 0);
  guestfs_close (g);
}

/* One that goes on when its parent has ended may use the handle. */
static void
test_fork_and_end (void)
{
  int fds[2];
  char c = 0;
  pid_t pid;
  int status, pidfd = syscall (SYS_pidfd_open, getpid (), 0);

  if (pidfd == -1 && errno == ENOSYS)
    return; /* an old kernel, or valgrind: see owner.c */
  close (pidfd);
  CHECK (pipe (fds) == 0);
  pid = fork ();
  CHECK (pid >= 0);
  if (pid == 0) {
    guestfs_h *g = launched ();

    if (fork () > 0)
      _exit (0);
    check_echo (g);
    CHECK (guestfs_shutdown (g) == 0);
    guestfs_close (g);
    CHECK (write (fds[1], "y", 1) == 1);
    _exit (0);
  }
  CHECK (waitpid (pid, &status, 0) == pid && status == 0);
  close (fds[1]);
  CHECK (read (fds[0], &c, 1) == 1 && c == 'y');
  close (fds[0]);
}

static void *
many_calls (void *g)
{
  int i;

  for (i = 0; i < 500; ++i) {
    guestfs_h *h = g;
    CLEANUP_UNLOCK_HANDLE (h);

    check_echo (h);
  }
  return NULL;
}

static void
test_threads (void)
{
  pthread_t threads[4];
  guestfs_h *g = launched ();
  size_t i;

  for (i = 0; i < 4; ++i)
    CHECK (pthread_create (&threads[i], NULL, many_calls, g) == 0);
  for (i = 0; i < 4; ++i)
    pthread_join (threads[i], NULL);
  guestfs_close (g);
}

int
main (void)
{
  begin_fake ();
  test_calls ();
  test_upload ();
  test_download ();
  test_download_to_memory ();
  test_buffer_answer ();
  test_cancel ();
  test_timeout ();
  test_progress ();
  test_death ();
  test_death_in_transfer ();
  test_fork ();
  test_fork_and_end ();
  test_threads ();
  return end_fake ();
}
