/* Feed wrong, empty, huge, odd and absent values to every argument of every
 * call: api-inputs [--part I/N] [CALL...]
 *
 * Whatever comes in, nothing crashes and the handle stays good.  Where the type
 * of the argument alone says that the value is wrong, the call must fail and
 * the message must name the argument.
 */

#include <config.h>

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inputs.h"

#define NR(array) (sizeof (array) / sizeof (array)[0])

#define HUGE_SIZE (64 << 20)
#define LARGE_SIZE 100000
#define MAX_ARGUMENTS 80
#define DISK_SIZE (64 << 20)

enum wanted {
  ANYTHING, /* but no crash */
  FAILURE,
  NAMED,    /* a failure whose message has the name of the argument */
};

struct bad {
  const char *types; /* " path device " */
  const char *what;
  struct input value;
  enum wanted wanted;
};

static char *huge, *large, *large_path;
static char *const no_strings[] = { NULL };
static int failures, made;

static char *const one_word[] = { (char *) "x", NULL };
static char *const one_device[] = { (char *) "/dev/sdb", NULL };
static char *const one_path[] = { (char *) "/f", NULL };
static char *const bad_devices[]
  = { (char *) "/dev/sdb", (char *) "/dev/nosuch", NULL };
static char *const bad_paths[] = { (char *) "/f", (char *) "f", NULL };
static char *const bad_names[] = { (char *) "f", (char *) "../f", NULL };
static char *const odd_strings[] = { (char *) "\xff\xfe\x80", (char *) "",
                                     NULL };
static char *huge_strings[] = { (char *) "x", NULL, NULL };

#define TEXT(s) { .string = (s) }
#define LIST(l) { .strings = (l) }
#define NUMBER(n) { .number = (n) }

#define NOT_A_DEVICE " device mountable "
#define STRINGS " strings devices filenames paths "
#define ALL_TEXT " string path device mountable devpath mountpath filename " \
  "key guid filein fileout "

/* Before the launch: what the library refuses by itself. */
static const struct bad refused[] = {
  { ALL_TEXT STRINGS, "NULL", TEXT (NULL), NAMED },
  { ALL_TEXT " optstring ", "64 MiB", { .string = "huge" }, NAMED },
  { STRINGS, "64 MiB in a list", LIST (huge_strings), NAMED },
  { " filein fileout ", "empty", TEXT (""), NAMED },
  { " buffer ", "NULL of some size", { .size = 5 }, NAMED },
};

static const struct bad wrong[] = {
  { NOT_A_DEVICE, "empty", TEXT (""), NAMED },
  { NOT_A_DEVICE, "a path", TEXT ("/f"), NAMED },
  { NOT_A_DEVICE, "no device", TEXT ("/dev/nosuch"), NAMED },
  { NOT_A_DEVICE, "relative", TEXT ("sdb"), NAMED },
  { NOT_A_DEVICE, "above /dev", TEXT ("/dev/../f"), NAMED },
  { NOT_A_DEVICE, "not UTF-8", TEXT ("/dev/\xff\xfe\x80"), NAMED },
  { NOT_A_DEVICE, "large", { .string = "large" }, NAMED },
  { " mountable ", "a subvolume of nothing", TEXT ("btrfsvol:"), NAMED },
  { " mountable ", "a subvolume of no device",
    TEXT ("btrfsvol:/dev/nosuch/v"), NAMED },
  { " path devpath mountpath ", "empty", TEXT (""), NAMED },
  { " path devpath ", "relative", TEXT ("f"), NAMED },
  { " path devpath mountpath ", "large", { .string = "large_path" }, NAMED },
  { " path devpath mountpath ", "no file", TEXT ("/nosuch/file"), ANYTHING },
  { " path devpath mountpath ", "not UTF-8", TEXT ("/\xff\xfe\x80/x"),
    ANYTHING },
  { " path devpath mountpath ", "upwards", TEXT ("/../../../../x/y"),
    ANYTHING },
  { " filename ", "empty", TEXT (""), NAMED },
  { " filename ", "a path", TEXT ("a/b"), NAMED },
  { " filename ", "the directory above", TEXT (".."), NAMED },
  { " filename ", "not UTF-8", TEXT ("\xff\xfe\x80"), ANYTHING },
  { " guid ", "empty", TEXT (""), NAMED },
  { " guid ", "no GUID", TEXT ("0fc63daf-8483-4772-8e79-3d69d8477deX"), NAMED },
  { " guid ", "not UTF-8", TEXT ("\xff\xfe\x80"), NAMED },
  { " guid ", "large", { .string = "large" }, NAMED },
  { " key string optstring ", "empty", TEXT (""), ANYTHING },
  { " key string optstring ", "not UTF-8", TEXT ("\xff\xfe\x80"), ANYTHING },
  { " key string optstring ", "large", { .string = "large" }, ANYTHING },
  { " key string optstring ", "an option", TEXT ("--help"), ANYTHING },
  { " key string optstring ", "lines", TEXT ("a\nb\n\033[31m"), ANYTHING },
  { " optstring ", "NULL", TEXT (NULL), ANYTHING },
  { " filein ", "no file", TEXT ("/nosuch/file"), FAILURE },
  { " filein ", "a directory", TEXT ("/"), FAILURE },
  { " fileout ", "no directory", TEXT ("/nosuch/file"), FAILURE },
  { " fileout ", "a directory", TEXT ("/"), FAILURE },
  { STRINGS, "empty", LIST (no_strings), ANYTHING },
  { " strings ", "not UTF-8", LIST (odd_strings), ANYTHING },
  { " devices ", "not UTF-8", LIST (odd_strings), NAMED },
  { " devices ", "no device", LIST (bad_devices), NAMED },
  { " paths ", "relative", LIST (bad_paths), NAMED },
  { " filenames ", "a path", LIST (bad_names), NAMED },
  { " int ", "0", NUMBER (0), ANYTHING },
  { " int int64 ", "-1", NUMBER (-1), ANYTHING },
  { " int ", "the least", NUMBER (INT_MIN), ANYTHING },
  { " int int64 ", "the greatest int", NUMBER (INT_MAX), ANYTHING },
  { " int64 ", "the least", NUMBER (INT64_MIN), ANYTHING },
  { " int64 ", "the greatest", NUMBER (INT64_MAX), ANYTHING },
  { " bool ", "2", NUMBER (2), ANYTHING },
  { " buffer ", "empty", { .string = "", .size = 0 }, ANYTHING },
  { " buffer ", "64 MiB", { .string = "huge", .size = HUGE_SIZE }, ANYTHING },
};

/* Numbers of these names cannot be less than the second value. */
static const struct {
  const char *name;
  int64_t least;
} number_names[] = {
  { "partnum", 1 },
  { "size", 0 },
  { "offset", 0 },
  { "count", 0 },
};

/* What ends the machine or the test, waits, or speaks to the terminal. */
static const char *const left_out[] = {
  "config", "debug", "internal_autosync", "internal_exit",
  "kill_subprocess", "launch", "mount_local", "mount_local_run",
  "set_trace", "set_verbose", "shutdown", "sleep", "umount_local",
  "wait_ready",
};

void
release_strings (char **strings)
{
  for (size_t i = 0; strings && strings[i]; i++)
    free (strings[i]);
  free (strings);
}

static bool
is_type (const char *types, const char *type)
{
  size_t len = strlen (type);

  for (const char *p = strstr (types, type); p; p = strstr (p + 1, type))
    if (p[-1] == ' ' && p[len] == ' ')
      return true;
  return false;
}

static struct input
good_value (const char *type)
{
  static const struct {
    const char *type;
    struct input value;
  } values[] = {
    { "path", TEXT ("/f") },
    { "device", TEXT ("/dev/sdb") },
    { "mountable", TEXT ("/dev/sdb") },
    { "devpath", TEXT ("/f") },
    { "mountpath", TEXT ("/f") },
    { "filename", TEXT ("f") },
    { "guid", TEXT ("0fc63daf-8483-4772-8e79-3d69d8477de4") },
    { "filein", TEXT ("in") },
    { "fileout", TEXT ("out") },
    { "strings", LIST (one_word) },
    { "filenames", LIST (one_word) },
    { "devices", LIST (one_device) },
    { "paths", LIST (one_path) },
    { "bool", NUMBER (0) },
    { "int", NUMBER (1) },
    { "int64", NUMBER (1) },
  };

  for (size_t i = 0; i < NR (values); i++)
    if (strcmp (values[i].type, type) == 0)
      return values[i].value;
  return (struct input) { .string = "x", .size = 1 };
}

/* The table cannot have pointers to what is made at run time. */
static struct input
bad_value (const struct bad *b)
{
  struct input v = b->value;

  if (v.string && strcmp (v.string, "huge") == 0)
    v.string = huge;
  else if (v.string && strcmp (v.string, "large") == 0)
    v.string = large;
  else if (v.string && strcmp (v.string, "large_path") == 0)
    v.string = large_path;
  return v;
}

static enum wanted
wanted_of (const struct input_call *c, const struct input_argument *a,
           const struct bad *b)
{
  /* These look at nothing, and NULL is no failure of the second. */
  if (strcmp (c->name, "internal_test") == 0 && b->wanted == FAILURE)
    return ANYTHING;
  if (strcmp (c->name, "internal_test_rconstoptstring") == 0)
    return ANYTHING;
  if (strcmp (a->type, "int") == 0 || strcmp (a->type, "int64") == 0)
    for (size_t i = 0; i < NR (number_names); i++)
      if (strcmp (number_names[i].name, a->name) == 0
          && b->value.number < number_names[i].least)
        return NAMED;
  return b->wanted;
}

static void __attribute__ ((format (printf, 4, 5)))
complain (const struct input_call *c, const struct input_argument *a,
          const struct bad *b, const char *fmt, ...)
{
  va_list args;

  printf ("%s: %s %s (%s): ", c->name, a->type, a->name, b->what);
  va_start (args, fmt);
  vprintf (fmt, args);
  va_end (args);
  printf ("\n");
  fflush (stdout);
  failures++;
}

static void
check (guestfs_h *g, const struct input_call *c,
       const struct input_argument *a, const struct bad *b, bool succeeded)
{
  const char *message = guestfs_last_error (g);
  enum wanted wanted = wanted_of (c, a, b);

  if (wanted == ANYTHING && succeeded)
    return;
  if (succeeded)
    complain (c, a, b, "succeeded");
  else if (!message)
    complain (c, a, b, "failed without a message");
  else if (strlen (message) > 40000)
    complain (c, a, b, "a message of %zu bytes", strlen (message));
  /* What is not in the appliance, or too early or late, says so first. */
  else if (wanted == NAMED && !strstr (message, a->name)
           && guestfs_last_errno (g) != ENOTSUP
           && !strstr (message, "before launch")
           && !strstr (message, "call launch"))
    complain (c, a, b, "the message does not name the argument: %.200s",
              message);
}

/* Call with one bad value in the place of argument `at`, good ones in the
 * others. */
static void
feed (guestfs_h *g, const struct input_call *c, size_t at, const struct bad *b)
{
  struct input v[MAX_ARGUMENTS];
  uint64_t bitmask = at < c->nr_args ? 0 : UINT64_C (1) << (at - c->nr_args);
  bool succeeded;

  for (size_t i = 0; i < c->nr_args + c->nr_opts; i++)
    v[i] = i == at ? bad_value (b) : good_value (c->arguments[i].type);
  if (getenv ("INPUTS_VERBOSE"))
    fprintf (stderr, "%s %s %s\n", c->name, c->arguments[at].name, b->what);
  alarm (600);
  made++;
  succeeded = c->call (g, v, bitmask);
  check (g, c, &c->arguments[at], b, succeeded);
  alarm (0);
}

static bool
restore (guestfs_h *g)
{
  return guestfs_umount_all (g) == 0
         && guestfs_mount (g, "/dev/sda1", "/") == 0
         && guestfs_write (g, "/f", "content", 7) == 0;
}

/* The handle is good when a file can be written: it may have been filled, or
 * something mounted over it. */
static bool
is_usable (guestfs_h *g)
{
  return guestfs_write (g, "/f", "content", 7) == 0 || restore (g);
}

static void
feed_all (guestfs_h *g, const struct input_call *c, const struct bad *table,
          size_t nr, bool launched)
{
  for (size_t at = 0; at < c->nr_args + c->nr_opts; at++)
    for (size_t i = 0; i < nr; i++)
      if (is_type (table[i].types, c->arguments[at].type)) {
        feed (g, c, at, &table[i]);
        if (launched && !is_usable (g)) {
          complain (c, &c->arguments[at], &table[i],
                    "the handle is not usable any more: %s",
                    guestfs_last_error (g));
          return;
        }
      }
}

static guestfs_h *
new_handle (void)
{
  guestfs_h *g = guestfs_create ();

  if (!g) {
    perror ("guestfs_create");
    exit (EXIT_FAILURE);
  }
  guestfs_set_error_handler (g, NULL, NULL);
  (void) guestfs_internal_test_set_output (g, "/dev/null");
  return g;
}

static guestfs_h *
launch (void)
{
  guestfs_h *g = new_handle ();

  if (guestfs_add_drive_scratch (g, DISK_SIZE, -1) == -1
      || guestfs_add_drive_scratch (g, DISK_SIZE, -1) == -1
      || guestfs_launch (g) == -1
      || guestfs_part_disk (g, "/dev/sda", "mbr") == -1
      || guestfs_mkfs (g, "ext4", "/dev/sda1") == -1 || !restore (g)) {
    fprintf (stderr, "api-inputs: %s\n", guestfs_last_error (g));
    exit (EXIT_FAILURE);
  }
  return g;
}

static bool
is_listed (const char *name, const char *const *list, size_t nr)
{
  for (size_t i = 0; i < nr; i++)
    if (strcmp (list[i], name) == 0)
      return true;
  return false;
}

static char *
many (const char *start, size_t size)
{
  char *ret = malloc (size + 1);

  if (!ret) {
    perror ("malloc");
    exit (EXIT_FAILURE);
  }
  memset (ret, 'a', size);
  ret[size] = '\0';
  memcpy (ret, start, strlen (start));
  return ret;
}

int
main (int argc, char **argv)
{
  const char *const *names = (const char *const *) argv + 1;
  size_t part = 0, parts = 1, nr_names = argc - 1, nr = 0;
  guestfs_h *fresh, *g;

  if (argc > 2 && strcmp (argv[1], "--part") == 0
      && sscanf (argv[2], "%zu/%zu", &part, &parts) == 2 && parts > 0) {
    names += 2;
    nr_names -= 2;
  }
  fresh = new_handle ();
  g = launch ();
  huge = many ("", HUGE_SIZE);
  large = many ("", LARGE_SIZE);
  large_path = many ("/", LARGE_SIZE);
  huge_strings[1] = huge;
  for (const struct input_call *c = input_calls; c->name; c++) {
    const int before = failures;

    if (nr++ % parts != part
        || (nr_names > 0 && !is_listed (c->name, names, nr_names)))
      continue;
    feed_all (fresh, c, refused, NR (refused), false);
    if (is_listed (c->name, left_out, NR (left_out)))
      continue;
    /* What sets a handle up can do it only before the launch. */
    if (!c->daemon)
      feed_all (fresh, c, wrong, NR (wrong), false);
    feed_all (g, c, wrong, NR (wrong), true);
    if (failures > before && !is_usable (g)) {
      guestfs_close (g);
      g = launch ();
    }
  }
  if (guestfs_shutdown (g) == -1) {
    printf ("shutdown: %s\n", guestfs_last_error (g));
    failures++;
  }
  guestfs_close (g);
  guestfs_close (fresh);
  printf ("%d calls, %d failures\n", made, failures);
  return failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
