/* guestmount: mount a guest's filesystems on a directory of this machine.
 *
 * Unless --no-fork is given, all work is done by a child that goes on in the
 * background; the parent waits until the directory is ready, or until the child
 * has failed.  The child's number is part of the name of what is mounted, where
 * guestunmount finds it.
 */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "interrupt.h"
#include "options.h"
#include "strbuf.h"

static const char usage[] =
  "Mount the filesystems of a virtual machine on a directory.\n"
  "\n"
  "  guestmount [options] -a disk.img [-a disk.img ...] -i DIRECTORY\n"
  "  guestmount [options] -a disk.img -m DEVICE[:MOUNTPOINT] DIRECTORY\n"
  "  guestmount [options] -d domain -i DIRECTORY\n"
  "\n"
  "      --dir-cache-timeout SECONDS  remember attributes so long (default 60)\n"
  "      --fd FD            write a byte there when the directory is ready\n"
  "      --fuse-help        list options for -o\n"
  "      --no-fork          stay in the foreground\n"
  "  -n, --no-sync          do not sync the disks at the end\n"
  "  -o, --option OPTION    an option for FUSE, such as allow_other\n"
  "      --pid-file FILE    write the process number there\n"
  "      --trace            the same as -x\n";

static const char fuse_help[] =
  "Options for -o, among others (see mount.fuse3(8)):\n"
  "\n"
  "  allow_other            other users may use the directory\n"
  "  allow_root             root may use the directory\n"
  "  default_permissions    the kernel checks permissions\n"
  "  uid=N, gid=N           all files belong to this user, group\n"
  "  umask=M                permissions that nobody has, in octal\n"
  "  max_read=N             the largest read\n"
  "  noatime, nosuid, nodev, noexec, ...  as for mount(8)\n";

enum {
  OPTION_CACHE = OPTION_OWN, OPTION_FD, OPTION_FUSE_HELP, OPTION_LIVE,
  OPTION_NO_FORK, OPTION_PID_FILE, OPTION_SELINUX,
};

struct guestmount {
  struct options o;
  const char *directory;
  char *pid_file; /* absolute: the working directory is given up */
  struct strbuf fuse_options;
  int cache_timeout, ready_fd; /* -1: not given */
  bool no_fork;
};

static char *
absolute (const struct options *o, const char *path)
{
  CLEANUP_FREE char *cwd = get_current_dir_name ();
  char *ret;

  if (*path == '/')
    return xstrdup (path);
  if (!cwd || asprintf (&ret, "%s/%s", cwd, path) == -1)
    die (o, "%s: %s", path, strerror (errno));
  return ret;
}

static void
parse (struct guestmount *m, int argc, char *argv[])
{
  struct options *o = &m->o;
  int c;

  while ((c = options_next (o, argc, argv)) != -1)
    switch (c) {
    case 'n': guestfs_set_autosync (o->g, 0); break;
    case 'o':
      if (strbuf_addf (&m->fuse_options, ",%s", optarg) == -1)
        die (o, "out of memory");
      break;
    case OPTION_CACHE:
      m->cache_timeout = options_number (o, "--dir-cache-timeout", optarg);
      break;
    case OPTION_FD: m->ready_fd = options_number (o, "--fd", optarg); break;
    case OPTION_FUSE_HELP: fputs (fuse_help, stdout); exit (EXIT_SUCCESS);
    case OPTION_LIVE: die (o, "--live: running guests cannot be mounted");
    case OPTION_NO_FORK: m->no_fork = true; break;
    case OPTION_PID_FILE: m->pid_file = absolute (o, optarg); break;
    case OPTION_SELINUX: break; /* accepted; it has had no effect for long */
    }
  options_check (o);
  if (o->nr_drives == 0)
    die (o, "give a disk image with -a, or a domain with -d");
  if (!o->inspector && o->nr_mounts == 0)
    die (o, "say what to mount: -i, or -m DEVICE");
  if (optind + 1 != argc)
    die (o, "give the directory to mount on");
  m->directory = argv[optind];
}

static void
write_pid_file (const struct guestmount *m)
{
  FILE *fp = fopen (m->pid_file, "we");

  if (!fp || fprintf (fp, "%d\n", (int) getpid ()) < 0 || fclose (fp) == EOF)
    die (&m->o, "%s: %s", m->pid_file, strerror (errno));
}

static void
mount_directory (struct guestmount *m)
{
  struct guestfs_mount_local_argv optargs = {
    .bitmask = GUESTFS_MOUNT_LOCAL_READONLY_BITMASK
               | GUESTFS_MOUNT_LOCAL_OPTIONS_BITMASK
               | GUESTFS_MOUNT_LOCAL_DEBUGCALLS_BITMASK,
    .readonly = m->o.readonly,
    .debugcalls = m->o.trace,
  };
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;

  if (strbuf_addf (&text, "fsname=guestmount:%d%s", (int) getpid (),
                   m->fuse_options.data ? m->fuse_options.data : "") == -1)
    die (&m->o, "out of memory");
  optargs.options = text.data;
  if (m->cache_timeout >= 0) {
    optargs.bitmask |= GUESTFS_MOUNT_LOCAL_CACHETIMEOUT_BITMASK;
    optargs.cachetimeout = m->cache_timeout;
  }
  if (guestfs_mount_local_argv (m->o.g, m->directory, &optargs) == -1)
    die_handle (&m->o);
}

/* Tell whoever waits.  They may have gone. */
static void
tell_ready (int fd)
{
  if (fd >= 0) {
    (void) !write (fd, "", 1);
    close (fd);
  }
}

static void
leave_terminal (const struct options *o)
{
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (fd == -1 || chdir ("/") == -1)
    die (o, "%s", strerror (errno));
  dup2 (fd, STDIN_FILENO);
  if (!o->verbose && !o->trace) {
    dup2 (fd, STDOUT_FILENO);
    dup2 (fd, STDERR_FILENO);
  }
  close (fd);
}

/* Open, mount, serve until it is unmounted; the exit status. */
static int
serve (struct guestmount *m, int parent_fd)
{
  struct options *o = &m->o;
  int status = EXIT_SUCCESS;

  options_open (o);
  mount_directory (m);
  if (m->pid_file)
    write_pid_file (m);
  /* A signal unmounts. */
  interrupt_cancels (o->g);
  tell_ready (m->ready_fd);
  if (parent_fd >= 0)
    leave_terminal (o);
  tell_ready (parent_fd);

  guestfs_push_error_handler (o->g, NULL, NULL);
  if (guestfs_mount_local_run (o->g) == -1
      && guestfs_last_errno (o->g) != EINTR) {
    fprintf (stderr, "%s: %s\n", o->program, guestfs_last_error (o->g));
    status = EXIT_FAILURE;
  }
  guestfs_pop_error_handler (o->g);
  interrupt_kills ();
  if (guestfs_shutdown (o->g) == -1)
    status = EXIT_FAILURE;
  if (m->pid_file)
    unlink (m->pid_file);
  return status;
}

/* In the parent: the exit status, once it is known how it went. */
static int
wait_for_child (const struct options *o, pid_t pid, int fd)
{
  char byte;
  ssize_t n;
  int status;

  while ((n = read (fd, &byte, 1)) == -1 && errno == EINTR)
    ;
  if (n == 1)
    return EXIT_SUCCESS;
  while (waitpid (pid, &status, 0) == -1)
    if (errno != EINTR)
      die (o, "waitpid: %s", strerror (errno));
  return WIFEXITED (status) && WEXITSTATUS (status) != 0
    ? WEXITSTATUS (status) : EXIT_FAILURE;
}

static int
serve_in_background (struct guestmount *m)
{
  int fds[2];
  pid_t pid;

  if (pipe2 (fds, O_CLOEXEC) == -1 || (pid = fork ()) == -1)
    die (&m->o, "%s", strerror (errno));
  if (pid > 0) {
    close (fds[1]);
    /* The child does all the rest, the handle's end included. */
    _exit (wait_for_child (&m->o, pid, fds[0]));
  }
  close (fds[0]);
  setsid ();
  return serve (m, fds[1]);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "dir-cache-timeout", required_argument, NULL, OPTION_CACHE },
    { "fd", required_argument, NULL, OPTION_FD },
    { "fuse-help", no_argument, NULL, OPTION_FUSE_HELP },
    { "live", no_argument, NULL, OPTION_LIVE },
    { "no-fork", no_argument, NULL, OPTION_NO_FORK },
    { "no-sync", no_argument, NULL, 'n' },
    { "option", required_argument, NULL, 'o' },
    { "pid-file", required_argument, NULL, OPTION_PID_FILE },
    { "selinux", no_argument, NULL, OPTION_SELINUX },
    { "trace", no_argument, NULL, 'x' },
    { NULL, 0, NULL, 0 },
  };
  struct guestmount m = {
    .o = {
      .program = "guestmount", .usage = usage, .help_shared = true,
      .takes = TAKES_MOUNT | TAKES_KEYS | TAKES_INSPECTOR | TAKES_RO_RW | TAKES_CONFIG,
      .own_short = "no:", .own_long = own_long,
    },
    .fuse_options = STRBUF_INIT, .cache_timeout = -1, .ready_fd = -1,
  };
  int status;

  options_start (&m.o);
  parse (&m, argc, argv);
  status = m.no_fork ? serve (&m, -1) : serve_in_background (&m);
  strbuf_release (&m.fuse_options);
  free (m.pid_file);
  options_finish (&m.o);
  return status;
}
