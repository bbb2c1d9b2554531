/* virt-sysprep: make a guest forget who it was, so that it can be copied. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "json.h"
#include "open-guest.h"
#include "operations.h"
#include "sysprep.h"

static const char usage[] =
  "Make a virtual machine ready to be copied: remove keys, logs, users' traces.\n"
  "Shut the machine down first, and work on a copy.\n"
  "\n"
  "  virt-sysprep [options] -a disk.img [-a disk.img ...]\n"
  "  virt-sysprep [options] -d domain\n"
  "\n"
  "      --enable OPERATIONS  do these only (names with commas between them)\n"
  "      --json             with --list-operations: print JSON, an object a line\n"
  "      --keep-user-accounts USERS  do not remove these\n"
  "      --list-operations  print what there is; * marks the defaults\n"
  "      --mount-options POINT:OPTIONS[;..]  options of the guest's filesystems\n"
  "  -n, --dry-run, --dryrun  change nothing on the disks\n"
  "      --network          connect what runs to the network\n"
  "      --no-network       do not (the default)\n"
  "      --operations, --operation OPERATIONS  do these: names, -name to leave\n"
  "                         one out, defaults, all\n"
  "      --remove-user-accounts USERS  remove these only\n"
  "      --script PROGRAM   run a local program in the guest's files\n"
  "      --scriptdir DIR    where these are mounted for it\n";

enum { OPTION_DUMP_POD = OPTION_OWN, OPTION_DUMP_POD_OPTIONS, OPTION_ENABLE,
  OPTION_JSON, OPTION_KEEP_USERS, OPTION_LIST, OPTION_MOUNT_OPTIONS, OPTION_NETWORK,
  OPTION_NO_NETWORK, OPTION_OPERATIONS, OPTION_REMOVE_USERS, OPTION_SCRIPT,
  OPTION_SCRIPTDIR };

static const struct option own_long[] = {
  { "dry-run", no_argument, NULL, 'n' },
  { "dryrun", no_argument, NULL, 'n' },
  { "dump-pod", no_argument, NULL, OPTION_DUMP_POD },
  { "dump-pod-options", no_argument, NULL, OPTION_DUMP_POD_OPTIONS },
  { "enable", required_argument, NULL, OPTION_ENABLE },
  { "json", no_argument, NULL, OPTION_JSON },
  { "keep-user-accounts", required_argument, NULL, OPTION_KEEP_USERS },
  { "list-operations", no_argument, NULL, OPTION_LIST },
  { "mount-options", required_argument, NULL, OPTION_MOUNT_OPTIONS },
  { "network", no_argument, NULL, OPTION_NETWORK },
  { "no-network", no_argument, NULL, OPTION_NO_NETWORK },
  { "operation", required_argument, NULL, OPTION_OPERATIONS },
  { "operations", required_argument, NULL, OPTION_OPERATIONS },
  { "remove-user-accounts", required_argument, NULL, OPTION_REMOVE_USERS },
  { "script", required_argument, NULL, OPTION_SCRIPT },
  { "scriptdir", required_argument, NULL, OPTION_SCRIPTDIR },
  { NULL, 0, NULL, 0 },
};

#define MAX_OPERATIONS 64

struct settings {
  struct guest_settings guest;
  struct sysprep_settings sysprep;
  const char *mount_options;
  bool list, json;
  bool chosen;                   /* by --operations or --enable */
  bool enabled[MAX_OPERATIONS];  /* by place in the table */
};

static void
enable_all (struct settings *s, bool defaults_only, bool on)
{
  size_t i;

  for (i = 0; sysprep_operations[i].name; ++i)
    if (!defaults_only || (sysprep_operations[i].flags & SYSPREP_DEFAULT))
      s->enabled[i] = on;
}

/* A name, "defaults" or "all"; `signs` allows a dash before it. */
static void
enable (const struct options *o, struct settings *s, const char *word,
        bool signs)
{
  bool on = !signs || *word != '-';
  const char *name = word + !on;
  size_t i;

  if (signs && (strcmp (name, "all") == 0 || strcmp (name, "defaults") == 0)) {
    enable_all (s, *name == 'd', on);
    return;
  }
  for (i = 0; sysprep_operations[i].name; ++i)
    if (strcmp (name, sysprep_operations[i].name) == 0) {
      s->enabled[i] = on;
      return;
    }
  die (o, "there is no operation \"%s\"; --list-operations tells which are "
       "there", name);
}

/* Call for each word of a list. */
static void
add_words (struct strlist *list, const char *text)
{
  while (*text) {
    size_t len = strcspn (text, ",");
    char *word = strndup (text, len);

    if (!word || (len > 0 && strlist_add (list, word) == -1))
      abort ();
    free (word);
    text += len + (text[len] == ',');
  }
}

static void
choose (const struct options *o, struct settings *s, const char *text,
        bool signs)
{
  CLEANUP_STRLIST struct strlist words = STRLIST_INIT;
  size_t i;

  add_words (&words, text);
  if (words.len == 0)
    die (o, "give the name of an operation");
  for (i = 0; i < words.len; ++i)
    enable (o, s, words.items[i], signs);
  s->chosen = true;
}

static void __attribute__ ((noreturn))
list_operations (bool as_json)
{
  const struct sysprep_operation *op;
  struct json j;

  for (op = sysprep_operations; op->name; ++op) {
    bool is_default = op->flags & SYSPREP_DEFAULT;

    if (!as_json) {
      printf ("%s %s %s\n", op->name, is_default ? "*" : " ", op->summary);
      continue;
    }
    json_begin (&j, stdout);
    json_text (&j, "name", op->name);
    json_bool (&j, "default", is_default);
    json_text (&j, "summary", op->summary);
    json_end (&j);
  }
  exit (EXIT_SUCCESS);
}

/* The operations as text of a manual page. */
static void __attribute__ ((noreturn))
dump_pod (void)
{
  const struct sysprep_operation *op;

  for (op = sysprep_operations; op->name; ++op)
    printf ("=head2 B<%s>%s\n\n%s.\n\n", op->name,
            op->flags & SYSPREP_DEFAULT ? " *" : "", op->summary);
  exit (EXIT_SUCCESS);
}

static void __attribute__ ((noreturn))
dump_pod_options (void)
{
  puts ("=over 4\n\n"
        "=item B<--keep-user-accounts> USERS\n\n(user-account)\n\n"
        "=item B<--remove-user-accounts> USERS\n\n(user-account)\n\n"
        "=item B<--script> PROGRAM\n\n(script)\n\n"
        "=item B<--scriptdir> DIR\n\n(script)\n\n"
        "=back");
  exit (EXIT_SUCCESS);
}

/* Programs run with another current folder, so they need a whole path. */
static void
add_script (const struct options *o, struct settings *s, const char *name)
{
  char *path = realpath (name, NULL);

  if (!path || access (path, X_OK) == -1)
    die (o, "--script: %s: %m", name);
  if (strlist_add_taken (&s->sysprep.scripts, path) == -1)
    abort ();
}

static void
own_option (struct options *o, struct settings *s, struct customize *c, int opt)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  switch (opt) {
  case OPTION_DUMP_POD: dump_pod ();
  case OPTION_DUMP_POD_OPTIONS: dump_pod_options ();
  case OPTION_ENABLE:
    if (s->chosen)
      die (o, "--enable can be given once, and not with --operations");
    choose (o, s, optarg, false);
    break;
  case OPTION_JSON: s->json = true; break;
  case OPTION_KEEP_USERS: add_words (&s->sysprep.keep_users, optarg); break;
  case OPTION_LIST: s->list = true; break;
  case OPTION_MOUNT_OPTIONS: s->mount_options = optarg; break;
  case OPTION_NETWORK: s->guest.network = true; break;
  case OPTION_NO_NETWORK: s->guest.network = false; break;
  case OPTION_OPERATIONS: choose (o, s, optarg, true); break;
  case OPTION_REMOVE_USERS: add_words (&s->sysprep.remove_users, optarg); break;
  case OPTION_SCRIPT: add_script (o, s, optarg); break;
  case OPTION_SCRIPTDIR: s->sysprep.script_folder = optarg; break;
  case 'n': s->guest.dry_run = true; break;
  default:
    if (customize_option (c, opt, optarg, &err) == -1)
      die (o, "%s", err.message);
  }
}

/* The same options as virt-customize's, at the end. */
int
sysprep_customize (struct guest *guest, const struct sysprep_settings *s,
                   struct error *err)
{
  int r;

  /* It finds the handle as the program has it.  A number of the machine set now
   * would be the same in all copies. */
  guestfs_pop_error_handler (guest->g);
  r = customize_run (s->customize, guest->o, guest->g, guest->root,
                     CUSTOMIZE_KEEP_MACHINE_ID, err);
  guestfs_push_error_handler (guest->g, NULL, NULL);
  return r;
}

/* The enabled operations with these flags, of those in `mask`. */
static int
perform (struct guest *guest, const struct settings *s, int mask, int flags,
         struct error *err)
{
  size_t i;

  for (i = 0; sysprep_operations[i].name; ++i) {
    const struct sysprep_operation *op = &sysprep_operations[i];

    if (!s->enabled[i] || (op->flags & mask) != flags)
      continue;
    message (guest->o, "Performing \"%s\" ...", op->name);
    if (interrupt_check (err) == -1
        || sysprep_perform (guest, op, &s->sysprep, err) == -1) {
      if (error_is_set (err))
        error_prefix (err, "%s", op->name);
      return -1;
    }
  }
  return 0;
}

/* All that wants the guest mounted. */
static int
prepare_root (const struct options *o, const struct settings *s,
              const char *root, struct error *err)
{
  const int mask = SYSPREP_DEVICES | SYSPREP_LAST;
  struct guest guest;
  int r;

  guest_mount (o, root, s->mount_options);
  r = guest_init (&guest, o->g, o, root, err);
  if (r == 0)
    r = perform (&guest, s, mask, 0, err);
  if (r == 0)
    r = perform (&guest, s, mask, SYSPREP_LAST, err);
  guest_release (&guest);
  if (guestfs_umount_all (o->g) == -1)
    r = -1;
  return r;
}

/* And all that wants nothing mounted, for the disks as they are. */
static int
prepare_devices (const struct options *o, const struct settings *s,
                 const char *root, struct error *err)
{
  const int mask = SYSPREP_DEVICES | SYSPREP_LAST;
  struct guest guest;
  int r = guest_init (&guest, o->g, o, root, err);

  if (r == 0)
    r = perform (&guest, s, mask, SYSPREP_DEVICES, err);
  if (r == 0)
    r = perform (&guest, s, mask, mask, err);
  guest_release (&guest);
  return r;
}

static int
prepare (struct options *o, const struct settings *s)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_STRINGS char **roots = guest_open (o, &s->guest);
  int r = 0;
  size_t i;

  interrupt_cancels (o->g);
  for (i = 0; r == 0 && roots[i]; ++i)
    r = prepare_root (o, s, roots[i], &err);
  if (r == 0)
    r = prepare_devices (o, s, roots[0], &err);
  interrupt_kills ();
  if (error_is_set (&err))
    fprintf (stderr, "%s: %s\n", o->program, err.message);
  return r;
}

int
main (int argc, char *argv[])
{
  struct customize *c = customize_new ();
  struct option *all = customize_long_options (own_long);
  char *text = customize_usage (usage);
  struct settings s = { .sysprep = { .customize = c } };
  struct options o = {
    .program = "virt-sysprep", .takes = TAKES_KEYS | TAKES_MESSAGES,
    .usage = text, .help_shared = true, .own_short = "n", .own_long = all,
  };
  int opt, status;

  options_start (&o);
  while ((opt = options_next (&o, argc, argv)) != -1)
    own_option (&o, &s, c, opt);
  options_check (&o);
  if (s.list)
    list_operations (s.json);
  if (s.json)
    die (&o, "--json is for --list-operations");
  if (optind < argc)
    die (&o, "%s: this is no option; disks are given with -a", argv[optind]);
  if (o.nr_drives == 0)
    die (&o, "give a disk image with -a, or a domain with -d");
  if (!s.chosen)
    enable_all (&s, true, true);

  status = prepare (&o, &s) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  /* Writing errors show here at the latest. */
  if (guestfs_shutdown (o.g) == -1)
    status = EXIT_FAILURE;
  guest_settings_release (&s.guest);
  strlist_release (&s.sysprep.scripts);
  strlist_release (&s.sysprep.remove_users);
  strlist_release (&s.sysprep.keep_users);
  options_finish (&o);
  customize_free (c);
  free (all);
  free (text);
  return status;
}
