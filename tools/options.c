/* Options shared by the shell and the tools: see options.h.  Opening what they
 * name is in open.c, keys are in keys.c. */

#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config-file.h"
#include "keys.h"
#include "options.h"
#include "prefix.h"

enum {
  OPTION_BLOCKSIZE = 256,
  OPTION_COLOURS,
  OPTION_DESCRIBE_OPTIONS,
  OPTION_ECHO_KEYS,
  OPTION_FORMAT,
  OPTION_HELP,
  OPTION_KEY,
  OPTION_KEYS_FROM_STDIN,
  OPTION_LONG_OPTIONS,
  OPTION_MACHINE_READABLE,
  OPTION_NETWORK,
  OPTION_SHORT_OPTIONS,
  OPTION_WRAP,
};

static const struct shared {
  int takes; /* 0: always, unless the program has its own or no drives */
  struct option option;
  const char *help; /* NULL: not told */
} shared_options[] = {
  { 0, { "add", required_argument, NULL, 'a' },
    "-a, --add IMAGE        use this disk image" },
  { 0, { "blocksize", optional_argument, NULL, OPTION_BLOCKSIZE },
    "    --blocksize 512|4096  sector size of the images that follow" },
  { 0, { "connect", required_argument, NULL, 'c' },
    "-c, --connect URI      libvirt connection for -d" },
  { 0, { "describe-options", no_argument, NULL, OPTION_DESCRIBE_OPTIONS },
    NULL },
  { 0, { "domain", required_argument, NULL, 'd' },
    "-d, --domain NAME      use the disks of this libvirt domain" },
  { 0, { "format", optional_argument, NULL, OPTION_FORMAT },
    "    --format FORMAT    format of the images that follow (raw, qcow2)" },
  { 0, { "help", no_argument, NULL, OPTION_HELP },
    "    --help             print this text" },
  { 0, { "long-options", no_argument, NULL, OPTION_LONG_OPTIONS },
    NULL },
  { 0, { "short-options", no_argument, NULL, OPTION_SHORT_OPTIONS },
    NULL },
  { 0, { "verbose", no_argument, NULL, 'v' },
    "-v, --verbose          print debugging messages" },
  { 0, { "version", no_argument, NULL, 'V' },
    "-V, --version          print the version" },
  { TAKES_KEYS, { "echo-keys", no_argument, NULL, OPTION_ECHO_KEYS },
    "    --echo-keys        show keys as they are typed" },
  { TAKES_KEYS, { "key", required_argument, NULL, OPTION_KEY },
    "    --key ID:key:TEXT|ID:file:NAME|ID:clevis  key of an encrypted device" },
  { TAKES_KEYS, { "keys-from-stdin", no_argument, NULL, OPTION_KEYS_FROM_STDIN },
    "    --keys-from-stdin  read keys from standard input" },
  { TAKES_MESSAGES, { "color", no_argument, NULL, OPTION_COLOURS }, NULL },
  { TAKES_MESSAGES, { "colors", no_argument, NULL, OPTION_COLOURS }, NULL },
  { TAKES_MESSAGES, { "colour", no_argument, NULL, OPTION_COLOURS }, NULL },
  { TAKES_MESSAGES, { "colours", no_argument, NULL, OPTION_COLOURS }, NULL },
  { TAKES_MESSAGES, { "debug-gc", no_argument, NULL, OPTION_COLOURS }, NULL },
  { TAKES_MESSAGES, { "machine-readable", optional_argument, NULL,
                      OPTION_MACHINE_READABLE },
    "    --machine-readable  print what programs want to know" },
  { TAKES_MESSAGES, { "quiet", no_argument, NULL, 'q' },
    "-q, --quiet            print no progress messages" },
  { TAKES_MESSAGES, { "wrap", no_argument, NULL, OPTION_WRAP }, NULL },
  { TAKES_INSPECTOR, { "inspector", no_argument, NULL, 'i' },
    "-i, --inspector        find the guest's filesystems and mount them" },
  { TAKES_MOUNT, { "mount", required_argument, NULL, 'm' },
    "-m, --mount DEV[:MNT[:OPTS[:FSTYPE]]]  mount this" },
  { TAKES_NETWORK, { "network", no_argument, NULL, OPTION_NETWORK },
    "    --network          connect the appliance to the network" },
  { TAKES_RO_RW, { "ro", no_argument, NULL, 'r' },
    "-r, --ro               open the disks read-only" },
  { TAKES_RO_RW, { "rw", no_argument, NULL, 'w' },
    "-w, --rw               open the disks for writing" },
};

#define HELP_TRACE "-x                     trace the calls of the library"

void
die (const struct options *o, const char *fmt, ...)
{
  va_list args;

  fprintf (stderr, "%s: ", o->program);
  va_start (args, fmt);
  vfprintf (stderr, fmt, args);
  va_end (args);
  fputc ('\n', stderr);
  exit (EXIT_FAILURE);
}

void
die_handle (const struct options *o)
{
  exit (EXIT_FAILURE);
}

void *
xrealloc (void *ptr, size_t nmemb, size_t size)
{
  void *ret = reallocarray (ptr, nmemb, size);

  if (!ret) {
    perror ("realloc");
    exit (EXIT_FAILURE);
  }
  return ret;
}

void *
xmalloc (size_t size)
{
  return xrealloc (NULL, 1, size);
}

char *
xstrdup (const char *s)
{
  char *ret = strdup (s);

  if (!ret) {
    perror ("strdup");
    exit (EXIT_FAILURE);
  }
  return ret;
}

int
options_number (const struct options *o, const char *option, const char *text)
{
  char *end;
  long n;

  errno = 0;
  n = strtol (text, &end, 10);
  if (errno != 0 || end == text || *end || n < 0 || n > INT_MAX)
    die (o, "%s takes a number, not \"%s\"", option, text);
  return n;
}

static bool
takes (const struct options *o, const struct shared *s)
{
  switch (s->option.val) {
  case 'a': case OPTION_BLOCKSIZE: case OPTION_FORMAT:
    return !(o->takes & TAKES_NO_DRIVES);
  case 'c': case 'd':
    return !(o->takes & (TAKES_NO_DRIVES | TAKES_NO_DOMAINS));
  }
  return s->takes == 0 || (o->takes & s->takes);
}

/* Merge the shared options with the program's own for getopt_long. */
static void
merge_tables (struct options *o)
{
  size_t i, n = 0, nr_own = 0, len;
  const size_t nr_shared = sizeof shared_options / sizeof *shared_options;

  while (o->own_long[nr_own].name)
    ++nr_own;
  o->all_long = xrealloc (NULL, nr_shared + nr_own + 1, sizeof *o->all_long);
  for (i = 0; i < nr_shared; ++i)
    if (takes (o, &shared_options[i]))
      o->all_long[n++] = shared_options[i].option;
  for (i = 0; i < nr_own; ++i)
    o->all_long[n++] = o->own_long[i];
  memset (&o->all_long[n], 0, sizeof *o->all_long);

  len = strlen (o->own_short) + 32;
  o->all_short = xmalloc (len);
  /* A leading "+" in own_short must stay in front. */
  snprintf (o->all_short, len, "%s%s%svVx%s%s%s%s", o->own_short,
            o->takes & TAKES_NO_DRIVES ? "" : "a:",
            o->takes & (TAKES_NO_DRIVES | TAKES_NO_DOMAINS) ? "" : "c:d:",
            o->takes & TAKES_MOUNT ? "m:" : "",
            o->takes & TAKES_MESSAGES ? "q" : "",
            o->takes & TAKES_INSPECTOR ? "i" : "",
            o->takes & TAKES_RO_RW ? "rw" : "");
}

static const char *program_name;

/* What was printed may not have gone anywhere: a disk that is full must not
 * look like success. */
static void
check_stdout (void)
{
  int failed = ferror (stdout);

  if (fflush (stdout) == 0 && !failed)
    return;
  fprintf (stderr, "%s: writing to standard output: %s\n", program_name,
           failed ? "not all of it could be written" : strerror (errno));
  _exit (EXIT_FAILURE);
}

void
options_start (struct options *o)
{
  program_name = o->program;
  atexit (check_stdout);
  o->format_consumed = o->blocksize_consumed = true;
  o->g = guestfs_create ();
  if (!o->g)
    die (o, "cannot create a handle: %s", strerror (errno));
  merge_tables (o);
  if (o->takes & TAKES_CONFIG)
    o->readonly = config_read_only (o);
}

guestfs_h *
options_new_handle (const struct options *o)
{
  guestfs_h *g = guestfs_create ();

  if (!g)
    die (o, "cannot create a handle: %s", strerror (errno));
  guestfs_set_verbose (g, o->verbose);
  guestfs_set_trace (g, o->trace);
  if (guestfs_set_network (g, guestfs_get_network (o->g)) == -1)
    die_handle (o);
  return g;
}

static struct drive_option *
new_drive (struct options *o)
{
  o->drives = xrealloc (o->drives, o->nr_drives + 1, sizeof *o->drives);
  o->drives[o->nr_drives] = (struct drive_option) { .image = NULL };
  return &o->drives[o->nr_drives++];
}

void
options_add_image_as (struct options *o, struct options *to, char *image)
{
  struct drive_option *d = new_drive (to);
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (uri_is (image) && uri_parse (image, &d->uri, &err) == -1)
    die (o, "-a: %s", err.message);
  d->image = xstrdup (image);
  d->format = o->format;
  d->blocksize = o->blocksize;
  o->format_consumed = o->blocksize_consumed = true;
}

void
options_add_image (struct options *o, char *image)
{
  options_add_image_as (o, o, image);
}

void
options_add_either (struct options *o, char *name)
{
  if (uri_is (name) || strchr (name, '/') || access (name, F_OK) == 0)
    options_add_image (o, name);
  else {
    options_add_domain (o, name);
    o->drives[o->nr_drives - 1].is_guessed = true;
  }
}

void
options_old_style (struct options *o, int argc, char *argv[])
{
  if (o->nr_drives > 0)
    return;
  for (; optind < argc - 1; ++optind)
    options_add_either (o, argv[optind]);
}

size_t
options_add_new_image (struct options *o, const char *image)
{
  struct drive_option *d = new_drive (o);

  d->image = xstrdup (image);
  d->is_new = true;
  d->format = "raw";
  return o->nr_drives - 1;
}

void
options_add_domain (struct options *o, const char *domain)
{
  struct drive_option *d = new_drive (o);

  d->image = xstrdup (domain);
  d->is_domain = o->domains = true;
}

/* DEVICE[:MOUNTPOINT[:OPTIONS[:FSTYPE]]].  The name of a btrfs subvolume,
 * "btrfsvol:/dev/sda1/volume", has a colon of its own. */
static void
add_mount (struct options *o, const char *text)
{
  static const char subvolume[] = "btrfsvol:";
  struct mount_option *m;
  char *copy = xstrdup (text), *rest, *field[3] = { NULL, NULL, NULL };
  size_t i, skip = 0;

  if (strncmp (text, subvolume, sizeof subvolume - 1) == 0)
    skip = sizeof subvolume - 1;
  rest = strchr (copy + skip, ':');
  for (i = 0; i < 3 && rest; ++i) {
    *rest++ = '\0';
    field[i] = rest;
    rest = i < 2 ? strchr (rest, ':') : NULL;
  }

  o->mounts = xrealloc (o->mounts, o->nr_mounts + 1, sizeof *o->mounts);
  m = &o->mounts[o->nr_mounts++];
  m->device = xstrdup (copy);
  m->mountpoint = xstrdup (field[0] && *field[0] ? field[0] : "/");
  m->options = field[1] && *field[1] ? xstrdup (field[1]) : NULL;
  m->fstype = field[2] && *field[2] ? xstrdup (field[2]) : NULL;
  free (copy);
}

static void
set_blocksize (struct options *o, const char *arg)
{
  if (!arg || !*arg)
    o->blocksize = 0;
  else if (strcmp (arg, "512") == 0)
    o->blocksize = 512;
  else if (strcmp (arg, "4096") == 0)
    o->blocksize = 4096;
  else
    die (o, "--blocksize takes 512 or 4096, not \"%s\"", arg);
  o->blocksize_consumed = false;
}

static void __attribute__ ((noreturn))
print_help (const struct options *o)
{
  size_t i;

  fputs (o->usage, stdout);
  if (o->help_shared) {
    for (i = 0; i < sizeof shared_options / sizeof *shared_options; ++i)
      if (takes (o, &shared_options[i]) && shared_options[i].help)
        printf ("  %s\n", shared_options[i].help);
    puts ("  " HELP_TRACE);
  }
  exit (EXIT_SUCCESS);
}

static void __attribute__ ((noreturn))
print_version (const struct options *o)
{
  struct guestfs_version *v = guestfs_version (o->g);

  if (!v)
    exit (EXIT_FAILURE);
  printf ("%s %" PRIi64 ".%" PRIi64 ".%" PRIi64 "%s\n", o->program, v->major,
          v->minor, v->release, v->extra);
  guestfs_free_version (v);
  exit (EXIT_SUCCESS);
}

/* For completion in shells: the options, one a line. */
static void __attribute__ ((noreturn))
print_options (const struct options *o, bool want_long)
{
  size_t i;

  if (want_long)
    for (i = 0; o->all_long[i].name; ++i)
      printf ("--%s\n", o->all_long[i].name);
  else
    for (i = 0; o->all_short[i]; ++i)
      if (o->all_short[i] != ':' && o->all_short[i] != '+')
        printf ("-%c\n", o->all_short[i]);
  exit (EXIT_SUCCESS);
}

/* What a line of help says behind the options; where these are long, it is on the
 * next line.  NULL: nothing. */
static const char *
help_text (const char *line, size_t len, size_t *ret_names)
{
  const char *text = memmem (line, len, "  ", 2);

  if (!text && line[len] == '\n' && has_prefix (line + len + 1, "        "))
    text = line + len;
  if (!text)
    return NULL;
  *ret_names = text - line;
  return text + strspn (text, "\n ");
}

/* The options that a line of help tells, "  -a, --add IMAGE    what it does", as
 * "option<TAB>what it does". */
static void
describe_line (const char *line)
{
  const char *text;
  size_t len, names, at;

  line += strspn (line, " ");
  len = strcspn (line, "\n");
  text = line[0] == '-' ? help_text (line, len, &names) : NULL;
  if (!text)
    return;
  for (at = 0; at < names; at += strspn (line + at, " ,")) {
    size_t end = at + strcspn (line + at, " ,=[");

    if (end > names)
      end = names;
    if (line[at] == '-')
      printf ("%.*s\t%.*s\n", (int) (end - at), line + at,
              (int) strcspn (text, "\n"), text);
    at = end + (line[end] == '=' || line[end] == '['
                ? strcspn (line + end, " ,") : 0);
  }
}

/* The same with what they do, from the text of --help. */
static void __attribute__ ((noreturn))
describe_options (const struct options *o)
{
  const char *line;
  size_t i;

  for (line = o->usage; line && *line; line = strchr (line, '\n')) {
    line += *line == '\n';
    describe_line (line);
  }
  if (o->help_shared)
    for (i = 0; i < sizeof shared_options / sizeof *shared_options; ++i)
      if (takes (o, &shared_options[i]) && shared_options[i].help)
        describe_line (shared_options[i].help);
  if (o->help_shared)
    describe_line (HELP_TRACE);
  exit (EXIT_SUCCESS);
}

/* Deal with a shared option; false when it is the program's own. */
static bool
shared_option (struct options *o, int c)
{
  if (o->takes & TAKES_NO_DRIVES && (c == 'a' || c == 'c' || c == 'd'))
    return false; /* the program's own */
  switch (c) {
  case 'a': options_add_image (o, optarg); return true;
  case 'c': o->connect = optarg; return true;
  case 'd': options_add_domain (o, optarg); return true;
  case 'm':
    if (!(o->takes & TAKES_MOUNT))
      return false;
    add_mount (o, optarg);
    return true;
  case 'i':
    if (!(o->takes & TAKES_INSPECTOR))
      return false;
    o->inspector = true;
    return true;
  case 'r': case 'w':
    if (!(o->takes & TAKES_RO_RW))
      return false;
    o->readonly = c == 'r';
    return true;
  case 'q':
    if (!(o->takes & TAKES_MESSAGES))
      return false;
    o->quiet = true;
    return true;
  case 'v': o->verbose = true; guestfs_set_verbose (o->g, 1); return true;
  case 'V': print_version (o);
  case 'x': o->trace = true; guestfs_set_trace (o->g, 1); return true;
  case OPTION_BLOCKSIZE: set_blocksize (o, optarg); return true;
  case OPTION_DESCRIBE_OPTIONS: describe_options (o);
  case OPTION_ECHO_KEYS: o->echo_keys = true; return true;
  case OPTION_FORMAT:
    o->format = optarg && *optarg && strcmp (optarg, "auto") != 0
      ? optarg : NULL;
    o->format_consumed = false;
    return true;
  case OPTION_HELP: print_help (o);
  case OPTION_KEY: keys_add_selector (o, optarg); return true;
  case OPTION_KEYS_FROM_STDIN:
    o->keys_from_stdin = true;
    (void) setvbuf (stdin, NULL, _IONBF, 0); /* it would keep copies */
    return true;
  case OPTION_LONG_OPTIONS: print_options (o, true);
  case OPTION_SHORT_OPTIONS: print_options (o, false);
  case OPTION_COLOURS: case OPTION_WRAP: return true; /* messages are short */
  case OPTION_MACHINE_READABLE: o->machine_readable = true; return true;
  case OPTION_NETWORK:
    if (guestfs_set_network (o->g, 1) == -1)
      die_handle (o);
    return true;
  }
  return false;
}

int
options_next (struct options *o, int argc, char *argv[])
{
  int c;

  while ((c = getopt_long (argc, argv, o->all_short, o->all_long, NULL)) != -1) {
    if (c == '?' && optind > 1 && strcmp (argv[optind - 1], "-?") == 0)
      print_help (o);
    if (c == '?') {
      fprintf (stderr, "Try '%s --help' for more information.\n", o->program);
      exit (EXIT_FAILURE);
    }
    if (!shared_option (o, c))
      return c;
  }
  return -1;
}

void
options_anywhere (struct options *o, int *argc, char ***argv)
{
  char *name = **argv;

  memmove (o->all_short, o->all_short + 1, strlen (o->all_short));
  *argv += optind - 1;
  **argv = name;
  *argc -= optind - 1;
  optind = 0; /* getopt starts anew */
}

void
options_check (struct options *o)
{
  if (!o->format_consumed)
    die (o, "--format must come before the -a option that it is for");
  if (!o->blocksize_consumed)
    die (o, "--blocksize must come before the -a option that it is for");
}

void
options_finish (struct options *o)
{
  size_t i;

  guestfs_close (o->g);
  for (i = 0; i < o->nr_drives; ++i) {
    free (o->drives[i].image);
    uri_release (&o->drives[i].uri);
  }
  for (i = 0; i < o->nr_mounts; ++i) {
    free (o->mounts[i].device);
    free (o->mounts[i].mountpoint);
    free (o->mounts[i].options);
    free (o->mounts[i].fstype);
  }
  keys_release (o);
  free (o->drives);
  free (o->mounts);
  free (o->all_long);
  free (o->all_short);
}
