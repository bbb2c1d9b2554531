/* libguestfs-test-tool: does it work on this machine, by which engine, how
 * fast, and if not, why? */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "json.h"
#include "options.h"
#include "prefix.h"
#include "strbuf.h"

#define DISK_SIZE (INT64_C (100) << 20)

extern char **environ;

static const char usage[] =
  "Test whether disk images can be opened on this machine, and say how.\n"
  "\n"
  "  libguestfs-test-tool [options]\n"
  "\n"
  "      --json             print JSON, an object a line\n"
  "      --qemu, --qemudir  accepted; no QEMU is used\n"
  "  -t, --timeout SECONDS  give up after this time (default 600)\n"
  "  -?                     the same as --help\n"
  "\n"
  "Exit status: 0 when it works, 1 when it does not.\n"
  "\n";

enum { OPTION_JSON = OPTION_OWN, OPTION_QEMU };

static const char *const engines[] = { "kvm", "uml" };
#define NR_ENGINES (sizeof engines / sizeof *engines)

/* What a try has told. */
struct trial {
  struct strbuf log;    /* all messages */
  struct strbuf reason; /* warnings, and the error */
  double launch, test;  /* seconds */
  bool works;
};

static double
now (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return ts.tv_sec + ts.tv_nsec / 1e9;
}

static bool as_json;

/* A line for people. */
static void
show (const char *what, const char *fmt, ...)
{
  va_list args;

  if (as_json)
    return;
  printf ("%-22s ", what);
  va_start (args, fmt);
  vprintf (fmt, args);
  va_end (args);
  putchar ('\n');
  fflush (stdout);
}

/* --- the machine ------------------------------------------------------------------ */

static void
show_device (const char *path)
{
  if (access (path, F_OK) == -1)
    show (path, "is not there");
  else if (access (path, R_OK | W_OK) == -1)
    show (path, "may not be used by you: %s", strerror (errno));
  else
    show (path, "may be used");
}

static void
show_space (const char *path)
{
  struct statvfs s;

  if (statvfs (path, &s) == -1)
    show ("temporary files", "%s: %s", path, strerror (errno));
  else
    show ("temporary files", "%s, %" PRIu64 " MB free", path,
          (uint64_t) s.f_bavail * s.f_frsize / 1000000);
}

/* What the machine has, for programs. */
static void
print_machine (const struct guestfs_version *v, const struct utsname *u,
               const char *tmpdir, const char *path, const char *backend)
{
  char text[128];
  struct statvfs s;
  struct json j;

  json_begin (&j, stdout);
  snprintf (text, sizeof text, "%" PRIi64 ".%" PRIi64 ".%" PRIi64 "%s",
            v->major, v->minor, v->release, v->extra);
  json_text (&j, "version", text);
  json_text (&j, "kernel", u->release);
  json_text (&j, "architecture", u->machine);
  json_number (&j, "processors", sysconf (_SC_NPROCESSORS_ONLN));
  json_number (&j, "memory_free", (int64_t) sysconf (_SC_AVPHYS_PAGES)
               * sysconf (_SC_PAGESIZE));
  json_bool (&j, "kvm_usable", access ("/dev/kvm", R_OK | W_OK) == 0);
  json_bool (&j, "fuse_usable", access ("/dev/fuse", R_OK | W_OK) == 0);
  json_text (&j, "tmpdir", tmpdir);
  if (tmpdir && statvfs (tmpdir, &s) == 0)
    json_number (&j, "tmpdir_free", (int64_t) s.f_bavail * s.f_frsize);
  json_text (&j, "appliance", path);
  json_text (&j, "backend", backend);
  json_end (&j);
}

static void
show_machine (guestfs_h *g)
{
  CLEANUP_FREE char *tmpdir = guestfs_get_tmpdir (g);
  CLEANUP_FREE char *backend = guestfs_get_backend (g);
  const char *path = guestfs_get_path (g);
  struct guestfs_version *v = guestfs_version (g);
  struct utsname u;
  size_t i;

  if (as_json && v && uname (&u) == 0)
    print_machine (v, &u, tmpdir, path, backend);
  if (v)
    show ("version", "%" PRIi64 ".%" PRIi64 ".%" PRIi64 "%s", v->major,
          v->minor, v->release, v->extra);
  guestfs_free_version (v);
  if (uname (&u) == 0)
    show ("host", "%s %s %s", u.sysname, u.release, u.machine);
  show ("processors", "%ld", sysconf (_SC_NPROCESSORS_ONLN));
  show ("memory", "%ld MB free",
        sysconf (_SC_AVPHYS_PAGES) / 1024 * (sysconf (_SC_PAGESIZE) / 1024));
  show_device ("/dev/kvm");
  show_device ("/dev/fuse");
  if (tmpdir)
    show_space (tmpdir);
  show ("appliance", "%s", path ? path : "-");
  show ("backend", "%s", backend ? backend : "-");
  for (i = 0; environ[i]; ++i)
    if (has_prefix (environ[i], "LIBGUESTFS_")
        || has_prefix (environ[i], "BATHYSCOPE_"))
      show ("environment", "%s", environ[i]);
}

/* --- trying ------------------------------------------------------------------------ */

static void
remember (guestfs_h *g, void *opaque, uint64_t event, int handle, int flags,
          const char *buf, size_t len, const uint64_t *array, size_t array_len)
{
  struct trial *t = opaque;

  (void) strbuf_add (&t->log, buf, len);
  if (len == 0 || buf[len - 1] != '\n')
    (void) strbuf_addch (&t->log, '\n');
  if (event == GUESTFS_EVENT_WARNING) {
    (void) strbuf_add (&t->reason, buf, len);
    (void) strbuf_addch (&t->reason, '\n');
  }
}

/* Make a filesystem and a file in it, and read it again. */
static int
use (guestfs_h *g)
{
  CLEANUP_FREE char *text = NULL;

  if (guestfs_part_disk (g, "/dev/sda", "mbr") == -1
      || guestfs_mkfs (g, "ext4", "/dev/sda1") == -1
      || guestfs_mount (g, "/dev/sda1", "/") == -1
      || guestfs_write (g, "/test", "it works", 8) == -1
      || guestfs_umount_all (g) == -1
      || guestfs_mount_ro (g, "/dev/sda1", "/") == -1
      || !(text = guestfs_cat (g, "/test")))
    return -1;
  if (strcmp (text, "it works") != 0) {
    fprintf (stderr, "what was written is not what is read: \"%s\"\n", text);
    return -1;
  }
  return guestfs_shutdown (g);
}

static void
try_backend (const struct options *o, const char *backend, struct trial *t)
{
  guestfs_h *g = guestfs_create ();
  double began;

  if (!g)
    die (o, "cannot create a handle");
  guestfs_set_verbose (g, 1);
  guestfs_set_trace (g, o->trace);
  guestfs_push_error_handler (g, NULL, NULL);
  guestfs_set_event_callback (g, remember,
                              GUESTFS_EVENT_LIBRARY | GUESTFS_EVENT_APPLIANCE
                              | GUESTFS_EVENT_WARNING | GUESTFS_EVENT_TRACE,
                              0, t);
  began = now ();
  if ((!backend || guestfs_set_backend (g, backend) == 0)
      && guestfs_add_drive_scratch (g, DISK_SIZE, -1) == 0
      && guestfs_launch (g) == 0) {
    t->launch = now () - began;
    began = now ();
    t->works = use (g) == 0;
    t->test = now () - began;
  }
  if (!t->works)
    (void) strbuf_addf (&t->reason, "%s\n", guestfs_last_error (g)
                        ? guestfs_last_error (g) : "unknown error");
  guestfs_close (g);
}

static void
trial_release (struct trial *t)
{
  strbuf_release (&t->log);
  strbuf_release (&t->reason);
}

static void
show_lines (const char *text)
{
  while (text && *text && !as_json) {
    size_t len = strcspn (text, "\n");

    if (len > 0)
      printf ("%-22s %.*s\n", "", (int) len, text);
    text += len + (text[len] == '\n');
  }
}

/* For programs; `backend` is NULL where the library chooses. */
static void
print_trial (const char *backend, const struct trial *t)
{
  size_t len = t->reason.len;
  struct json j;

  while (len > 0 && t->reason.data[len - 1] == '\n')
    --len;
  json_begin (&j, stdout);
  json_text (&j, "engine", backend ? backend : "default");
  json_bool (&j, "works", t->works);
  if (t->works) {
    json_number (&j, "launch_ms", t->launch * 1000);
    json_number (&j, "test_ms", t->test * 1000);
  }
  if (len > 0)
    json_text_len (&j, "reason", t->reason.data, len);
  json_end (&j);
  fflush (stdout);
}

static bool
show_trial (const struct options *o, const char *name, const char *backend)
{
  struct trial t = { .log = STRBUF_INIT, .reason = STRBUF_INIT };
  bool works;

  try_backend (o, backend, &t);
  works = t.works;
  if (as_json)
    print_trial (backend, &t);
  else if (works)
    show (name, "works: launched in %.2f s, made and read a filesystem in %.2f s",
          t.launch, t.test);
  else
    show (name, "does not work:");
  show_lines (t.reason.data);
  if (o->verbose && t.log.data) {
    fprintf (as_json ? stderr : stdout, "----- messages: %s -----\n%s----- end of messages -----\n", name,
            t.log.data);
  }
  trial_release (&t);
  return works;
}

static void
give_up (int sig)
{
  static const char json[]
    = "{\"works\":false,\"reason\":\"too slow, the time is up\"}\n";
  static const char text[] = "\nverdict: it does not work: too slow, the time is up\n";

  (void) !(as_json ? write (STDOUT_FILENO, json, sizeof json - 1)
           : write (STDOUT_FILENO, text, sizeof text - 1));
  _exit (EXIT_FAILURE);
}

/* The last lines say it all.  The one with equal signs is what scripts look
 * for. */
static int
verdict (bool chosen_works, const bool *works)
{
  if (as_json) {
    struct json j;

    json_begin (&j, stdout);
    json_bool (&j, "works", chosen_works);
    json_text (&j, "engine", !chosen_works ? NULL : works[0] ? engines[0]
               : works[1] ? engines[1] : NULL);
    json_end (&j);
    return chosen_works ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  putchar ('\n');
  if (!chosen_works) {
    puts ("verdict: it does not work on this machine, for the reasons above");
    return EXIT_FAILURE;
  }
  if (works[0])
    puts ("verdict: it works, by kvm");
  else if (works[1])
    puts ("verdict: it works, by uml; kvm, which is faster, cannot be used");
  else
    puts ("verdict: it works");
  puts ("===== TEST FINISHED OK =====");
  return EXIT_SUCCESS;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "json", no_argument, NULL, OPTION_JSON },
    { "qemu", required_argument, NULL, OPTION_QEMU },
    { "qemudir", required_argument, NULL, OPTION_QEMU },
    { "timeout", required_argument, NULL, 't' },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "libguestfs-test-tool", .usage = usage, .help_shared = true,
    .takes = TAKES_NO_DRIVES, .own_short = "t:", .own_long = own_long,
  };
  bool works[NR_ENGINES], chosen_works;
  int c, timeout = 600, status;
  size_t i;

  /* getopt takes "-?" for a wrong option. */
  for (i = 1; i < (size_t) argc; ++i)
    if (strcmp (argv[i], "-?") == 0)
      argv[i] = (char *) "--help";
  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    if (c == OPTION_JSON)
      as_json = true;
    else if (c == 't')
      timeout = options_number (&o, "--timeout", optarg);
  if (optind < argc)
    die (&o, "unexpected argument \"%s\"", argv[optind]);

  signal (SIGALRM, give_up);
  alarm (timeout);
  guestfs_set_verbose (o.g, 0);
  show_machine (o.g);
  if (!as_json)
    putchar ('\n');
  for (i = 0; i < NR_ENGINES; ++i) {
    CLEANUP_FREE char *name = NULL;

    if (asprintf (&name, "engine %s", engines[i]) == -1)
      die (&o, "out of memory");
    works[i] = show_trial (&o, name, engines[i]);
  }
  chosen_works = show_trial (&o, "as programs use it", NULL);
  status = verdict (chosen_works, works);
  options_finish (&o);
  return status;
}
