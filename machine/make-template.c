/* The mode `--make-template`: boot a machine without disks, and keep it as a
 * template for later launches (kvm/template.h, lib/template.h).
 *
 * Descriptor 3 is the folder of templates, 4 the kernel, 5 the root image.  The
 * folder is ours to write, the file appears in it when it is complete, and of
 * several processes that want to make the same one does: it holds the lock on
 * NAME.new.  A child runs the guest, in the sandbox of every machine; we wait
 * for it, and give the file its name.
 */

#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "prefix.h"
#include "sandbox.h"
#include "session.h"

#define FOLDER_FD 3
#define KERNEL_FD 4
#define ROOT_FD 5

/* Of machines of other sizes and older programs. */
#define KEPT 4
#define FORGET_SECONDS (24 * 60 * 60)

#define READY_TIMEOUT 60000 /* ms */
#define FRAME_HEADER 16
#define FRAME_KIND 7 /* last byte of it */
#define FRAME_READY 8
#define BODY_MAX 4096

struct request {
  const char *name, *key;
  unsigned memory, smp;
  bool background;
};

/* --- the child ------------------------------------------------------------- */

static void
nap (unsigned ms)
{
  const struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

  (void) nanosleep (&t, NULL);
}

/* Read from the daemon while the machine lives. */
static int
hear (struct session *s, int rpc, void *buf, size_t len, unsigned *waited,
      struct error *err)
{
  size_t done = 0;

  while (done < len) {
    struct pollfd p = { .fd = rpc, .events = POLLIN };
    ssize_t n;

    if (__atomic_load_n (&s->has_exited, __ATOMIC_ACQUIRE))
      return error_set (err, EIO, "the guest has ended");
    if (poll (&p, 1, 10) == 0) {
      *waited += 10;
      if (*waited > READY_TIMEOUT)
        return error_set (err, ETIMEDOUT, "the guest does not become ready");
      continue;
    }
    n = read (rpc, (char *) buf + done, len - done);
    if (n == 0 || (n == -1 && errno != EINTR))
      return error_set (err, EIO, "the guest has closed its port");
    done += n > 0 ? n : 0;
  }
  return 0;
}

/* The daemon has said that it takes calls, and so has nothing to do: give the
 * kernel a while to come to rest. */
static int
wait_ready (struct session *s, int rpc, struct error *err)
{
  unsigned char header[FRAME_HEADER], body[BODY_MAX];
  unsigned waited = 0;
  size_t len;

  if (hear (s, rpc, header, sizeof header, &waited, err) == -1)
    return -1;
  len = header[2] << 8 | header[3];
  if (header[FRAME_KIND] != FRAME_READY || header[0] || header[1]
      || len > sizeof body)
    return error_set (err, EPROTO, "the daemon speaks before it is ready");
  if (hear (s, rpc, body, len, &waited, err) == -1)
    return -1;
  nap (50 + waited / 4);
  return 0;
}

static int
save (struct session *s, int fd, const char *key, struct error *err)
{
  struct machine *m = &s->machine;

  if (!m->engine->save)
    return error_set (err, ENOTSUP, "the engine %s has no templates",
                      m->engine->name);
  if (m->engine->pause (m, err) == -1)
    return -1;
  nap (30); /* what the guest has given to devices is done */
  loop_stop (s->io_loop);
  loop_stop (s->rpc_loop);
  return m->engine->save (m, fd, key, err);
}

static int
run_guest (const struct request *r, int fd, struct error *err)
{
  struct session s = {
    .machine.config = {
      .memory = r->memory, .smp = r->smp, .is_template = true,
      .kvm_kernel_fd = KERNEL_FD, .uml_kernel_fd = -1, .root_fd = ROOT_FD,
      .template_fd = -1,
    },
    .control_fd = -1, .rpc_fd = -1, .console_fd = -1,
    .lock = PTHREAD_MUTEX_INITIALIZER,
  };
  int pair[2], ret;

  s.machine.config.engine = strdup ("kvm");
  if (!s.machine.config.engine || sandbox_begin (err) == -1)
    return error_errno (err, "template");
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    return error_errno (err, "socketpair");
  s.rpc_fd = pair[1];
  ret = session_launch (&s, err);
  if (ret == 0)
    ret = wait_ready (&s, pair[0], err);
  if (ret == 0)
    ret = save (&s, fd, r->key, err);
  session_tear_down (&s);
  session_release_config (&s);
  close (pair[0]);
  return ret;
}

static void __attribute__ ((noreturn))
child (const struct request *r, int fd)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (run_guest (r, fd, &err) == 0)
    _exit (EXIT_SUCCESS);
  fprintf (stderr, "bathyscope-machine: template: %s\n",
           err.message ? err.message : "no reason given");
  _exit (EXIT_FAILURE);
}

/* --- files ----------------------------------------------------------------- */

/* The file to write, locked and empty; -1 with EWOULDBLOCK when somebody else
 * writes it, EEXIST when it is there already. */
static int
open_new (const struct request *r, const char *new_name)
{
  CLEANUP_CLOSE int fd = openat (FOLDER_FD, new_name, O_RDWR | O_CREAT
                                 | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  struct stat ours, there;

  if (fd == -1 || flock (fd, LOCK_EX | LOCK_NB) == -1)
    return -1;
  /* Has it been given its name since it was opened? */
  if (fstat (fd, &ours) == -1
      || fstatat (FOLDER_FD, new_name, &there, AT_SYMLINK_NOFOLLOW) == -1)
    return -1;
  if (ours.st_ino != there.st_ino || ours.st_dev != there.st_dev
      || faccessat (FOLDER_FD, r->name, F_OK, 0) == 0) {
    errno = EEXIST;
    return -1;
  }
  if (!S_ISREG (ours.st_mode) || ours.st_uid != geteuid ()) {
    errno = EPERM;
    return -1;
  }
  if (ftruncate (fd, 0) == -1 || fchmod (fd, 0600) == -1)
    return -1;
  return TAKE_FD (fd);
}

static int
by_age (const struct dirent **a, const struct dirent **b)
{
  struct stat sa = { 0 }, sb = { 0 };

  (void) fstatat (FOLDER_FD, (*a)->d_name, &sa, AT_SYMLINK_NOFOLLOW);
  (void) fstatat (FOLDER_FD, (*b)->d_name, &sb, AT_SYMLINK_NOFOLLOW);
  return (sa.st_mtime < sb.st_mtime) - (sa.st_mtime > sb.st_mtime);
}

static int
is_template (const struct dirent *d)
{
  return has_prefix (d->d_name, "template-");
}

static bool
is_old (const char *name)
{
  struct stat st;

  return fstatat (FOLDER_FD, name, &st, AT_SYMLINK_NOFOLLOW) == 0
    && time (NULL) - st.st_mtime > FORGET_SECONDS;
}

/* Keep the newest; what is marked by a suffix (.new, .failed) goes after a day.
 * Machines that run from a file go on when it has no name any more. */
static void
forget_old (void)
{
  struct dirent **entries;
  int i, kept = 0, n = scandirat (FOLDER_FD, ".", &entries, is_template, by_age);

  for (i = 0; i < n; ++i) {
    const char *name = entries[i]->d_name;

    if (strchr (name, '.') ? is_old (name) : ++kept > KEPT)
      (void) unlinkat (FOLDER_FD, name, 0);
    free (entries[i]);
  }
  if (n >= 0)
    free (entries);
}

/* --- the parent ------------------------------------------------------------ */

static bool
wait_child (pid_t pid)
{
  int status;

  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      return false;
  return WIFEXITED (status) && WEXITSTATUS (status) == EXIT_SUCCESS;
}

/* Nobody tries again for a day: lib/template.c looks for this. */
static void
mark_failed (const struct request *r)
{
  char name[NAME_MAX];
  int fd;

  (void) snprintf (name, sizeof name, "%s.failed", r->name);
  fd = openat (FOLDER_FD, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
               0600);
  if (fd >= 0)
    close (fd);
}

static int
make (const struct request *r)
{
  char new_name[NAME_MAX];
  CLEANUP_CLOSE int fd = -1;
  pid_t pid;

  (void) snprintf (new_name, sizeof new_name, "%s.new", r->name);
  fd = open_new (r, new_name);
  if (fd == -1) {
    if (errno == EEXIST || errno == EWOULDBLOCK)
      return EXIT_SUCCESS;
    fprintf (stderr, "bathyscope-machine: template: %s\n", strerror (errno));
    return EXIT_FAILURE;
  }
  pid = fork ();
  if (pid == 0)
    child (r, fd);
  if (pid > 0 && wait_child (pid) && fsync (fd) == 0
      && renameat (FOLDER_FD, new_name, FOLDER_FD, r->name) == 0) {
    (void) fsync (FOLDER_FD);
    forget_old ();
    return EXIT_SUCCESS;
  }
  mark_failed (r);
  (void) unlinkat (FOLDER_FD, new_name, 0);
  return EXIT_FAILURE;
}

int
make_template (int argc, char *argv[])
{
  struct request r;

  if (argc != 5 || strlen (argv[3]) > 64 || strchr (argv[3], '/'))
    return EXIT_FAILURE;
  r = (struct request) {
    .background = strcmp (argv[0], "background") == 0,
    .memory = strtoul (argv[1], NULL, 10),
    .smp = strtoul (argv[2], NULL, 10),
    .name = argv[3], .key = argv[4],
  };
  if (r.background) {
    pid_t pid = fork ();

    if (pid != 0)
      return pid == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
    (void) setpriority (PRIO_PROCESS, 0, 10);
  }
  return make (&r);
}
