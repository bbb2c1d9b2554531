/* virt-log: print the logs of a guest: its systemd journal, or the text files
 * that syslog writes, or the event log of Windows. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "guests.h"
#include "harmless.h"
#include "json.h"
#include "strlist.h"

static const char usage[] =
  "Print the logs of a virtual machine.\n"
  "\n"
  "  virt-log [options] -a disk.img [-a disk.img ...]\n"
  "  virt-log [options] -d domain\n"
  "\n"
  "      --channel NAME     of Windows: System (the default), Application, Security\n"
  GUESTS_HELP;

static const char journal_directory[] = "/var/log/journal";

enum { OPTION_CHANNEL = OPTION_OWN };

struct log {
  bool json;
  const char *channel;
};

/* A field of a journal entry; it may hold any bytes. */
struct field {
  const char *value; /* NULL: there is none */
  size_t len;
};

static struct field
get_field (const struct guestfs_xattr_list *fields, const char *name)
{
  uint32_t i;

  for (i = 0; i < fields->len; ++i)
    if (strcmp (fields->val[i].attrname, name) == 0)
      return (struct field) { fields->val[i].attrval,
                              fields->val[i].attrval_len };
  return (struct field) { NULL, 0 };
}

/* The first of two fields that is there. */
static struct field
either (const struct guestfs_xattr_list *fields, const char *a, const char *b)
{
  struct field f = get_field (fields, a);

  return f.value ? f : get_field (fields, b);
}

/* As it is, but for a terminal. */
static void
print_line (struct field f)
{
  if (isatty (STDOUT_FILENO))
    harmless_print (f.value, f.len);
  else if (f.len > 0)
    fwrite (f.value, 1, strnlen (f.value, f.len), stdout);
}

/* As syslog names it: what has none is information. */
static const char *
priority (struct field f)
{
  static const char *const names[] = { "emerg", "alert", "crit", "err",
                                       "warning", "notice", "info", "debug" };
  const char c = f.len > 0 ? f.value[0] : '6';

  return names[c >= '0' && c <= '7' ? c - '0' : 6];
}

/* The line that libguestfs prints. */
static void
print_text (const struct guestfs_xattr_list *fields, int64_t usec)
{
  struct field identifier = either (fields, "SYSLOG_IDENTIFIER", "_COMM");
  struct field pid = get_field (fields, "_PID");
  struct field message = get_field (fields, "MESSAGE");
  time_t seconds = usec / 1000000;
  struct tm tm;
  char when[64] = "";

  if (localtime_r (&seconds, &tm))
    strftime (when, sizeof when, "%b %d %H:%M:%S", &tm);
  fputs (when, stdout);
  if (identifier.value) {
    putchar (' ');
    print_line (identifier);
  }
  if (pid.value) {
    putchar ('[');
    print_line (pid);
    putchar (']');
  }
  printf (" %s:", priority (get_field (fields, "PRIORITY")));
  if (message.value) {
    putchar (' ');
    print_line (message);
  }
  putchar ('\n');
}

/* All fields, under the names of the journal. */
static void
print_object (const char *image, const struct guestfs_xattr_list *fields,
              int64_t usec)
{
  struct json j;
  uint32_t i;

  json_begin (&j, stdout);
  json_text (&j, "image", image);
  json_number (&j, "realtime_usec", usec);
  for (i = 0; i < fields->len; ++i)
    json_text_len (&j, fields->val[i].attrname, fields->val[i].attrval,
                   fields->val[i].attrval_len);
  json_end (&j);
}

static int
print_journal (guestfs_h *g, const struct log *log, const char *image)
{
  int r;

  if (guestfs_journal_open (g, journal_directory) == -1)
    return -1;
  while ((r = guestfs_journal_next (g)) == 1) {
    struct guestfs_xattr_list *fields = guestfs_journal_get (g);
    int64_t usec = guestfs_journal_get_realtime_usec (g);

    if (!fields)
      return -1;
    if (log->json)
      print_object (image, fields, usec);
    else
      print_text (fields, usec);
    guestfs_free_xattr_list (fields);
  }
  return r == -1 || guestfs_journal_close (g) == -1 ? -1 : 0;
}

static int
print_file (guestfs_h *g, const struct log *log, const char *image,
            const char *path)
{
  CLEANUP_STRINGS char **lines = NULL;
  size_t i;

  if (!log->json)
    return guestfs_download (g, path, "/dev/stdout");
  lines = guestfs_read_lines (g, path);
  if (!lines)
    return -1;
  for (i = 0; lines[i]; ++i) {
    struct json j;

    json_begin (&j, stdout);
    json_text (&j, "image", image);
    json_text (&j, "file", path);
    json_text (&j, "line", lines[i]);
    json_end (&j);
  }
  return 0;
}

static int
is_file (guestfs_h *g, const char *path)
{
  return guestfs_is_file_opts (g, path, GUESTFS_IS_FILE_OPTS_FOLLOWSYMLINKS, 1,
                               -1);
}

enum journal { NO_JOURNAL, EMPTY_JOURNAL, JOURNAL };

static enum journal
find_journal (guestfs_h *g)
{
  enum journal ret = NO_JOURNAL;

  guestfs_push_error_handler (g, NULL, NULL);
  if (guestfs_is_dir (g, journal_directory) > 0) {
    CLEANUP_STRINGS char **names = guestfs_ls (g, journal_directory);

    ret = names && names[0] ? JOURNAL : EMPTY_JOURNAL;
  }
  guestfs_pop_error_handler (g);
  return ret;
}

static int
print_linux (const struct options *o, const struct log *log, const char *name)
{
  static const char *const files[] = { "/var/log/syslog",
                                       "/var/log/messages" };
  const enum journal journal = find_journal (o->g);
  size_t i;

  if (journal == JOURNAL)
    return print_journal (o->g, log, name);
  for (i = 0; i < sizeof files / sizeof *files; ++i)
    if (is_file (o->g, files[i]) > 0)
      return print_file (o->g, log, name, files[i]);
  if (journal == EMPTY_JOURNAL)
    return 0; /* a system that has not been started yet */
  fprintf (stderr, "%s: the guest has neither %s nor %s nor %s\n", o->program,
           journal_directory, files[0], files[1]);
  return -1;
}

/* A line of the appliance, which has made it of what the guest holds. */
static void
print_event (const struct log *log, const char *image, const char *line,
             size_t len)
{
  struct json j;

  if (log->json && len > 2 && line[0] == '{') {
    json_begin (&j, stdout);
    json_text (&j, "image", image);
    putchar (',');
    line++;
    len--;
  }
  harmless_print (line, len);
  putchar ('\n');
}

static int
print_events (guestfs_h *g, const struct log *log, const char *image,
              const char *path)
{
  CLEANUP_FCLOSE FILE *fp = tmpfile ();
  CLEANUP_FREE char *line = NULL;
  char name[32];
  size_t alloc = 0;
  ssize_t len;

  if (!fp) {
    perror ("virt-log");
    return -1;
  }
  snprintf (name, sizeof name, "/dev/fd/%d", fileno (fp));
  if (guestfs_eventlog_dump (g, path, name, GUESTFS_EVENTLOG_DUMP_FORMAT,
                             log->json ? "json" : "text", -1) == -1)
    return -1;
  while ((len = getline (&line, &alloc, fp)) != -1)
    print_event (log, image, line, line[len - 1] == '\n' ? len - 1 : len);
  return ferror (fp) ? -1 : 0;
}

static int
print_windows (const struct options *o, const struct log *log,
               const char *name, const char *root)
{
  CLEANUP_FREE char *systemroot
    = guestfs_inspect_get_windows_systemroot (o->g, root);
  CLEANUP_FREE char *guess = NULL, *path = NULL;

  if (!systemroot)
    return -1;
  if (asprintf (&guess, "%s/System32/winevt/Logs/%s.evtx", systemroot,
                log->channel) == -1)
    die (o, "out of memory");
  guestfs_push_error_handler (o->g, NULL, NULL);
  path = guestfs_case_sensitive_path (o->g, guess);
  if (path && guestfs_is_file (o->g, path) != 1) {
    free (path);
    path = NULL;
  }
  guestfs_pop_error_handler (o->g);
  if (!path) {
    fprintf (stderr, "%s: the guest has no event log %s (of Windows Vista or later)\n",
             o->program, guess);
    return -1;
  }
  return print_events (o->g, log, name, path);
}

static int
log_guest (const struct options *o, const char *name, void *data)
{
  CLEANUP_FREE char *root = NULL, *type = NULL;
  int r;

  options_add_drives (o, o->g);
  if (guestfs_launch (o->g) == -1)
    return EXIT_FAILURE;
  root = mount_inspected (o, o->g);
  type = guestfs_inspect_get_type (o->g, root);
  if (!type)
    return EXIT_FAILURE;
  if (strcmp (type, "windows") == 0)
    r = print_windows (o, data, name, root);
  else
    r = print_linux (o, data, name);
  return r == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "channel", required_argument, NULL, OPTION_CHANNEL },
    { NULL, 0, NULL, 0 },
  };
  struct options o = {
    .program = "virt-log", .takes = TAKES_KEYS, .usage = usage,
    .help_shared = true, .own_short = "", .own_long = own_long,
    .readonly = true, .inspector = true,
  };
  struct guests guests = { .o = &o };
  struct log log = { .channel = "System" };
  int c, status;

  options_start (&o);
  while ((c = options_next (&o, argc, argv)) != -1)
    if (c == OPTION_CHANNEL)
      log.channel = optarg;
    else
      (void) guests_option (&guests, c);
  options_check (&o);
  guests_list (&guests);
  if (optind < argc)
    die (&o, "unexpected argument \"%s\"", argv[optind]);
  if (strchr (log.channel, '/'))
    die (&o, "--channel takes the name of a log, as System or Application");
  log.json = guests.json;
  status = guests_run (&guests, log_guest, &log);
  guests_release (&guests);
  options_finish (&o);
  return status;
}
